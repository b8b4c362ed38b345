"""Today's work: what is late, what is due, whose it is and why each date is what it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Engine

from services.oversight.console.drawing import Bar, bars
from services.oversight.filters import LateFilter
from services.oversight.lists import Page, Window, late, late_counted
from services.oversight.reader import Reader
from services.oversight.words import Language
from shared.law.rulebook import Bearer, Row
from shared.vocabulary.identities import kind_of, thing_of

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Duty:
    """One line: a duty, for all items of one order to which it applies with the same dates."""

    row: Mapping[str, Any]
    items: tuple[tuple[int, Mapping[str, Any]], ...]

    @property
    def kind(self) -> str:
        """What kind of thing the line leads to: the hazard, unless several items of an order are meant."""
        return "hazard" if self._one_hazard else kind_of(self.row["stream"])

    @property
    def thing(self) -> str:
        """The id of that thing."""
        return str(self.row["hazard"]) if self._one_hazard else thing_of(self.row["stream"])

    @property
    def numbers(self) -> list[str]:
        """The numbers of the items, shortened."""
        return ranges(number for number, _ in self.items)

    @property
    def _one_hazard(self) -> bool:
        return bool(self.row["hazard"]) and len(self.items) <= 1


@dataclass(frozen=True, slots=True)
class Part:
    """The late, or the due: how many there are in all, one page of them, and where the next page is."""

    state: str
    count: int
    duties: tuple[Duty, ...]
    following: str | None


@dataclass(frozen=True, slots=True)
class Today:
    """The whole page."""

    at: datetime
    late: int
    due: int
    parts: tuple[Part, ...]
    roles: tuple[Bar, ...]
    rows: tuple[tuple[Row, int], ...]
    reflects: int


def today(engine: Engine, who: Reader, wanted: LateFilter, after: str | None, lang: Language) -> Today:
    """What a reader sees now; raises BadInput for a filter that can match nothing."""
    at = who.desk.clock.now()
    states = [wanted.state] if wanted.state else ["due", "late"]
    pages = {state: _page(engine, who, wanted, state, after, at, lang) for state in states}
    timers = {timer.id: timer for timer in who.desk.law.rulebook.rows}
    counted = late_counted(engine, who.ledger, who.desk.law, at)
    mine = {row: n for row, n in counted.items() if _fits(timers[row], wanted)}
    totals = {"late": sum(n for n, _ in mine.values()), "due": sum(n for _, n in mine.values())}
    parts = tuple(
        Part(state, totals[state], tuple(duties(page.rows)), _following(wanted, state, page))
        for state, page in pages.items()
    )
    rows = tuple((timers[row], late + due) for row, (late, due) in counted.items())
    reflects = min(page.reflects for page in pages.values())
    return Today(at, totals["late"], totals["due"], parts, tuple(_by_role(timers, counted)), rows, reflects)


def duties(rows: Sequence[Mapping[str, Any]]) -> Iterable[Duty]:
    """Rows in their order, those about items of one order with the same dates as one."""
    same = ("stream", "row", "legal_due", "internal_due", "lapsed", "provisional")
    for _, several in groupby(rows, key=lambda row: tuple(row[key] for key in same)):
        group = list(several)
        items = [(item, row) for row in group if (item := _item(row)) is not None]
        if len(items) == len(group):
            yield Duty(group[0], tuple(sorted(items, key=lambda one: one[0])))
        else:
            yield from (Duty(row, ()) for row in group)


def ranges(numbers: Iterable[int]) -> list[str]:
    """Numbers in ascending order, runs of three and more shortened: 1, 2, 3, 5 → 1—3, 5."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = ([f"{run[0]}—{run[-1]}"] if len(run) > 2 else map(str, run) for run in runs)
    return [part for some in parts for part in some]


def _item(row: Mapping[str, Any]) -> int | None:
    """The number of the order's item that an obligation `row/item#occurrence` is about."""
    key = row["obligation"].rpartition("#")[0].partition("/")[2]
    return int(key) if kind_of(row["stream"]) == "order" and key.isdecimal() else None


def _page(
    engine: Engine,
    who: Reader,
    wanted: LateFilter,
    state: str,
    after: str | None,
    at: datetime,
    lang: Language,
) -> Page:
    some = LateFilter(wanted.role, wanted.bearer, wanted.row, state)
    return late(engine, who.ledger, who.desk.law, some, Window(SHOWN, after), at, lang)


def _following(wanted: LateFilter, state: str, page: Page) -> str | None:
    if page.next is None:
        return None
    asked = {
        "role": wanted.role,
        "bearer": wanted.bearer,
        "row": wanted.row,
        "state": state,
        "after": page.next,
    }
    return urlencode({name: value for name, value in asked.items() if value})


def _fits(row: Row, wanted: LateFilter) -> bool:
    return (
        (wanted.role is None or wanted.role in row.answerable)
        and (wanted.bearer is None or Bearer(wanted.bearer) is row.bearer)
        and (wanted.row is None or wanted.row == row.id)
    )


def _by_role(rows: Mapping[str, Row], counted: Mapping[str, tuple[int, int]]) -> list[Bar]:
    """How much each role has to answer for; a duty of two roles counts for both."""
    sums: dict[str, tuple[int, int]] = {}
    for row, (late_ones, due_ones) in counted.items():
        for role in rows[row].answerable:
            late_before, due_before = sums.get(role, (0, 0))
            sums[role] = late_before + late_ones, due_before + due_ones
    return bars((role, *n) for role, n in sums.items())
