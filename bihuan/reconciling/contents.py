"""Whether what follows from certain facts is there: the rows of read models, what reactions did, messages to be sent.

Everything is derived again from the ledger and compared; nothing is written, and nothing is taken on trust.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, select

from bihuan.composition import Composition
from bihuan.reacting import REACTING, Reaction
from bihuan.reconciling.derived import Scratch, kept
from bihuan.reconciling.differences import Difference, Kind, Side
from services.oversight.views import read_models
from shared.bus import cursors
from shared.bus.faults import is_of_the_moment
from shared.ledger.port import Appended, Ledger, StoredFact
from shared.ledger.reading import at_one_moment, reading
from shared.ledger.verify import is_whole
from shared.runtime import deliveries
from shared.runtime.deliveries import DELIVERY
from shared.runtime.desk import Acting, Call, Change, Desk
from shared.vocabulary.fact import Recorded
from shared.vocabulary.identities import kind_of, thing_of
from shared.vocabulary.paper_facts import MessageSent
from shared.wire.codec import UnknownFact, recorded

AT_ONCE = 200
"""Streams whose rows are read together."""


class NotDone(Exception):
    """A reaction would append now, so it has not done so before."""


class Onlooker(Desk):
    """A desk at which nothing is ever written: whoever would append is stopped."""

    def append(self, call: Call, acting: Acting, *changes: Change) -> Appended:  # noqa: ARG002
        """Raises NotDone."""
        raise NotDone(call.command)


class Contents:
    """Compares one ledger with what was derived from it, some facts at a time."""

    def __init__(self, house: Composition, ledger: Ledger) -> None:
        self._engine, self._ledger, self._law = house.engine("oversight"), ledger, house.law
        self._scratch = Scratch()
        self._house = house

    def check(self, facts: Sequence[StoredFact], after: int, *, begun: bool = False) -> list[Difference]:
        """What is wrong with these facts, which begin after a position, and with what follows from them.

        `begun`: of things whose first fact is among them, so that a walk over the ledger meets each thing once.
        """
        streams = {fact.stream: fact.position for fact in facts if not begun or fact.version == 1}
        found = list(_flaws(facts, after))
        many = list(streams)
        for first in range(0, len(many), AT_ONCE):
            found += self._rows(many[first : first + AT_ONCE], streams)
        for reaction in REACTING:
            found += self._reacted(reaction, facts)
        found += self._queued([stream for stream in streams if kind_of(stream) == "message"], streams)
        return found

    def _rows(self, streams: Sequence[str], at: Mapping[str, int]) -> Iterable[Difference]:
        """The rows of every read model against those that the facts make, as of the model's own position."""
        models = read_models(self._ledger, self._law)
        with at_one_moment(self._engine) as tx:
            there = [one for model in models if (one := kept(tx, model, self._ledger.name, streams))]
        histories: dict[str, list[Recorded]] = {}
        for stream in streams:
            if not any(one.concerns(stream) for one in there):
                continue
            try:  # read after the rows: what came in between is left out
                histories[stream] = [recorded(fact) for fact in self._ledger.stream(stream)]
            except UnknownFact:
                yield Difference(Side.LEDGER, Kind.UNREADABLE, stream, position=at[stream])
        for one in there:
            passed = {
                stream: upto
                for stream, history in histories.items()
                if one.concerns(stream) and (upto := [r for r in history if r.position <= one.position])
            }
            expected, failed = self._scratch.derive(one.model, passed.values())
            for stream in failed:
                yield Difference(Side.READ_MODELS, Kind.UNREADABLE, stream, 1, one.model.name, at[stream])
            for stream in histories.keys() - failed:
                if not one.concerns(stream):
                    continue
                should, has = expected.get(stream, set()), one.rows.get(stream, set())
                if lost_or_stray := _kind(len(should - has), len(has - should)):
                    kind, count = lost_or_stray
                    yield Difference(Side.READ_MODELS, kind, stream, count, one.model.name, at[stream])

    def _reacted(self, reaction: Reaction, facts: Sequence[StoredFact]) -> Iterable[Difference]:
        """Let the reaction go over the facts again where it cannot write: it finds its own answers, or would append."""
        wanted = [fact for fact in facts if kind_of(fact.stream) in reaction.kinds]
        if not wanted:
            return
        with reading(self._engine) as connection:
            position, waiting = self._reached(connection, reaction.name)
        react = reaction.at(self._onlooker, self._ledger.name)
        for fact in wanted:
            if fact.position > position or fact.stream in waiting:
                continue
            try:
                react(recorded(fact))
            except Exception as failure:
                if is_of_the_moment(failure):
                    raise
                yield Difference(
                    Side.BUS, Kind.NOT_DONE, fact.stream, by=reaction.name, position=fact.position
                )

    def _onlooker(self, ledger: str) -> Desk | None:
        """A desk that only looks, at any book of the installation."""
        if ledger not in self._house.installation.ledgers:
            return None
        book = self._house.desk("oversight", ledger).ledger
        return Onlooker(book, self._law, self._house.clock_for("oversight"))

    def _queued(self, streams: Sequence[str], at: Mapping[str, int]) -> Iterable[Difference]:
        """Each message that was passed and not sent waits for a channel."""
        if not streams:
            return
        with reading(self._engine) as connection:
            position, waiting = self._reached(connection, deliveries.NAME)
            query = select(DELIVERY.c.message).where(
                DELIVERY.c.ledger == self._ledger.name, DELIVERY.c.message.in_(map(thing_of, streams))
            )
            queued = set(connection.execute(query).scalars())
        for stream in streams:
            # Its facts are read after the queue: what was sent in between has left the queue, and shows as sent.
            if at[stream] > position or stream in waiting or thing_of(stream) in queued:
                continue
            if not any(fact.type == MessageSent.TYPE for fact in self._ledger.stream(stream)):
                yield Difference(Side.BUS, Kind.NOT_QUEUED, stream, by=deliveries.NAME, position=at[stream])

    def _reached(self, tx: Connection, consumer: str) -> tuple[int, Mapping[str, int]]:
        name = self._ledger.name
        return cursors.position_in(tx, consumer, name), cursors.waiting(tx, consumer, name)


def _kind(lost: int, stray: int) -> tuple[Kind, int] | None:
    """What is wrong with a stream's rows, and how many of them; None when nothing is."""
    if not lost and not stray:
        return None
    return (Kind.WRONG if lost and stray else Kind.LOST if lost else Kind.STRAY), max(lost, stray)


def _flaws(facts: Sequence[StoredFact], after: int) -> Iterable[Difference]:
    """Positions that are left out, and facts that are not what was appended."""
    for expected, fact in enumerate(facts, start=after + 1):
        if fact.position != expected:
            yield Difference(
                Side.LEDGER, Kind.MISSING, fact.stream, fact.position - expected, position=fact.position
            )
            return
        if not is_whole(fact):
            yield Difference(Side.LEDGER, Kind.DAMAGED, fact.stream, position=fact.position)
