"""What was expected, what was found, and whether they agree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bihuan.scenarios.shapes import DueOf, FactWanted, NotDue, Refused, Thing
from bihuan.scenarios.things import Book
from shared.law.obligations import Obligation
from shared.law.periods import SHANGHAI
from shared.vocabulary.fact import Recorded
from shared.vocabulary.identities import kind_of
from shared.vocabulary.refusals import Refusal
from shared.wire.codec import to_json

RUNG = "obligation.rung_reached"
BOOKKEEPING = frozenset({RUNG, "number.used", "message.owed", "message.sent"})
"""Facts that a step's list leaves out, unless the list names one of that name."""


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation: where it stands, what it is about, and line by line what was expected and found."""

    line: int
    step: int | None
    about: str
    expected: tuple[str, ...]
    found: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether it was met."""
        return self.expected == self.found


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in the file an expectation stands: its line, and its step counted from 1."""

    line: int
    step: int | None = None

    def check(self, about: str, expected: Iterable[str], found: Iterable[str]) -> Check:
        """A check at this spot."""
        return Check(self.line, self.step, about, tuple(expected), tuple(found))


def check_refused(spot: Spot, wanted: Refused | None, refusal: Refusal | None) -> Check | None:
    """The step was refused as expected, or done as expected (then there is nothing to say)."""
    if wanted is None:
        if refusal is None:
            return None
        return spot.check("办理 done", ["已办理 done"], [_told(refusal)])
    expected = f"拒绝 refused: {wanted.code}" + (f" [{wanted.basis}]" if wanted.basis else "")
    if refusal is None:
        return spot.check("拒绝 refused", [expected], ["已办理 done"])
    met = refusal.code == wanted.code and (wanted.basis is None or wanted.basis in refusal.basis)
    return spot.check("拒绝 refused", [expected], [expected if met else _told(refusal)])


def check_facts(
    spot: Spot, wanted: Sequence[FactWanted], records: Iterable[Recorded], hidden: frozenset[str]
) -> Check:
    """The names of each thing's facts in order, with the fields that are given; `hidden` names are not compared.

    Facts of several things may stand in any order among each other: separate processes write them.
    """
    named = {one if isinstance(one, str) else next(iter(one)) for one in wanted}
    shown = _arranged(wanted, [record for record in records if record.name not in hidden - named])
    found = []
    for n, record in enumerate(shown):
        one = wanted[n] if n < len(wanted) else record.name
        found.append(_as_wanted(one, record))
    return spot.check("事实 facts", [_written(one) for one in wanted], found)


def check_due(spot: Spot, row: str, wanted: DueOf, book: Book, scope: Sequence[str]) -> Check:
    """Everything open under a row, near the thing, has these dates."""
    open_ = _open(book, row, wanted.item, scope)
    found = sorted({_dates(wanted, o) for o in open_}) or ["没有未了结的义务 nothing open"]
    item = f"/{wanted.item}" if wanted.item is not None else ""
    return spot.check(f"期限 due {row}{item}", [_dates_wanted(wanted)], found)


def check_not_due(spot: Spot, wanted: NotDue, book: Book, scope: Sequence[str]) -> Check:
    """Nothing is open under a row, near the thing."""
    found = [f"{o.id} {o.due.legal}" for o in _open(book, wanted.row, wanted.item, scope)]
    item = f"/{wanted.item}" if wanted.item is not None else ""
    return spot.check(f"无期限 not due {wanted.row}{item}", [], found)


def check_thing(spot: Spot, wanted: Thing, book: Book, stream: str) -> list[Check]:
    """Stage, items, outcome, facts and obligations of one thing at the end."""
    standing, many = book.standing(stream), book.obligations(stream)
    checks = []
    if wanted.stage is not None:
        checks.append(spot.check("阶段 stage", [wanted.stage], [standing.stage if standing else "-"]))
    if wanted.outcome is not None:
        checks.append(spot.check("结果 outcome", [wanted.outcome], [(standing and standing.outcome) or "-"]))
    if wanted.items is not None:
        items = standing.items if standing else {}
        checks.append(spot.check("整改项 items", _lines(wanted.items), _lines(items)))
    if wanted.facts is not None:
        hidden = frozenset() if wanted.clock else frozenset({RUNG})
        checks.append(check_facts(spot, wanted.facts, book.records(stream), hidden))
    if wanted.open is not None:
        found = [o.row.id for o in many if o.open]
        checks.append(spot.check("未了结 open", sorted(wanted.open), sorted(found)))
    if wanted.lapsed is not None:
        found = [o.row.id for o in many if o.lapses]
        checks.append(spot.check("已逾期 lapsed", sorted(wanted.lapsed), sorted(found)))
    return checks


def _lines(items: dict[int, str]) -> list[str]:
    return [f"{number}: {stage}" for number, stage in sorted(items.items())]


def _open(book: Book, row: str, item: int | None, scope: Sequence[str]) -> list[Obligation]:
    """What is open under a row: on the thing itself where the row is of its kind, else on its relatives."""
    many = [o for stream in scope for o in book.obligations(stream) if o.open and o.row.id == row]
    own = (
        [o for o in many if o.stream == scope[0]]
        if scope and many and kind_of(scope[0]) == many[0].row.thing
        else many
    )
    return [o for o in own if item is None or o.key == str(item)]


def _dates_wanted(wanted: DueOf) -> str:
    parts = [f"法定 legal {wanted.legal}"] if wanted.legal else []
    return (
        "  ".join(parts + ([f"内部 internal {wanted.internal}"] if wanted.internal else [])) or "未了结 open"
    )


def _dates(wanted: DueOf, found: Obligation) -> str:
    """The obligation's dates, as far as the expectation names them."""
    asked = DueOf(
        legal=_day(found.due.legal) if wanted.legal else None,
        internal=_day(found.due.internal) if wanted.internal else None,
    )
    provisional = "  暂定 provisional" if found.due.provisional else ""
    return _dates_wanted(asked) + provisional


def _day(when: date | datetime) -> str:
    return f"{when.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if isinstance(when, datetime) else when.isoformat()


def _told(refusal: Refusal) -> str:
    basis = f" [{refusal.basis}]" if refusal.basis else ""
    return f"拒绝 refused: {refusal.code}{basis} {refusal.zh}"


def _arranged(wanted: Sequence[FactWanted], shown: Sequence[Recorded]) -> Sequence[Recorded]:
    """The facts as wanted, if each thing's own facts are in that order; otherwise as they were recorded."""
    left, arranged = list(shown), []
    for one in wanted:
        nexts: dict[tuple[str, str], Recorded] = {}
        for record in left:
            nexts.setdefault((record.ledger, record.stream), record)
        fits = next((record for record in nexts.values() if _as_wanted(one, record) == _written(one)), None)
        if fits is None:
            return shown
        left.remove(fits)
        arranged.append(fits)
    return arranged + left


def _written(one: FactWanted) -> str:
    if isinstance(one, str):
        return one
    name, fields = next(iter(one.items()))
    return " ".join([name, *(f"{key}={_plain(value)}" for key, value in (fields or {}).items())])


def _as_wanted(one: FactWanted, record: Recorded) -> str:
    """The fact found, with the fields that the fact wanted in its place names."""
    if isinstance(one, str) or record.name not in one:
        return record.name
    data = to_json(record.fact)
    fields = one[record.name] or {}
    return " ".join([record.name, *(f"{key}={_plain(data.get(key, '-'))}" for key in fields)])


def _plain(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list():
            return "[" + ", ".join(_plain(entry) for entry in value) + "]"
        case _:
            return str(value)
