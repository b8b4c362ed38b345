"""What oversight answers: the register, what is late, one thing's timeline, what the sweep finds. It only reads."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.security import HTTPBearer
from sqlalchemy import Engine

from services.oversight import lists
from services.oversight.figure_rows import NAME as FIGURES_MODEL
from services.oversight.figures import FIGURES
from services.oversight.hazard_entry import Stage
from services.oversight.lists import LONGEST_PAGE, LateFilter, Page, RegisterFilter, Window
from services.oversight.monthly import Monthly, Span, after_row, behind, month_of, read_after
from services.oversight.monthly import monthly as reckoned
from services.oversight.timeline import timeline
from services.oversight.views import REGISTER
from services.oversight.words import Language
from shared.bus.projection import await_position
from shared.law.rulebook import Bearer
from shared.runtime.access import PrincipalKind
from shared.runtime.armed import OBLIGATIONS
from shared.runtime.desk import Call, Desk
from shared.runtime.doors import Doors, ThingId, desk_for, seen_of
from shared.runtime.http import PROBLEMS
from shared.vocabulary.hazard_facts import Grade
from shared.vocabulary.refusals import BadInput

LONGEST_WAIT = 5.0
"""Real seconds that a list waits, at most, until it reflects the position asked for."""

Text = Annotated[str | None, Query(max_length=120)]
Lang = Annotated[Language, Query(description="zh 中文,en English")]
Limit = Annotated[int, Query(ge=1, le=LONGEST_PAGE)]
After = Annotated[str | None, Query(max_length=500, description="上一页给出的翻页标记")]
Least = Annotated[int, Query(ge=0, le=2**53, description="至少反映到的账本位置,最多等待5秒")]
Month = Annotated[str | None, Query(max_length=7, description="月份,例如2026-05;不填为本月")]
FigureName = StrEnum("FigureName", {name: name for name in FIGURES})  # type: ignore[misc]
Kind = Literal["hazard", "order", "source", "case", "report", "visit"]


@dataclass(frozen=True, slots=True)
class _Reader:
    """Someone who may read the register, at their own ledger's desk."""

    desk: Desk
    ledger: str


def router(doors: Doors, engine: Engine) -> APIRouter:
    """GET /register, /late, /things/{kind}/{id}/timeline, /monthly and /sweep, for people whose role may read."""

    def reading(request: Request) -> _Reader:
        _no_strangers(request)
        person, desk = desk_for(doors, request, PrincipalKind.PERSON)
        desk.begin("read_register", Call("", b"", person.id, seen_of(request).trace))
        return _Reader(desk, desk.ledger.name)

    reader = Depends(reading)
    routes = APIRouter(dependencies=[Depends(HTTPBearer(auto_error=False))], responses=PROBLEMS)

    @routes.get("/register", name="register", summary="隐患台账")
    def register(
        who: _Reader = reader,
        community: Text = None,
        enterprise: Text = None,
        stage: Stage | None = None,
        grade: Grade | None = None,
        open: bool | None = None,  # noqa: A002 - the name of the parameter in the address
        limit: Limit = 50,
        after: After = None,
        position: Least = 0,
    ) -> dict[str, Any]:
        await_position(engine, who.ledger, REGISTER, position, LONGEST_WAIT)
        wanted = RegisterFilter(community, enterprise, stage, grade, open)
        return _page(lists.register(engine, who.ledger, who.desk.law, wanted, Window(limit, after)), position)

    @routes.get("/late", name="late", summary="今日到期和已逾期")
    def late(
        who: _Reader = reader,
        role: Text = None,
        bearer: Bearer | None = None,
        row: Text = None,
        limit: Limit = 50,
        after: After = None,
        position: Least = 0,
        lang: Lang = Language.ZH,
    ) -> dict[str, Any]:
        await_position(engine, who.ledger, OBLIGATIONS, position, LONGEST_WAIT)
        wanted, window = LateFilter(role, bearer, row), Window(limit, after)
        at = who.desk.clock.now()
        page = lists.late(engine, who.ledger, who.desk.law, wanted, window, at, lang)
        return _page(page, position) | {"at": at.isoformat()}

    @routes.get("/things/{kind}/{thing}/timeline", name="timeline", summary="一事一档")
    def things_timeline(
        kind: Kind, thing: ThingId, who: _Reader = reader, lang: Lang = Language.ZH
    ) -> dict[str, Any]:
        return timeline(engine, who.desk, kind, thing, lang)

    @routes.get("/monthly", name="monthly", summary="月报")
    def monthly(who: _Reader = reader, month: Month = None, position: Least = 0) -> dict[str, Any]:
        await_position(engine, who.ledger, FIGURES_MODEL, position, LONGEST_WAIT)
        report = _monthly(who, month)
        columns = {
            span: {"zh": c.zh, "en": c.en, "first": c.first, "last": c.last}
            for span, c in report.columns.items()
        }
        rows = [
            {
                "figure": one.id,
                "zh": one.zh,
                "en": one.en,
                "means": one.means,
                "money": one.money,
                **report.values[one.id],
            }
            for one in FIGURES.values()
        ]
        return _page(Page(rows, report.reflects), position) | {"columns": columns}

    @routes.get("/monthly/{figure}", name="monthly_facts", summary="月报数字背后的事实")
    def monthly_facts(
        figure: FigureName,
        who: _Reader = reader,
        month: Month = None,
        column: Span = Span.SINCE,
        limit: Limit = 50,
        after: After = None,
    ) -> dict[str, Any]:
        report = _monthly(who, month)
        rows = behind(engine, who.ledger, figure, report.columns[column], read_after(after), limit)
        following = after_row(rows[-1]) if len(rows) == limit else None
        page = Page([asdict(row) for row in rows], report.reflects, following)
        return _page(page, 0) | {"value": report.values[figure][column]}

    def _monthly(who: _Reader, month: str | None) -> Monthly:
        today = who.desk.clock.now().date()
        return reckoned(engine, who.ledger, month_of(month or f"{today:%Y-%m}"), today)

    @routes.get("/sweep", name="sweep", summary="漏办检查")
    def sweep(who: _Reader = reader) -> dict[str, Any]:
        return lists.sweep(engine, who.ledger, who.desk.clock.now())

    return routes


def _no_strangers(request: Request) -> None:
    """Refuse a parameter that the address does not have: a filter that is ignored gives a false list."""
    known = [one.alias for one in request.scope["route"].dependant.query_params]
    for name in request.query_params:
        if name not in known:
            raise BadInput(
                f"没有查询参数{name}", f"there is no parameter {name}", where=name,
                do_zh=f"可选:{'、'.join(known) or '无'}", do_en=f"choose from {', '.join(known) or 'none'}",
            )  # fmt: skip


def _page(page: Page, asked: int) -> dict[str, Any]:
    """`behind`: by how many facts the answer falls short of the position asked for, after the wait."""
    return {
        "rows": page.rows,
        "reflects": page.reflects,
        "behind": max(asked - page.reflects, 0),
        "next": page.next,
    }
