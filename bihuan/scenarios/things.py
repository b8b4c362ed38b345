"""The things of a scenario as its facts have them: aliases, relatives, stages and obligations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from services.enforcement import case, source
from services.intake import report
from services.rectification import hazard, order
from shared.law.obligations import Obligation
from shared.law.reckoning import obligations
from shared.runtime.law_files import Law
from shared.vocabulary.case_facts import CaseFiled
from shared.vocabulary.fact import Fact, Recorded
from shared.vocabulary.hand_over_facts import HandOverReceived
from shared.vocabulary.hazard_facts import HazardReported
from shared.vocabulary.identities import kind_of, stream_of
from shared.vocabulary.order_facts import OrderIssued, VisitMade
from shared.vocabulary.source_facts import SourceOpened

_PART = re.compile(r"^(order|hazard|item|source|case)(\d*)$")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a thing stands: its stage, the stages of its items, and its outcome."""

    stage: str
    items: dict[int, str]
    outcome: str | None = None


def _order(facts: Iterable[Fact]) -> Standing:
    state = order.replay(facts)
    return Standing(state.stage, {number: str(item.stage) for number, item in state.items.items()})


def _source(facts: Iterable[Fact]) -> Standing:
    state = source.replay(facts)
    return Standing(state.stage, {}, state.outcome)


def _case(facts: Iterable[Fact]) -> Standing:
    state = case.replay(facts)
    outcomes = sorted({str(made.outcome) for made in state.decisions.values()})
    return Standing(state.stage, {}, ",".join(outcomes) or None)


def _report(facts: Iterable[Fact]) -> Standing:
    state = report.replay(facts)
    return Standing(state.stage, {}, state.outcome)


STANDING: dict[str, Callable[[Iterable[Fact]], Standing]] = {
    "hazard": lambda facts: Standing(hazard.replay(facts).stage, {}),
    "order": _order,
    "source": _source,
    "case": _case,
    "report": _report,
}


class Book:
    """All facts of a run, by stream: things have ids of their own in whatever ledger they are."""

    def __init__(self, facts: Sequence[Recorded], law: Law) -> None:
        self._law = law
        self._streams: dict[str, list[Recorded]] = {}
        for record in facts:
            self._streams.setdefault(record.stream, []).append(record)

    def records(self, stream: str) -> Sequence[Recorded]:
        """The facts of one stream."""
        return self._streams.get(stream, ())

    def things(self) -> tuple[str, ...]:
        """Every stream, in the order of its beginning."""
        return tuple(self._streams)

    def standing(self, stream: str) -> Standing | None:
        """Where a thing stands, None for kinds that have no stages."""
        fold = STANDING.get(kind_of(stream))
        return fold(record.fact for record in self.records(stream)) if fold else None

    def obligations(self, stream: str) -> tuple[Obligation, ...]:
        """Every obligation that the thing ever had."""
        return obligations(self.records(stream), self._law.rulebook, self._law.calendar)

    def part(self, stream: str, name: str) -> str | None:
        """A relative of a thing: `order`, `hazard2`, `item1` (the hazard of that item), `source1`; None if unknown."""
        match = _PART.match(name)
        if match is None:
            return None
        kind, number = match.group(1), int(match.group(2) or 1)
        if kind == "item":
            kind = "hazard"
        found = [s for s in self.relatives(stream) if kind_of(s) == kind]
        return found[number - 1] if 0 < number <= len(found) else None

    def relatives(self, stream: str) -> tuple[str, ...]:
        """The thing itself, what it led to, and what it is about, nearest first."""
        seen: dict[str, None] = {stream: None}
        waiting = [stream]
        while waiting:
            for near in self._near(waiting.pop(0)):
                if near not in seen:
                    seen[near] = None
                    waiting.append(near)
        return tuple(seen)

    def _near(self, stream: str) -> list[str]:
        near: list[str] = []
        for record in self.records(stream):
            near += _named(record.fact)
            near += self._caused(record)
        for other, records in self._streams.items():
            if other != stream and stream in _named(records[0].fact):
                near.append(other)
        return near

    def _caused(self, cause: Recorded) -> list[str]:
        cause_id = f"{cause.ledger}:{cause.position}"
        return [s for s, records in self._streams.items() if records[0].context.causation == cause_id]


def _named(fact: Fact) -> list[str]:
    """The streams that a fact names, in its own order."""
    match fact:
        case VisitMade():
            return [stream_of("hazard", h) for h in fact.hazards] + (
                [stream_of("order", fact.order)] if fact.order else []
            )
        case OrderIssued():
            return [stream_of("hazard", item.hazard) for item in fact.items]
        case SourceOpened():
            return [fact.cause_stream, *(stream_of("hazard", h) for h in fact.hazards)]
        case CaseFiled():
            return [stream_of("source", fact.source)]
        case HandOverReceived():
            return [stream_of("case", fact.case)]
        case HazardReported():
            return [stream_of("report", fact.source_id)] if fact.source == "report" else []
        case _:
            return []
