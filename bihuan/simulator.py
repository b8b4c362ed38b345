"""The same pure core without Temporal: commands, reactions and the clock's steps in one deterministic process."""

from __future__ import annotations

import hashlib
from datetime import datetime
from heapq import heappop, heappush
from typing import Any

from bihuan.repertoire import CARRIERS, REACTIONS, watched_kinds
from shared.law.obligations import Obligation
from shared.law.periods import SHANGHAI
from shared.law.reckoning import Reckonings
from shared.ledger.memory import MemoryLedger
from shared.ledger.port import Appended, Ledger, NotSealed
from shared.runtime import lookout
from shared.runtime.deeds import Deed
from shared.runtime.desk import Acting, Call, Change, Desk, Loaded, Now
from shared.runtime.law_files import Law
from shared.vocabulary.fact import Actor, Fact, Recorded
from shared.vocabulary.identities import kind_of
from shared.wire.codec import recorded

TRACE = "simulator"


class TimeGoesBack(ValueError):
    """The simulated clock was asked to show an earlier moment than it shows."""

    def __init__(self, shown: datetime, to: datetime) -> None:
        super().__init__(f"the clock shows {shown.isoformat()} and does not go back to {to.isoformat()}")
        self.shown, self.to = shown, to


class SimulatedClock:
    """A clock that stands until it is moved on, in Asia/Shanghai."""

    def __init__(self, start: datetime) -> None:
        self._shown = start.astimezone(SHANGHAI)

    def now(self) -> datetime:
        """The moment it shows."""
        return self._shown

    def set_forward(self, to: datetime) -> datetime:
        """Move it on to a moment."""
        if to < self._shown:
            raise TimeGoesBack(self._shown, to)
        self._shown = to.astimezone(SHANGHAI)
        return self._shown


class NothingKept:
    """Who people are is no part of a simulation: the commitment of nothing stands for it."""

    def put(self, subject: str, name: str, plaintext: bytes) -> str:  # noqa: ARG002 - a vault's shape
        """Keep nothing."""
        return hashlib.sha256(b"").hexdigest()

    def get(self, subject: str, name: str, reader: str, reason: str) -> bytes:  # noqa: ARG002 - as above
        """Nothing was kept."""
        raise NotSealed(subject, name)


class RememberingDesk(Desk):
    """A desk that decodes each fact once: facts never change, so what was read stays true."""

    def __init__(self, ledger: Ledger, law: Law, clock: Now) -> None:
        super().__init__(ledger, law, clock, NothingKept())
        self._known: dict[str, Loaded] = {}
        self._reckonings = Reckonings(law.rulebook, law.calendar)

    def load(self, stream: str) -> Loaded:
        """A stream, which may be empty; only what is new in it is read."""
        known = self._known.get(stream, Loaded(stream, ()))
        new = self.ledger.stream(stream, known.version)
        if new:
            known = Loaded(stream, (*known.records, *(recorded(stored) for stored in new)))
            self._known[stream] = known
        return known

    def obligations(self, loaded: Loaded) -> tuple[Obligation, ...]:
        """Every obligation that a stream's facts ever opened; only what is new in it is reckoned."""
        return self._reckonings.of(loaded.records)


class Simulator:
    """Offices' books, the reactions of all services and the watch, driven by a clock that we move.

    `ledger` and `desk` are those of the first book, which is also meant where none is named.
    """

    def __init__(self, name: str, law: Law, start: datetime, *others: str) -> None:
        self.clock = SimulatedClock(start)
        ledgers = {book: MemoryLedger(book, self.clock.now) for book in (name, *others)}
        self.desks: dict[str, Desk] = {
            book: RememberingDesk(ledger, law, self.clock) for book, ledger in ledgers.items()
        }
        self.ledger, self.desk = ledgers[name], self.desks[name]
        self._watched = watched_kinds(law.rulebook)
        self._tails = dict.fromkeys(self.desks, 0)
        self._agenda: list[tuple[datetime, str, str]] = []
        self._armed: dict[tuple[str, str], datetime] = {}

    def now(self) -> datetime:
        """The simulated moment."""
        return self.clock.now()

    def enter(self, stream: str, fact: Fact, by: Actor = lookout.CLOCK, *, book: str | None = None) -> str:
        """Enter a fact that comes from outside any act, of the registry or of a channel; answers its stream."""
        desk = self._desk(book)
        on = desk.load(stream)
        command = f"enter:{stream}:{on.version}"
        call = Call(command, hashlib.sha256(command.encode()).digest(), by.person, TRACE)
        acting = Acting((by,), self.now(), None, ())
        desk.append(call, acting, Change(on, (fact,)))
        self._settle()
        return stream

    def do(self, deed: Deed, call: Call, thing: str | None, ask: Any, *, book: str | None = None) -> Appended:
        """Carry out an act and everything that follows from it now; raises its Refusal."""
        answer = deed.do(self._desk(book), call, thing, ask)
        self._settle()
        return answer

    def advance(self, to: datetime) -> None:
        """Go from due moment to due moment, taking the clock's steps at each, up to and including `to`."""
        while self._agenda and self._agenda[0][0] <= to:
            due, book, stream = heappop(self._agenda)
            if self._armed.get((book, stream)) != due:
                continue  # moved or done since: a newer entry stands in its place
            del self._armed[book, stream]
            self.clock.set_forward(max(due, self.now()))
            self._watch(self.desks[book], stream)
            self._settle()
        self.clock.set_forward(to)

    def jump(self, to: datetime) -> None:
        """Go to a moment as an outage would: nothing happens on the way, what was missed is made up there."""
        self.clock.set_forward(to)
        self.advance(to)

    def facts(self, after: int = 0, *, book: str | None = None) -> list[Recorded]:
        """Everything recorded in a book beyond a position, in order."""
        ledger = self._desk(book).ledger
        return [recorded(stored) for stored in ledger.read(after, ledger.head())]

    def _desk(self, book: str | None) -> Desk:
        return self.desk if book is None else self.desks[book]

    def _settle(self) -> None:
        """Let every service react to what is new, and look at each watched thing it touched, until nothing is new."""
        while any(self._follow(desk) for desk in self.desks.values()):
            pass

    def _follow(self, desk: Desk) -> bool:
        """The same once, in one book; False when nothing was new."""
        tail, head = self._tails[desk.ledger.name], desk.ledger.head()
        touched: dict[str, None] = {}
        for stored in desk.ledger.read(tail, head - tail):
            touched[stored.stream] = None
            record = desk.load(stored.stream).records[stored.version - 1]
            for reaction in REACTIONS:
                reaction(desk, record)
            for carry in CARRIERS:
                carry(self.desks.get, record)
        self._tails[desk.ledger.name] = head
        for stream in touched:
            if kind_of(stream) in self._watched:
                self._watch(desk, stream)
        return tail < head

    def _watch(self, desk: Desk, stream: str) -> None:
        """Look, take the steps owed now, and put the next due moment on the agenda."""
        look, at = lookout.look(desk, stream), (desk.ledger.name, stream)
        while sum(lookout.take(desk, stream, step) for step in look.steps):
            look = lookout.look(desk, stream)
        if look.wake_at is None:
            self._armed.pop(at, None)
        elif self._armed.get(at) != look.wake_at:
            self._armed[at] = look.wake_at
            heappush(self._agenda, (look.wake_at, *at))
