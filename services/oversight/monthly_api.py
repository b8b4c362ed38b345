"""The monthly report and the facts behind its figures, over HTTP."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from sqlalchemy import Engine

from services.oversight.answers import FigureFacts, MonthlyReport
from services.oversight.figure_rows import NAME
from services.oversight.figures import FIGURES
from services.oversight.lists import Page
from services.oversight.monthly import Monthly, Span, after_row, behind, month_of, read_after
from services.oversight.monthly import monthly as reckoned
from services.oversight.pages import LONGEST_WAIT, After, Least, Limit, paged, telling
from services.oversight.reader import Reader
from shared.bus.projection import await_position

Month = Annotated[
    str | None,
    Query(
        max_length=7,
        description="月份,例如2026-05;不填为本月 / the month, such as 2026-05; this one by default",
    ),
]
FigureName = StrEnum("FigureName", {name: name for name in FIGURES})  # type: ignore[misc]
Named = Annotated[FigureName, Path(description="哪个数字 / which figure")]
InColumn = Annotated[
    Span,
    Query(
        description="month 当月,since 行动以来(没有专项行动时为本年以来) / of the month, or since the campaign began"
    ),
]


def add_monthly(routes: APIRouter, reader: Any, engine: Engine) -> None:
    """GET /monthly and /monthly/{figure}; `reader` is the dependency that says who reads."""

    @routes.get("/monthly", name="read_monthly", summary="月报 The monthly report", **telling(MonthlyReport))
    def monthly(who: Reader = reader, month: Month = None, position: Least = 0) -> dict[str, Any]:
        await_position(engine, who.ledger, NAME, position, LONGEST_WAIT)
        report = _of(who, month)
        columns = {span: asdict(column) for span, column in report.columns.items()}
        rows = [{**asdict(figure), **report.values[figure.id]} for figure in FIGURES.values()]
        return paged(Page(rows, report.reflects), position) | {"columns": columns}

    @routes.get(
        "/monthly/{figure}", name="read_monthly_facts", summary="月报数字背后的事实 The facts behind a figure",
        **telling(FigureFacts),
    )  # fmt: skip
    def monthly_facts(
        figure: Named,
        who: Reader = reader,
        month: Month = None,
        column: InColumn = Span.SINCE,
        limit: Limit = 50,
        after: After = None,
    ) -> dict[str, Any]:
        report = _of(who, month)
        rows = behind(engine, who.ledger, figure, report.columns[column], read_after(after), limit)
        following = after_row(rows[-1]) if len(rows) == limit else None
        page = Page([asdict(row) for row in rows], report.reflects, following)
        return paged(page, 0) | {"value": report.values[figure][column]}

    def _of(who: Reader, month: str | None) -> Monthly:
        today = who.desk.clock.now().date()
        return reckoned(engine, who.ledger, month_of(month or f"{today:%Y-%m}"), today)
