"""What is heard is passed only where the ledger says the same, and nothing that is heard makes a process deaf."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from threading import Event
from types import SimpleNamespace
from typing import cast

import pytest
from structlog.testing import capture_logs

from shared.bus.arrivals import Arrivals, KafkaFeed
from shared.bus.broker import Broker
from shared.bus.cloudevents import Message, message
from shared.bus.feed import without_gaps
from shared.ledger.memory import MemoryLedger
from shared.ledger.port import NewFact, StoredFact, Write
from tests.fakes.leaves import forged

AT = datetime(2026, 3, 2, tzinfo=UTC)
FACT = NewFact("hazard.noted.v1", b'{"type":"hazard.noted.v1"}')
LIMIT = 6


@pytest.fixture
def ledger() -> MemoryLedger:
    """A book of twelve facts: more than is passed at once."""
    made = MemoryLedger("book", lambda: AT)
    made.append("c", b"h", [Write("hazard/a", 0, (FACT,) * 12)])
    return made


@pytest.fixture
def hearing() -> Arrivals:
    return Arrivals(Broker("127.0.0.1:1"))


@pytest.fixture
def feed(ledger: MemoryLedger, hearing: Arrivals) -> KafkaFeed:
    return KafkaFeed(ledger, hearing, quiet=3600)


LIE = b'{"lie":1,"type":"hazard.noted.v1"}'


def passed(ledger: MemoryLedger, feed: KafkaFeed, limit: int = LIMIT) -> list[StoredFact]:
    """What a consumer that begins now is given, until there is no more."""
    facts: list[StoredFact] = []
    while more := without_gaps(ledger, feed.after(len(facts), limit), len(facts), limit):
        facts += more
    return facts


@pytest.mark.parametrize("position", [1, 3, 12, 13, 500])
@pytest.mark.parametrize("first", [True, False], ids=["before the true ones", "after them"])
def test_a_forgery_with_a_right_leaf_is_not_passed_wherever_it_claims_to_stand(
    ledger: MemoryLedger, hearing: Arrivals, feed: KafkaFeed, position: int, first: bool
) -> None:
    true = ledger.read()
    lie = [forged(true[0], position, LIE)]
    hearing.hear([*lie, *true] if first else [*true, *lie])
    with capture_logs() as logs:
        assert passed(ledger, feed) == true
        assert feed.after(12, LIMIT) == []
    # A true message that came later has taken its place, and then there is nothing to tell.
    told = [] if first and position <= 12 else ["bus.not_in_the_ledger"]
    assert [log["event"] for log in logs if log.get("alarm")] == told
    assert hearing.head("book") == 12


def test_a_forgery_alone_moves_nobody_beyond_the_ledger(
    ledger: MemoryLedger, hearing: Arrivals, feed: KafkaFeed
) -> None:
    hearing.hear([forged(ledger.read()[0], 10**9, LIE)])
    assert passed(ledger, feed) == ledger.read()


def test_of_what_arrived_the_ledger_is_asked_for_the_leaves_alone(
    ledger: MemoryLedger, hearing: Arrivals, feed: KafkaFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    true, leaves = ledger.read(), ledger.leaves(0, 12)
    hearing.hear(true)
    monkeypatch.setattr(ledger, "leaves", lambda *_: leaves)
    monkeypatch.setattr(ledger, "read", lambda *_: pytest.fail("whole facts were read"))
    assert without_gaps(ledger, feed.after(0, 12), 0, 12) == true


class Station:
    """A broker whose consumers each bring one thing and then nothing; they are made one after the other."""

    address = "nowhere"

    def __init__(self, *brings: Callable[[], Sequence[Message]]) -> None:
        self._brings = iter(brings)

    def consumer(self) -> SimpleNamespace:
        bring = [next(self._brings)]
        return SimpleNamespace(poll=lambda **_: {"all": bring.pop()()} if bring else {}, close=lambda: None)


def test_whatever_goes_wrong_in_hearing_is_alarmed_and_the_next_is_heard(
    ledger: MemoryLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Sequence[Message]:
        listening.append(hearing.listening.is_set())
        raise RuntimeError("a record that the client cannot take apart")

    def sound() -> Sequence[Message]:
        return [message(fact) for fact in ledger.read()]

    def paused(_seconds: float) -> None:
        listening.append(hearing.listening.is_set())

    listening: list[bool] = []
    monkeypatch.setattr(Arrivals, "assign", staticmethod(lambda _consumer: True))
    hearing, arrived = Arrivals(cast(Broker, Station(broken, sound))), Event()
    monkeypatch.setattr(hearing._stop, "wait", paused)
    hearing.wakes("book", arrived)
    with capture_logs() as logs:
        hearing.start()
        assert arrived.wait(60)
        hearing.stop()
    assert hearing.beyond("book", 0) == ledger.read()
    assert listening[:2] == [True, False]
    assert not hearing.listening.is_set()
    assert [log["event"] for log in logs if log.get("alarm")] == ["bus.hearing_failed"]
