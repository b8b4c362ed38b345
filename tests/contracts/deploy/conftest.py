"""What a cluster would be given: the folder `deploy/k8s`, rendered by the real kustomize."""

import subprocess
from collections.abc import Callable
from functools import cache

import pytest
import yaml

from bihuan.parts.kustomize import cached_kustomize
from bihuan.parts.places import PROJECT, cache_folder
from tests.contracts.deploy.cluster import Cluster

FOLDERS = {name: PROJECT / "deploy/k8s" / path for name, path in
           {"base": "base", "one-machine": "overlays/one-machine", "production": "overlays/production"}.items()}  # fmt: skip
README = PROJECT / "deploy/README.md"
OVERLAYS = ("one-machine", "production")


@pytest.fixture(scope="session")
def render() -> Callable[[str], Cluster]:
    """The objects of the base or an overlay."""
    program = cached_kustomize(cache_folder())
    if not program.exists():
        pytest.fail("缺少 Kustomize / missing Kustomize; 补救 / to mend: make parts", pytrace=False)

    @cache
    def rendered(name: str) -> Cluster:
        done = subprocess.run(
            [str(program), "build", str(FOLDERS[name])], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return Cluster(tuple(yaml.safe_load_all(done.stdout)))

    return rendered


@pytest.fixture(params=list(FOLDERS))
def anywhere(request: pytest.FixtureRequest, render: Callable[[str], Cluster]) -> Cluster:
    """The base and each overlay in turn."""
    return render(request.param)


@pytest.fixture(params=OVERLAYS)
def installed(request: pytest.FixtureRequest, render: Callable[[str], Cluster]) -> Cluster:
    """Each overlay in turn: what is installed."""
    return render(request.param)


@pytest.fixture
def one_machine(render: Callable[[str], Cluster]) -> Cluster:
    """The overlay that brings its own servers."""
    return render("one-machine")


@pytest.fixture
def production(render: Callable[[str], Cluster]) -> Cluster:
    """The overlay on servers that are run elsewhere."""
    return render("production")
