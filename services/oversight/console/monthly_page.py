"""The monthly report, and for each of its figures the facts that stand behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Engine

from services.oversight.console.story_page import what_where
from services.oversight.figures import FIGURES, Figure
from services.oversight.lists import hazards_of
from services.oversight.monthly import (
    Behind,
    Column,
    Monthly,
    Span,
    after_row,
    behind,
    month_of,
    monthly,
    read_after,
)
from services.oversight.names import mentioned, names_of
from services.oversight.reader import Reader
from services.oversight.words import Language, sentence
from shared.law.periods import SHANGHAI
from shared.vocabulary.identities import kind_of, stream_of, thing_of
from shared.wire.codec import recorded

SHOWN = 50
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Report:
    """The whole page; months as `2026-05`, `following` None when that month has not begun."""

    month: str
    previous: str | None
    following: str | None
    latest: str
    columns: Mapping[Span, Column]
    lines: tuple[tuple[Figure, Mapping[Span, str]], ...]
    reflects: int


@dataclass(frozen=True, slots=True)
class Counted:
    """One fact behind a figure: what it is about, what it says, and what it counts for."""

    row: Behind
    kind: str
    thing: str
    name: str
    text: str
    counts: str


@dataclass(frozen=True, slots=True)
class Facts:
    """A figure's value in one column and a page of the facts behind it; `following`: the query of the next page."""

    month: str
    figure: Figure
    span: Span
    columns: Mapping[Span, Column]
    value: str
    facts: tuple[Counted, ...]
    following: str | None
    reflects: int


def report(engine: Engine, who: Reader, month: str, lang: Language) -> Report:
    """The report on a month, this one if none is given; raises BadInput for what is no month, or a later one."""
    first, latest, found = _reckoned(engine, who, month)
    previous = _written(first - _A_DAY) if first > date.min else None
    after = first + 31 * _A_DAY
    return Report(
        _written(first),
        previous,
        _written(after) if _written(after) <= latest else None,
        latest,
        found.columns,
        tuple(
            (
                figure,
                {
                    span: figure.written(found.values[figure.id][span], zh=lang is Language.ZH)
                    for span in Span
                },
            )
            for figure in FIGURES.values()
        ),
        found.reflects,
    )


def facts(
    engine: Engine, who: Reader, name: str, month: str, span: Span, after: str | None, lang: Language
) -> Facts:
    """What stands behind a figure in one column; raises BadInput."""
    first, _, found = _reckoned(engine, who, month)
    figure = FIGURES[name]
    rows = behind(engine, who.ledger, name, found.columns[span], read_after(after), SHOWN)
    following = None
    if len(rows) == SHOWN:
        following = urlencode({"month": _written(first), "column": span, "after": after_row(rows[-1])})
    return Facts(
        _written(first),
        figure,
        span,
        found.columns,
        figure.written(found.values[name][span], zh=lang is Language.ZH),
        tuple(_counted(engine, who, figure, rows, lang)),
        following,
        found.reflects,
    )


def _reckoned(engine: Engine, who: Reader, month: str) -> tuple[date, str, Monthly]:
    """The month's first day, the latest month that has begun, and the report."""
    today = who.desk.clock.now().astimezone(SHANGHAI).date()
    first = month_of(month or _written(today))
    return first, _written(today), monthly(engine, who.ledger, first, today)


def _written(day: date) -> str:
    return day.isoformat()[: len("2026-05")]


def _counted(
    engine: Engine, who: Reader, figure: Figure, rows: list[Behind], lang: Language
) -> Iterable[Counted]:
    said = {row.position: recorded(who.desk.ledger.read(row.position - 1, 1)[0]).fact for row in rows}
    about = {row: row.subject if kind_of(row.subject) == "hazard" else row.stream for row in rows}
    names = names_of(
        engine, who.ledger, set(about.values()).union(*(mentioned(fact) for fact in said.values()))
    )
    hazards = {thing_of(stream) for stream in about.values() if kind_of(stream) == "hazard"}
    known: Mapping[str, Mapping[str, Any]] = hazards_of(engine, who.ledger, hazards)
    names |= {stream_of("hazard", hazard): what_where(row) for hazard, row in known.items()}
    timers = {row.id: row.name if lang is Language.ZH else row.name_en for row in who.desk.law.rulebook.rows}
    for row, stream in about.items():
        text = sentence(said[row.position], lang, timers, names)
        yield Counted(
            row, kind_of(stream), thing_of(stream), names.get(stream, ""), text, figure.written(row.amount)
        )
