"""What is carried from one office's book to another's: nothing lost, nothing twice, on every database and feed."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from sqlalchemy import Engine

from shared.bus import cursors
from shared.bus.consumer import Consumer, redrive, run_once
from shared.bus.feed import Feed
from shared.ledger.engines import open_ledger
from shared.ledger.port import Ledger
from shared.runtime.clock import Clock
from shared.runtime.desk import Desk, Loaded
from shared.runtime.law_files import load_law
from shared.vocabulary.identities import handed_source, stream_of
from shared.vocabulary.paper_facts import MessageOwed
from tests.fakes.chance import chance
from tests.fakes.handing import answer, back, enter, file, hand, over
from tests.fakes.history import OFFICER

NOISE = MessageOwed("m", ("office_head",), "order/1", "2026-03-02", "…")


class Books:
    """A township's and a county's book in one database, and a neighbour's."""

    def __init__(self, engine: Engine, ledger: Ledger) -> None:
        self.engine, self.town = engine, ledger.name
        self.county, self.neighbour = f"{ledger.name}-county", f"{ledger.name}-neighbour"
        law, clock = load_law(), Clock(engine)
        self.desks = {
            name: Desk(open_ledger(engine, name), law, clock)
            for name in (self.town, self.county, self.neighbour)
        }

    def hand(self, case: str, frm: str | None = None, to: str | None = None) -> str:
        """File a case and hand it over; the id that it has there."""
        name = frm or self.town
        file(self.desks[name], case)
        return handed_source(name, hand(self.desks[name], case, to or self.county))

    def run(self, consumer: Consumer, ledger: str, feed: Feed | None = None, limit: int = 500) -> None:
        """Pass everything, a few facts at a time."""
        book = self.desks[ledger].ledger
        while run_once(self.engine, book, consumer, limit, feed):
            pass

    def received(self, source: str) -> Loaded:
        return self.desks[self.county].load(stream_of("source", source))

    def case(self, case: str, ledger: str | None = None) -> Loaded:
        return self.desks[ledger or self.town].load(stream_of("case", case))


@pytest.fixture
def books(engine: Engine, ledger: Ledger) -> Books:
    return Books(engine, ledger)


def torn(*_arguments: object) -> None:
    raise KeyboardInterrupt


def dying(monkeypatch: pytest.MonkeyPatch, work: Callable[[], None]) -> None:
    """The process dies after what it did and before its cursor moved."""
    with monkeypatch.context() as death:
        death.setattr(cursors, "move", torn)
        with pytest.raises(KeyboardInterrupt):
            work()


def test_a_hand_over_is_received_once_whatever_the_bus_repeats_or_loses(books: Books, feed: Feed) -> None:
    luck = chance()
    sources = []
    for n in range(12):
        if luck.random() < 0.5:
            enter(books.desks[books.town], f"message/{n}", NOISE, by=OFFICER)
        sources.append(books.hand(f"c{n}"))
    feed.head()  # what is on its way has arrived
    books.run(over(books.desks), books.town, feed, limit=luck.randint(3, 9))
    for n, source in enumerate(sources):
        [record] = books.received(source).records
        given = books.case(f"c{n}").records[-1]
        assert (record.name, record.fact.case) == ("source.received", f"c{n}")
        assert record.context.causation == f"{books.town}:{given.position}"
        assert record.context.correlation == given.context.correlation == f"of case/c{n}"
        assert record.effective >= given.recorded_at
    assert books.desks[books.county].ledger.head() == len(sources)


def test_a_carrier_that_dies_after_writing_writes_nothing_twice(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = books.hand("c1")
    dying(monkeypatch, lambda: books.run(over(books.desks), books.town))
    assert cursors.position(books.engine, over(books.desks).name, books.town) == 0
    books.run(over(books.desks), books.town)
    assert [r.name for r in books.received(source).records] == ["source.received"]
    answer(books.desks[books.county], source, taken=True)
    dying(monkeypatch, lambda: books.run(back(books.desks), books.county))
    books.run(back(books.desks), books.county)
    assert [r.name for r in books.case("c1").records][2:] == [
        "case.handed_over", "case.hand_over_acknowledged",
    ]  # fmt: skip


def test_a_carrier_that_dies_before_writing_loses_nothing(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, county = books.hand("c1"), books.desks[books.county]
    with monkeypatch.context() as death:
        death.setattr(county, "append", torn)
        with pytest.raises(KeyboardInterrupt):
            books.run(over(books.desks), books.town)
    assert books.received(source).records == ()
    books.run(over(books.desks), books.town)
    assert books.received(source).version == 1


def test_each_answer_is_noted_once_on_the_case_that_it_answers(books: Books) -> None:
    luck: Random = chance()
    given = {books.hand(f"c{n}"): n for n in range(6)}
    books.run(over(books.desks), books.town)
    order = list(given)
    luck.shuffle(order)
    for source in order:
        answer(books.desks[books.county], source, taken=given[source] % 2 == 0)
    for _ in range(2):  # a second process, or a cursor set back, does the same again
        books.run(back(books.desks), books.county)
        with books.engine.begin() as tx:
            cursors.lock(tx, back(books.desks).name, books.county)
            cursors.move(tx, back(books.desks).name, books.county, 0)
    for source, n in given.items():
        noted, answered = books.case(f"c{n}").records[-1], books.received(source).records[-1]
        assert noted.name == ("case.hand_over_acknowledged" if n % 2 == 0 else "case.hand_over_returned")
        assert noted.version == 4
        assert noted.context.causation == f"{books.county}:{answered.position}"
        assert noted.effective == answered.effective


def test_two_townships_hand_over_at_the_same_position_of_their_books(books: Books) -> None:
    one, other = books.hand("c1"), books.hand("c2", books.neighbour)
    assert books.case("c1").records[-1].position == books.case("c2", books.neighbour).records[-1].position
    for ledger in (books.town, books.neighbour):
        books.run(over(books.desks), ledger)
    assert [books.received(s).records[0].fact.from_ledger for s in (one, other)] == [
        books.town, books.neighbour,
    ]  # fmt: skip
    for source in (one, other):
        answer(books.desks[books.county], source, taken=True)
    books.run(back(books.desks), books.county)
    assert books.case("c1").records[-1].fact.source == one
    assert books.case("c2", books.neighbour).records[-1].fact.source == other


def test_a_book_that_is_not_there_parks_the_case_until_it_is(books: Books) -> None:
    away = {name: desk for name, desk in books.desks.items() if name != books.neighbour}
    lost, carried = books.hand("c1", to=books.neighbour), books.hand("c2")
    books.run(over(away), books.town)
    assert books.received(carried).version == 1
    [parked] = cursors.parked(books.engine, books.town)
    assert (parked.stream, books.neighbour in parked.reason) == ("case/c1", True)
    done = redrive(books.engine, books.desks[books.town].ledger, over(books.desks), "case/c1")
    assert done.reason is None
    assert books.desks[books.neighbour].load(stream_of("source", lost)).version == 1
    assert cursors.parked(books.engine, books.town) == []
