"""Who may carry a case into another office's book: the service that owns cases, under its own login and grant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import URL, text

from bihuan.composition import Composition
from bihuan.installation import KINDS_BY_SERVICE, make_installation
from bihuan.parts.postgres_client import drop_database, make_database
from services.enforcement.carriers import carry_back, carry_over
from shared.ledger.grants import grant
from shared.ledger.installation import Installation as Kind
from shared.ledger.port import ForeignKind
from shared.vocabulary.fact import Recorded
from shared.vocabulary.identities import handed_source, stream_of
from tests.fakes.handing import answer, file, hand

TOWN, COUNTY = "t-1", "c-1"


@pytest.fixture
def house(postgres_url: URL, tmp_path: Path) -> Iterator[Composition]:
    """Two offices' books in a database of their own, each service with its own login."""
    database = f"offices_{uuid4().hex}"
    url = make_database(postgres_url, database).render_as_string(hide_password=False)
    house = Composition(make_installation(tmp_path, Kind.DEMONSTRATION, (TOWN, COUNTY), url))
    yield house
    house.close()
    drop_database(postgres_url, database)


@pytest.fixture
def given(house: Composition) -> Recorded:
    """A case that the township handed over."""
    desk = house.desk("enforcement", TOWN)
    file(desk, "case-1")
    hand(desk, "case-1", COUNTY)
    return desk.load("case/case-1").records[-1]


def test_enforcement_carries_a_case_over_and_its_answer_back(house: Composition, given: Recorded) -> None:
    carry_over(house.desks("enforcement"), given)
    source, county = handed_source(TOWN, given.position), house.desk("enforcement", COUNTY)
    answer(county, source, taken=True)
    carry_back(house.desks("enforcement"), county.load(stream_of("source", source)).records[-1])
    case = house.desk("enforcement", TOWN).load("case/case-1")
    assert case.records[-1].name == "case.hand_over_acknowledged"


@pytest.mark.parametrize("service", sorted(set(KINDS_BY_SERVICE) - {"enforcement"}))
def test_no_other_service_can_carry(house: Composition, given: Recorded, service: str) -> None:
    with pytest.raises(ForeignKind):
        carry_over(house.desks(service), given)
    assert house.desk("oversight", COUNTY).ledger.head() == 0


def test_without_a_grant_in_the_other_book_nothing_is_seen_or_written_there(
    house: Composition, given: Recorded
) -> None:
    carry_over(house.desks("enforcement"), given)
    with house.engine().begin() as owner:
        owner.execute(text("delete from ledger_grant where ledger = :ledger"), {"ledger": COUNTY})
    county = house.desk("enforcement", COUNTY)
    assert (county.ledger.head(), county.load(f"source/{handed_source(TOWN, given.position)}").records) == (
        0,
        (),
    )
    with pytest.raises(ForeignKind):
        carry_over(house.desks("enforcement"), given)


def test_a_grant_to_read_another_book_is_none_to_write_it(house: Composition, given: Recorded) -> None:
    grant(house.engine(), "bihuan_enforcement", COUNTY, ())
    with pytest.raises(ForeignKind):
        carry_over(house.desks("enforcement"), given)
