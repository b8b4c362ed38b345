"""A small town in memory, and files of visits for it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bihuan.loading.catalogue import Catalogue, read_catalogue
from bihuan.loading.load import Prepared, prepare
from bihuan.loading.registry_folder import read_registry
from bihuan.loading.shipped import CATALOGUE, DATA, REGISTRY, VISITS
from services.registry.handlers import register
from shared.law.periods import SHANGHAI
from shared.ledger.memory import MemoryLedger
from shared.runtime.desk import Desk
from shared.runtime.law_files import load_law

NOW = datetime(2026, 6, 1, 8, tzinfo=SHANGHAI)

Prepare = Callable[..., Prepared]


class Standing:
    """A clock that stands at NOW."""

    def now(self) -> datetime:
        """NOW."""
        return NOW


@pytest.fixture(scope="session")
def desk() -> Desk:
    """A desk at a ledger with the shipped registry; tests only prepare, which writes nothing."""
    found = Desk(MemoryLedger("t-qinghe", lambda: NOW), load_law(), Standing())
    entries, errors = read_registry(REGISTRY, "t-qinghe")
    assert not errors
    register(found, entries, trace="test")
    return found


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The shipped catalogue."""
    return read_catalogue(CATALOGUE)


@pytest.fixture
def prepared(tmp_path: Path, desk: Desk, catalogue: Catalogue) -> Prepare:
    """Prepare a file of these visits, with the shipped photos beside it."""

    def of(*visits: dict[str, Any], advance: bool = False) -> Prepared:
        (tmp_path / "visits.jsonl").write_text("\n".join(json.dumps(visit) for visit in visits), "utf-8")
        if not (tmp_path / "photos").exists():
            shutil.copytree(DATA / "photos", tmp_path / "photos")
        return prepare(tmp_path / "visits.jsonl", desk, catalogue, advance=advance)

    return of


@pytest.fixture
def shipped() -> dict[str, dict[str, Any]]:
    """The shipped visits by their number, to be changed at will."""
    lines = VISITS.read_text("utf-8").splitlines()
    return {visit["visit"]: visit for visit in map(json.loads, lines)}
