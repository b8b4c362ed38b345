"""A town for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.runtime.law_files import Law, load_law
from tests.unit.oversight.console_site import Served, live, serve
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


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory, law: Law) -> Iterator[Served]:
    """The console of a town in which something of everything has happened."""
    made = serve(make_town(tmp_path_factory.mktemp("town"), law))
    live(made)
    yield made
    made.town.engine.dispose()


@pytest.fixture
def served(lived: Served) -> Iterator[Served]:
    """The town on the day until which it was lived; a test may move the clock."""
    day = lived.town.clock.shown
    yield lived
    lived.town.clock.shown = day
