"""A consumer passes every fact once and in order; one that it cannot handle parks its stream, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, Engine

from shared.bus import cursors
from shared.bus.faults import FaultOfTheMoment, is_of_the_moment
from shared.bus.feed import Feed, LedgerFeed, decoded, without_gaps
from shared.ledger.port import Ledger, StoredFact, VersionConflict
from shared.ledger.reading import reading
from shared.tracing import following
from shared.vocabulary.fact import Recorded
from shared.vocabulary.identities import kind_of

SLICE = 200
"""Facts per transaction: SQLite has one writer, and people's commands wait for it."""

ATTEMPTS = 5
"""How often a reaction is tried when someone else keeps writing its stream."""


class Effect(StrEnum):
    """What handling a fact does."""

    DERIVES = "derives"
    """It writes through the given transaction: with the cursor, or not at all."""
    APPENDS = "appends"
    """It acts outside, under ids that follow from the fact: at least once, then the cursor."""


def _always(_tx: Connection) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Consumer:
    """A name, what it does with facts, of which kinds of stream (None: all), and whether it still runs at all.

    `handle` is given some streams' next facts, each stream's together and in order; how the streams' facts lay between
    each other is no matter. One that appends is given a single fact.
    """

    name: str
    handle: Callable[[Connection, Sequence[Sequence[Recorded]]], None]
    effect: Effect = Effect.DERIVES
    kinds: frozenset[str] | None = None
    runs: Callable[[Connection], bool] = _always

    @property
    def span(self) -> str:
        """What its handling of facts is called in a trace: `consume register@1`."""
        return f"consume {self.name}"

    def wants(self, stream: str) -> bool:
        """Whether facts of this stream concern it."""
        return self.kinds is None or kind_of(stream) in self.kinds


@dataclass(frozen=True, slots=True)
class Redriven:
    """How many facts of a parked stream were handled, and why it is still parked, if it is."""

    handled: int
    reason: str | None = None


def run_once(
    engine: Engine, ledger: Ledger, consumer: Consumer, limit: int = 500, feed: Feed | None = None
) -> int:
    """Pass at most `limit` facts beyond the cursor; answers how many. Raises FaultOfTheMoment."""
    start = cursors.position(engine, consumer.name, ledger.name)
    facts = without_gaps(ledger, (feed or LedgerFeed(ledger)).after(start, limit), start, limit)
    passing = _derive if consumer.effect is Effect.DERIVES else _act
    passed = 0
    for first in range(0, len(facts), SLICE):
        part = facts[first : first + SLICE]
        if not passing(engine, ledger.name, consumer, part):
            break
        passed += len(part)
    return passed


def redrive(engine: Engine, ledger: Ledger, consumer: Consumer, stream: str) -> Redriven:
    """Handle a parked stream's facts up to the cursor, in order; it stays parked where one still fails."""
    again = _derive_again if consumer.effect is Effect.DERIVES else _act_again
    return again(engine, ledger, consumer, stream)


def _derive(engine: Engine, ledger: str, consumer: Consumer, facts: Sequence[StoredFact]) -> bool:
    """Derive and move the cursor in one transaction; False when another process was there first."""
    with engine.begin() as tx:
        if not consumer.runs(tx):
            return False
        cursor = cursors.lock(tx, consumer.name, ledger)
        if facts[0].position > cursor + 1:
            return False
        waiting = set(cursors.waiting(tx, consumer.name, ledger))
        streams: dict[str, list[StoredFact]] = {}
        for stored in facts:
            if stored.position > cursor and stored.stream not in waiting and consumer.wants(stored.stream):
                streams.setdefault(stored.stream, []).append(stored)
        # As a rule all goes well, and one savepoint is enough; where not, each stream is tried by itself.
        if streams and _derived(tx, consumer, *streams.values()):
            for each in streams.values():
                _derive_or_park(tx, consumer, each)
        cursors.move(tx, consumer.name, ledger, max(cursor, facts[-1].position))
    return True


def _derive_or_park(tx: Connection, consumer: Consumer, facts: Sequence[StoredFact]) -> None:
    """Derive from a stream's facts one by one, and park it at the first that cannot be handled."""
    for stored in facts:
        if reason := _derived(tx, consumer, [stored]):
            cursors.park(tx, consumer.name, stored.ledger, stored.stream, stored.position, reason)
            return


def _act(engine: Engine, ledger: str, consumer: Consumer, facts: Sequence[StoredFact]) -> bool:
    """Act, then move the cursor: a process that dies between does it again, under the same ids.

    False when another process was there first, or when a stream that was left waiting waits no longer: its re-drive saw
    a cursor that was not yet here, so these facts would be nobody's. They are all done again then.
    """
    failed: dict[str, tuple[int, str]] = {}
    with reading(engine) as connection:
        if not consumer.runs(connection):
            return False
        waiting = set(cursors.waiting(connection, consumer.name, ledger))
    left = waiting & {stored.stream for stored in facts}
    for stored in facts:
        if stored.stream in left or stored.stream in failed or not consumer.wants(stored.stream):
            continue
        if reason := _acted(engine, consumer, stored):
            failed[stored.stream] = stored.position, reason
    with engine.begin() as tx:
        cursor = cursors.lock(tx, consumer.name, ledger)
        if facts[0].position > cursor + 1 or left - cursors.waiting(tx, consumer.name, ledger).keys():
            return False
        for stream, (position, reason) in failed.items():
            if position > cursor:
                cursors.park(tx, consumer.name, ledger, stream, position, reason)
        cursors.move(tx, consumer.name, ledger, max(cursor, facts[-1].position))
    return True


def _derive_again(engine: Engine, ledger: Ledger, consumer: Consumer, stream: str) -> Redriven:
    handled = 0
    with engine.begin() as tx:
        cursor = cursors.lock(tx, consumer.name, ledger.name)
        since = cursors.waiting(tx, consumer.name, ledger.name).get(stream)
        if since is None or not consumer.runs(tx):
            return Redriven(0)
        for stored in _between(ledger, stream, since, cursor):
            if reason := _derived(tx, consumer, [stored]):
                cursors.park(tx, consumer.name, ledger.name, stream, stored.position, reason)
                return Redriven(handled, reason)
            handled += 1
        cursors.unpark(tx, consumer.name, ledger.name, stream)
    return Redriven(handled)


def _act_again(engine: Engine, ledger: Ledger, consumer: Consumer, stream: str) -> Redriven:
    with reading(engine) as connection:
        since = cursors.waiting(connection, consumer.name, ledger.name).get(stream)
    if since is None:
        return Redriven(0)
    handled, reason = 0, None
    while True:
        cursor = cursors.position(engine, consumer.name, ledger.name)
        for stored in _between(ledger, stream, since, cursor):
            if reason := _acted(engine, consumer, stored):
                break
            handled, since = handled + 1, stored.position + 1
        with engine.begin() as tx:
            cursor = cursors.lock(tx, consumer.name, ledger.name)
            if reason:
                cursors.park(tx, consumer.name, ledger.name, stream, since, reason)
                return Redriven(handled, reason)
            # Facts that the cursor passed meanwhile were left waiting: they come first.
            if not _between(ledger, stream, since, cursor):
                cursors.unpark(tx, consumer.name, ledger.name, stream)
                return Redriven(handled)


def _between(ledger: Ledger, stream: str, first: int, last: int) -> list[StoredFact]:
    return [stored for stored in ledger.stream(stream) if first <= stored.position <= last]


def _derived(tx: Connection, consumer: Consumer, *streams: Sequence[StoredFact]) -> str | None:
    """The reason why not all of the streams' facts could be handled, with nothing of them left; None when they were."""
    try:
        with tx.begin_nested(), following([one for facts in streams for one in facts], consumer.span):
            consumer.handle(tx, [[decoded(stored) for stored in facts] for facts in streams])
    except Exception as failure:
        return _reason(failure)
    return None


def _acted(engine: Engine, consumer: Consumer, stored: StoredFact) -> str | None:
    for attempt in range(ATTEMPTS):
        try:
            with reading(engine) as connection, following([stored], consumer.span):
                consumer.handle(connection, [[decoded(stored)]])
        except VersionConflict as conflict:
            if attempt == ATTEMPTS - 1:
                return _reason(conflict)
        except Exception as failure:
            return _reason(failure)
        else:
            return None
    raise AssertionError("unreachable")


def _reason(failure: Exception) -> str:
    """Why a stream is parked; a fault of the moment parks nothing, it is tried again."""
    if is_of_the_moment(failure):
        raise FaultOfTheMoment from failure
    return f"{type(failure).__name__}: {failure}"
