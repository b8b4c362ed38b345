"""An office's installation for journeys that need no engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import URL

from bihuan.composition import Composition
from bihuan.installation import make_installation
from bihuan.parts.postgres_client import make_database
from shared.law.periods import SHANGHAI
from shared.ledger.installation import Installation as Kind
from tests.fakes.office import LEDGER, found_office


@pytest.fixture(params=["postgresql", "sqlite"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Composition]:
    """An office on either database, its clock standing on 2026-03-02 09:00."""
    database = ""
    if request.param == "postgresql":
        server: URL = request.getfixturevalue("postgres_url")
        made = make_database(server, f"house_{tmp_path.name[-20:].lower().replace('-', '_')}")
        database = made.render_as_string(hide_password=False)
    begins = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
    house = Composition(make_installation(tmp_path, Kind.DEMONSTRATION, (LEDGER,), database, begins=begins))
    found_office(house.desk("registry", LEDGER))
    yield house
    house.close()
