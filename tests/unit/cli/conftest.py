"""A demonstration installation with a township and three visits in it, and the command run on it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bihuan.cli import run
from bihuan.installation import make_installation
from bihuan.loading.shipped import DATA, VISITS
from shared.ledger.installation import Installation

LEDGER = "t-qinghe"
CHOSEN = ("V-2026-001", "V-2026-018", "V-2026-022")


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answered: its exit code and both of its streams."""

    code: int
    out: str
    err: str


Ask = Callable[..., Said]


@pytest.fixture
def bihuan(capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run `bihuan` in this process and answer what it said."""

    def ask(*arguments: object) -> Said:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        return Said(int(code), *capsys.readouterr())

    return ask


@pytest.fixture(scope="session")
def visits_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three of the shipped visits, with the photos beside them."""
    folder = tmp_path_factory.mktemp("file")
    shutil.copytree(DATA / "photos", folder / "photos")
    lines = [line for line in VISITS.read_text("utf-8").splitlines() if json.loads(line)["visit"] in CHOSEN]
    (folder / "visits.jsonl").write_text("\n".join(lines), "utf-8")
    return folder / "visits.jsonl"


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory, visits_file: Path) -> Path:
    """The home of an installation that tests only read."""
    home = tmp_path_factory.mktemp("home")
    make_installation(home, Installation.DEMONSTRATION, (LEDGER,))
    assert run(["load", "registry", "--home", str(home)]) == 0
    assert run(["load", "visits", str(visits_file), "--home", str(home), "--advance-clock"]) == 0
    return home
