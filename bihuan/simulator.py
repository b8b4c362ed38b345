"""The same pure core without Temporal: commands, reactions and the clock's steps in one deterministic process."""

from __future__ import annotations

import hashlib
from datetime import datetime
from heapq import heappop, heappush
from typing import Any

from bihuan.repertoire import REACTIONS, watched_kinds
from shared.law.obligations import Obligation
from shared.law.periods import SHANGHAI
from shared.law.reckoning import Reckonings
from shared.ledger.memory import MemoryLedger
from shared.ledger.port import Appended, Ledger
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


class RememberingDesk(Desk):
    """A desk that decodes each fact once: facts never change, so what was read stays true."""

    def __init__(self, ledger: Ledger, law: Law, clock: Now) -> None:
        super().__init__(ledger, law, clock)
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
    """One office's book, the reactions of all services and the watch, driven by a clock that we move."""

    def __init__(self, name: str, law: Law, start: datetime) -> None:
        self.clock = SimulatedClock(start)
        self.ledger = MemoryLedger(name, self.clock.now)
        self.desk: Desk = RememberingDesk(self.ledger, law, self.clock)
        self._watched = watched_kinds(law.rulebook)
        self._tail = 0
        self._agenda: list[tuple[datetime, str]] = []
        self._armed: dict[str, datetime] = {}

    def now(self) -> datetime:
        """The simulated moment."""
        return self.clock.now()

    def enter(self, stream: str, fact: Fact, by: Actor = lookout.CLOCK) -> None:
        """Enter a fact that comes from outside any act: of the registry, or of a channel."""
        on = self.desk.load(stream)
        command = f"enter:{stream}:{on.version}"
        call = Call(command, hashlib.sha256(command.encode()).digest(), by.person, TRACE)
        acting = Acting((by,), self.now(), None, ())
        self.desk.append(call, acting, Change(on, (fact,)))
        self._settle()

    def do(self, deed: Deed, call: Call, thing: str | None, ask: Any) -> Appended:
        """Carry out an act and everything that follows from it now; raises its Refusal."""
        answer = deed.do(self.desk, call, thing, ask)
        self._settle()
        return answer

    def advance(self, to: datetime) -> None:
        """Go from due moment to due moment, taking the clock's steps at each, up to and including `to`."""
        while self._agenda and self._agenda[0][0] <= to:
            due, stream = heappop(self._agenda)
            if self._armed.get(stream) != due:
                continue  # moved or done since: a newer entry stands in its place
            del self._armed[stream]
            self.clock.set_forward(max(due, self.now()))
            self._watch(stream)
            self._settle()
        self.clock.set_forward(to)

    def jump(self, to: datetime) -> None:
        """Go to a moment as an outage would: nothing happens on the way, what was missed is made up there."""
        self.clock.set_forward(to)
        self.advance(to)

    def facts(self, after: int = 0) -> list[Recorded]:
        """Everything recorded beyond a position, in order."""
        return [recorded(stored) for stored in self.ledger.read(after, self.ledger.head())]

    def _settle(self) -> None:
        """Let every service react to what is new, and look at each watched thing it touched, until nothing is new."""
        while self._tail < (head := self.ledger.head()):
            touched: dict[str, None] = {}
            for stored in self.ledger.read(self._tail, head - self._tail):
                touched[stored.stream] = None
                record = self.desk.load(stored.stream).records[stored.version - 1]
                for reaction in REACTIONS:
                    reaction(self.desk, record)
            self._tail = head
            for stream in touched:
                if kind_of(stream) in self._watched:
                    self._watch(stream)

    def _watch(self, stream: str) -> None:
        """Look, take the steps owed now, and put the next due moment on the agenda."""
        look = lookout.look(self.desk, stream)
        while sum(lookout.take(self.desk, stream, step) for step in look.steps):
            look = lookout.look(self.desk, stream)
        if look.wake_at is None:
            self._armed.pop(stream, None)
        elif self._armed.get(stream) != look.wake_at:
            self._armed[stream] = look.wake_at
            heappush(self._agenda, (look.wake_at, stream))
