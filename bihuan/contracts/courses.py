"""Which act leads a thing from which stage to which: seen while scenarios are played, and tried at every stage reached.

Nothing is listed by hand: the decisions themselves say what a stage allows. Whatever a scenario asks of a thing is
asked again of every thing of its kind at every stage that any scenario reaches, at a desk that writes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bihuan.repertoire import DEEDS
from bihuan.scenarios.loading import load_scenario
from bihuan.scenarios.running import run_scenario
from bihuan.simulator import TRACE, RememberingDesk, Simulator
from services.enforcement import case, source
from services.intake import report
from services.rectification import hazard, order
from shared.ledger.port import Appended
from shared.runtime.deeds import Deed
from shared.runtime.desk import Acting, Call, Change
from shared.runtime.law_files import Law
from shared.runtime.lookout import CLOCK
from shared.vocabulary.fact import Actor, Fact, Recorded
from shared.vocabulary.identities import kind_of, thing_of
from shared.vocabulary.refusals import Refusal

NONE = "none"
ITEM = "item"
"""An order's items have stages of their own."""

START: Mapping[str, Any] = {
    "report": report.Report(),
    "hazard": hazard.Hazard(),
    "order": order.Order(),
    "source": source.CaseSource(),
    "case": case.Case(),
}
_EVOLVE: Mapping[str, Callable[[Any, Fact], Any]] = {
    "report": report.evolve,
    "hazard": hazard.evolve,
    "order": order.evolve,
    "source": source.evolve,
    "case": case.evolve,
}


@dataclass(frozen=True, slots=True, order=True)
class Move:
    """From a stage to a stage, which may be the same, of a kind of thing: by an act, or by a fact that no act wrote.

    `entered`: the fact came from outside, through a channel.
    """

    kind: str
    before: str
    after: str
    act: str = ""
    fact: str = ""
    entered: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked: of an act, in whose name, and which of its fields name things, of which kind."""

    call: Call
    ask: Any
    naming: Mapping[str, str]


@dataclass(slots=True)
class Courses:
    """Everything seen: moves as whole commands make them, and steps as single facts do."""

    moves: set[Move] = field(default_factory=set)
    steps: set[tuple[str, str, str]] = field(default_factory=set)
    asked: dict[tuple[str, str], dict[str, Asked]] = field(default_factory=dict)
    """By book and act, each once."""


def courses(scenarios: Iterable[Path], law: Law) -> Courses:
    """Play the scenarios twice: to see what is asked, then to ask it at every stage."""
    seen = Courses()
    loaded = [load_scenario(path, law) for path in scenarios]
    for trying in (False, True):

        def making(
            books: Sequence[str], law: Law, start: datetime, trying: bool = trying
        ) -> AbstractContextManager[_Observed]:
            return nullcontext(_Observed(seen, trying, law, start, *books))

        for scenario in loaded:
            run_scenario(scenario, law, making)
    return seen


class _WouldWrite(Exception):
    """What an act would have appended."""

    def __init__(self, changes: tuple[Change, ...]) -> None:
        super().__init__()
        self.changes = changes


class _TryingDesk(RememberingDesk):
    """A desk at which acts are decided and nothing is written."""

    def append(self, call: Call, acting: Acting, *changes: Change) -> Appended:  # noqa: ARG002
        """Raises _WouldWrite."""
        raise _WouldWrite(changes)


@dataclass(frozen=True, slots=True)
class _Doing:
    """What was just done in a book: the act and the thing that it is about, or nothing; the positions of its facts."""

    book: str
    positions: range = range(0)
    act: str = ""
    about: str = ""
    entered: bool = False


class _Observed(Simulator):
    """A simulator that notes what moved what; `trying`: and asks everything of whatever was touched."""

    def __init__(self, seen: Courses, trying: bool, law: Law, start: datetime, *books: str) -> None:
        super().__init__(books[0], law, start, *books[1:])
        self._seen, self._trying = seen, trying
        self._states: dict[tuple[str, str], Any] = {}
        self._upto = dict.fromkeys(self.desks, 0)
        self._trial = {book: _TryingDesk(desk.ledger, law, self.clock) for book, desk in self.desks.items()}

    def enter(self, stream: str, fact: Fact, by: Actor = CLOCK, *, book: str | None = None) -> str:
        """Enter a fact, and note what it moves."""
        name = self._desk(book).ledger.name
        at = self._upto[name] + 1
        answer = super().enter(stream, fact, by, book=book)
        self._note(_Doing(name, range(at, at + 1), entered=True))
        return answer

    def do(self, deed: Deed, call: Call, thing: str | None, ask: Any, *, book: str | None = None) -> Appended:
        """Carry out an act, and note what was asked and what it moves."""
        answer = super().do(deed, call, thing, ask, book=book)
        name = self._desk(book).ledger.name
        asked = Asked(call, ask, self._naming(name, ask))
        self._seen.asked.setdefault((name, deed.name), {})[f"{call.person} {call.second} {ask!r}"] = asked
        about = f"{deed.kind}/{thing}" if thing else ""
        self._note(_Doing(name, range(answer.first, answer.last + 1), deed.name, about))
        return answer

    def advance(self, to: datetime) -> None:
        """Let the clock take its steps, and note what they move."""
        super().advance(to)
        self._note(_Doing(self.ledger.name))

    def _naming(self, book: str, ask: Any) -> dict[str, str]:
        kinds = {thing_of(stream): kind_of(stream) for where, stream in self._states if where == book}
        return {name: kinds[value] for name, value in ask if isinstance(value, str) and value in kinds}

    def _note(self, doing: _Doing) -> None:
        """Note what moved since the last time: what was done, as a whole; what followed from it, fact by fact."""
        touched: dict[tuple[str, str], None] = {}
        for book in self.desks:
            records = self.facts(self._upto[book], book=book)
            own = [one for one in records if book == doing.book and one.position in doing.positions]
            self._upto[book] += len(records)
            self._whole(book, own, doing)
            for record in records[len(own) :]:
                self._whole(book, [record], _Doing(book))
            touched |= {(book, one.stream): None for one in records if kind_of(one.stream) in START}
        if self._trying:
            for place in touched:
                self._try(*place)

    def _whole(self, book: str, records: Sequence[Recorded], doing: _Doing) -> None:
        """Note what facts that were recorded together did to each thing."""
        for stream in dict.fromkeys(one.stream for one in records):
            if kind_of(stream) in START:
                facts = [one.fact for one in records if one.stream == stream]
                self._states[book, stream] = self._moved(book, stream, facts, doing)

    def _moved(self, book: str, stream: str, facts: Sequence[Fact], doing: _Doing) -> Any:
        """Note what these facts do to a thing; answers its state after them."""
        kind = kind_of(stream)
        before = state = self._states.get((book, stream), START[kind])
        for fact in facts:
            after = _EVOLVE[kind](state, fact)
            self._seen.steps |= {
                (part, was, now) for part, was, now in _stages(kind, state, after) if was != now
            }
            state = after
        for part, was, now in _stages(kind, before, state):
            if was != now or (part == kind and stream == doing.about):
                cause = "" if doing.act else facts[0].TYPE
                self._seen.moves.add(Move(part, was, now, doing.act, cause, doing.entered))
        return state

    def _try(self, book: str, stream: str) -> None:
        """Ask of a thing whatever was ever asked of its kind in this book, but for what is known to be done."""
        kind, stage = kind_of(stream), str(self._states[book, stream].stage)
        done = {move.act for move in self._seen.moves if (move.kind, move.before) == (kind, stage)}
        for name, deed in DEEDS.items():
            if deed.kind != kind or deed.new or name in done:
                continue
            tried = (
                self._would(book, stream, deed, asked.call, ask)
                for asked in self._seen.asked.get((book, name), {}).values()
                for ask in self._variants(book, stream, asked)
            )
            any(tried)  # up to the first that is done

    def _variants(self, book: str, stream: str, asked: Asked) -> Iterator[Any]:
        """What was asked, and the same about each other thing that there is now."""
        yield asked.ask
        for name, kind in asked.naming.items():
            for where, other in self._states:
                if where == book and kind_of(other) == kind and other != stream:
                    yield asked.ask.model_copy(update={name: thing_of(other)})

    def _would(self, book: str, stream: str, deed: Deed, call: Call, ask: Any) -> bool:
        """Whether it would be done; notes what it would move."""
        body = hashlib.sha256(stream.encode()).digest()
        trial = Call(f"trial:{stream}", body, call.person, TRACE, call.second)
        try:
            deed.do(self._trial[book], trial, thing_of(stream), ask)
        except _WouldWrite as would:
            for change in would.changes:
                if kind_of(change.on.stream) in START:
                    self._moved(
                        book, change.on.stream, change.facts, _Doing(book, act=deed.name, about=stream)
                    )
            return True
        except Refusal:
            return False
        raise AssertionError("an act that is done writes something")


def _stages(kind: str, before: Any, after: Any) -> Iterator[tuple[str, str, str]]:
    """The stages of a thing, and of an order's items, before and after."""
    yield kind, str(before.stage), str(after.stage)
    if kind == "order":
        for number, item in after.items.items():
            was = before.items.get(number)
            yield ITEM, str(was.stage) if was else NONE, str(item.stage)
