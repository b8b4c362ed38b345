"""Kustomize: renders what `deploy/k8s` says, as `kubectl apply -k` does, so that tests see what a cluster would get."""

from pathlib import Path

from bihuan.parts.go import GoProgram, build_programs, fit_go
from bihuan.parts.telling import Teller
from bihuan.parts.temporal_ladder import Surroundings
from bihuan.parts.versions import Version

BUILT_KUSTOMIZE = Version(5, 7, 1)
SOURCE = GoProgram("sigs.k8s.io/kustomize/kustomize/v5", ".", BUILT_KUSTOMIZE)


def cached_kustomize(cache: Path) -> Path:
    """Where the built program is kept."""
    return cache / "kustomize" / str(BUILT_KUSTOMIZE) / "kustomize"


def obtain_kustomize(around: Surroundings, tell: Teller) -> Path:
    """The program: our cache, else a build (some minutes, once); raises MissingPart."""
    target = cached_kustomize(around.cache)
    if not target.exists():
        tell.line(f"Kustomize {BUILT_KUSTOMIZE}：现场构建 / building it here, once")
        build_programs({SOURCE: target}, around.cache, tell, fit_go(around.environment))
    tell.line(f"Kustomize {BUILT_KUSTOMIZE}：缓存中的程序 / from our cache: {target}")
    return target
