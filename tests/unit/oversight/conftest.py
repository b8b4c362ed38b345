"""A town for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.runtime.law_files import Law, load_law
from tests.unit.oversight.town import Town, make_town


@pytest.fixture(scope="session")
def law() -> Law:
    """The law as shipped."""
    return load_law()


@pytest.fixture
def town(tmp_path: Path, law: Law) -> Iterator[Town]:
    """The town, on a Monday morning."""
    town = make_town(tmp_path, law)
    yield town
    town.engine.dispose()
