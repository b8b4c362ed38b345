"""The shipped township, read once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.law.calendar import Calendar
from shared.runtime.calendar_files import load_calendar

Row = dict[str, Any]


@pytest.fixture(scope="session")
def data() -> Path:
    return Path(__file__).parents[3] / "bihuan" / "data"


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    return load_calendar()


@pytest.fixture(scope="session")
def catalogue(data: Path) -> Row:
    return _yaml(data / "catalogue.yaml")


@pytest.fixture(scope="session")
def hazards(catalogue: Row) -> dict[str, Row]:
    return {hazard["code"]: hazard for hazard in catalogue["hazards"]}


@pytest.fixture(scope="session")
def registry(data: Path) -> dict[str, list[Row]]:
    """Each list of the registry under its own key: people, enterprises, offices ..."""
    lists: dict[str, list[Row]] = {}
    for path in sorted((data / "registry").glob("*.yaml")):
        lists |= {key: value for key, value in _yaml(path).items() if isinstance(value, list)}
    return lists


@pytest.fixture(scope="session")
def people(registry: dict[str, list[Row]]) -> dict[str, Row]:
    return {person["id"]: person for person in registry["people"]}


@pytest.fixture(scope="session")
def visits(data: Path) -> list[Row]:
    lines = (data / "visits.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _yaml(path: Path) -> Row:
    content: Row = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content
