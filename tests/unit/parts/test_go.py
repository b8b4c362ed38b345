"""What a Go program is called, as Go itself calls it."""

import pytest

from bihuan.parts.go import GoProgram
from bihuan.parts.kustomize import SOURCE
from bihuan.parts.temporal_ladder import SERVER_SOURCE


@pytest.mark.parametrize(
    ("program", "install", "binary"),
    [
        (SERVER_SOURCE, "go.temporal.io/server/cmd/server@v1.32.2", "server"),
        (SOURCE, "sigs.k8s.io/kustomize/kustomize/v5@v5.7.1", "kustomize"),
    ],
)
def test_a_program_is_named_by_its_path_without_the_major_version(
    program: GoProgram, install: str, binary: str
) -> None:
    assert (program.install, program.binary) == (install, binary)
