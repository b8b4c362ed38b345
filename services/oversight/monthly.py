"""The monthly report: each figure for the month and since the campaign began, with the facts that stand behind it."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Engine, and_, distinct, func, select

from services.oversight.cursors import cursor, read_cursor
from services.oversight.figure_rows import NAME
from services.oversight.figures import FIGURES, Counted, Figure
from services.oversight.tables import CAMPAIGN, FIGURE_FACT
from shared.bus.projection import reflected, serving
from shared.ledger.reading import reading
from shared.vocabulary.refusals import BadInput

_F = FIGURE_FACT.c


class Span(StrEnum):
    """The report's columns."""

    MONTH = "month"
    SINCE = "since"


@dataclass(frozen=True, slots=True)
class Column:
    """A period, both days included, and what people call it."""

    zh: str
    en: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Monthly:
    """The report: its columns, each figure's value in each (money in fen), and the ledger position it reflects."""

    columns: Mapping[Span, Column]
    values: Mapping[str, Mapping[Span, int]]
    reflects: int


@dataclass(frozen=True, slots=True)
class Behind:
    """A fact behind a figure; of a figure of what still stands, the first that made it so."""

    day: date
    position: int
    stream: str
    subject: str
    amount: int


def month_of(text: str) -> date:
    """The first day of a month written `2026-05`; raises BadInput."""
    try:
        if len(text) != len("2026-05"):
            raise ValueError
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise BadInput(
            f"不是月份:{text}", f"not a month: {text}", where="month",
            do_zh="请写成2026-05", do_en="write it like 2026-05",
        ) from None  # fmt: skip


def monthly(engine: Engine, ledger: str, month: date, today: date) -> Monthly:
    """The report on the month that begins on a day, as far as it has gone by today. Raises BadInput for a later month."""
    columns = _columns(engine, ledger, month, today)
    position = reflected(engine, ledger, NAME)
    found = {span: _values(engine, ledger, column) for span, column in columns.items()}
    values = {name: {span: found[span].get(name, 0) for span in columns} for name in FIGURES}
    return Monthly(columns, values, position)


def behind(
    engine: Engine, ledger: str, name: str, column: Column, after: tuple[str, int, str] | None, limit: int
) -> list[Behind]:
    """The facts behind a figure, in order of day and position, beyond the row that `after` names."""
    figure = FIGURES[name]
    if figure.counted is Counted.STANDING:
        still = (
            select(_F.subject, func.min(_F.position).label("since"), func.sum(_F.amount).label("amount"))
            .where(_within(ledger, column, figure))
            .group_by(_F.subject)
            .having(func.sum(_F.amount) != 0)
            .subquery()
        )
        query = select(_F.day, _F.position, _F.stream, _F.subject, still.c.amount).join(
            still, and_(still.c.subject == _F.subject, still.c.since == _F.position)
        )
    else:
        query = select(_F.day, _F.position, _F.stream, _F.subject, _F.amount)
    query = query.where(_within(ledger, column, figure))
    if after is not None:
        day, position, subject = after
        query = query.where(
            (_F.day > day)
            | ((_F.day == day) & (_F.position > position))
            | ((_F.day == day) & (_F.position == position) & (_F.subject > subject))
        )
    query = query.order_by(_F.day, _F.position, _F.subject).limit(limit)
    with reading(engine) as connection:
        return [
            Behind(date.fromisoformat(row.day), row.position, row.stream, row.subject, row.amount)
            for row in connection.execute(query)
        ]


def after_row(row: Behind) -> str:
    """The cursor of the page after a row."""
    return cursor(row.day.isoformat(), row.position, row.subject)


def read_after(text: str | None) -> tuple[str, int, str] | None:
    """The row that a cursor names; raises BadInput."""
    if text is None:
        return None
    day, position, subject = read_cursor(text, str, int, str)
    return day, position, subject


def _columns(engine: Engine, ledger: str, month: date, today: date) -> dict[Span, Column]:
    if month > today:
        raise BadInput(
            f"{month:%Y年%m月}还没有开始", f"{month:%Y-%m} has not begun", where="month",
            do_zh=f"请选{today:%Y-%m}或更早", do_en=f"choose {today:%Y-%m} or an earlier one",
        )  # fmt: skip
    last = min(today, month.replace(day=calendar.monthrange(month.year, month.month)[1]))
    columns = {Span.MONTH: Column(f"{month:%Y年%m月}", f"{month:%B %Y}", month, last)}
    query = select(CAMPAIGN.c.name, CAMPAIGN.c.first).where(
        CAMPAIGN.c.ledger == ledger,
        CAMPAIGN.c.generation == serving(ledger, NAME),
        CAMPAIGN.c.first <= last.isoformat(),
        func.coalesce(CAMPAIGN.c.last, month.isoformat()) >= month.isoformat(),
    )
    with reading(engine) as connection:
        campaign = connection.execute(query.order_by(CAMPAIGN.c.first.desc()).limit(1)).one_or_none()
    if campaign is None:
        since = Column("本年以来", f"since 1 January {month.year}", month.replace(month=1), last)
    else:
        first = date.fromisoformat(campaign.first)
        since = Column(f"{campaign.name}以来", f"since the campaign began, {first}", first, last)
    return columns | {Span.SINCE: since}


def _values(engine: Engine, ledger: str, column: Column) -> dict[str, int]:
    values: dict[str, int] = {}
    with reading(engine) as connection:
        for counted in Counted:
            some = [figure for figure in FIGURES.values() if figure.counted is counted]
            what = func.count(distinct(_F.subject)) if counted is Counted.THINGS else func.sum(_F.amount)
            query = select(_F.figure, what.label("value")).where(_within(ledger, column, *some))
            values |= {row.figure: int(row.value) for row in connection.execute(query.group_by(_F.figure))}
    return values


def _within(ledger: str, column: Column, *figures: Figure) -> ColumnElement[bool]:
    """The facts of these figures, which are all counted in the same way, that a column counts."""
    since = [] if figures[0].counted is Counted.STANDING else [_F.day >= column.first.isoformat()]
    return and_(
        _F.ledger == ledger,
        _F.generation == serving(ledger, NAME),
        _F.figure.in_([figure.id for figure in figures]),
        _F.day <= column.last.isoformat(),
        *since,
    )
