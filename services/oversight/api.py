"""What oversight answers: the register, what is late, one thing's timeline, what the sweep finds. It only reads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from importlib.resources import files
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from sqlalchemy import Engine

from services.oversight import lists
from services.oversight.answers import DuplicatesPage, LatePage, RegisterPage
from services.oversight.duplicates import DUPLICATES
from services.oversight.filters import LateFilter, RegisterFilter
from services.oversight.hazard_entry import Stage
from services.oversight.lists import Window
from services.oversight.monthly_api import add_monthly
from services.oversight.pages import LONGEST_WAIT, After, Least, Limit, paged, telling
from services.oversight.reader import Reader, reader
from services.oversight.thing_answers import Sweep, Timeline
from services.oversight.timeline import timeline
from services.oversight.views import REGISTER
from services.oversight.words import Language
from shared.bus.projection import await_position
from shared.law.rulebook import Bearer
from shared.runtime.armed import OBLIGATIONS
from shared.runtime.contract import PERSON, PROBLEMS
from shared.runtime.doors import Doors, ThingId
from shared.runtime.law_files import load_law
from shared.vocabulary.hazard_facts import Grade

Community = Annotated[
    str | None, Query(max_length=120, description="社区编号,例如 sq-01 / the community's id, such as sq-01")
]
Enterprise = Annotated[str | None, Query(max_length=120, description="企业编号 / the enterprise's id")]
AtStage = Annotated[Stage | None, Query(description="所处阶段 / the stage at which a hazard stands")]
OfGrade = Annotated[Grade | None, Query(description="等级:general 一般,major 重大 / the grade")]
Named = Annotated[
    str | None, Query(max_length=120, description="企业名称的一部分 / a part of the enterprise's name")
]
Since = Annotated[
    date | None, Query(description="自哪日起发现,含当日,例如2026-03-02 / known from this day on")
]
Until = Annotated[date | None, Query(description="至哪日止发现,含当日 / known up to and including this day")]
IsOpen = Annotated[bool | None, Query(description="true 未办结,false 已办结 / still open, or ended")]
BorneBy = Annotated[Bearer | None, Query(description="义务方:agency 机关,party 当事人 / who bears the duty")]
InState = Annotated[
    Literal["late", "due"] | None,
    Query(description="late 已逾期,due 今日应办 / past its legal due, or due and not yet late"),
]
Lang = Annotated[Language, Query(description="回答的语言:zh 中文,en English / the language of the answer")]
Kind = Annotated[
    Literal["hazard", "order", "source", "case", "report", "visit"],
    Path(description="事项种类:隐患、整改指令、案件来源、案件、线索、检查 / the kind of thing"),
]

EXAMPLES = files(__package__) / "examples.yaml"


def router(doors: Doors, engine: Engine) -> APIRouter:
    """GET /register, /late, /duplicates, /monthly, /things/{kind}/{id}/timeline and /sweep, for people who may read."""

    def asking(request: Request) -> Reader:
        return reader(doors, request)

    asked = Depends(asking)
    timers = load_law().rulebook.rows
    roles = _among(
        "责任岗位代码 / the role that is answerable", (r for row in timers for r in row.answerable)
    )
    rows = _among("规则编号,例如 T11 / the row of the rulebook, such as T11", (row.id for row in timers))
    routes = APIRouter(dependencies=[Depends(PERSON)], responses=PROBLEMS)

    @routes.get(
        "/register", name="read_register", summary="隐患台账 The register of hazards", **telling(RegisterPage)
    )
    def register(
        who: Reader = asked,
        community: Community = None,
        enterprise: Enterprise = None,
        stage: AtStage = None,
        grade: OfGrade = None,
        open: IsOpen = None,  # noqa: A002 - the name of the parameter in the address
        named: Named = None,
        since: Since = None,
        until: Until = None,
        limit: Limit = 50,
        after: After = None,
        position: Least = 0,
    ) -> dict[str, Any]:
        await_position(engine, who.ledger, REGISTER, position, LONGEST_WAIT)
        wanted = RegisterFilter(community, enterprise, stage, grade, open, named, since, until)
        return paged(lists.register(engine, who.ledger, who.desk.law, wanted, Window(limit, after)), position)

    @routes.get(
        "/late", name="read_late", summary="今日到期和已逾期 What is late or due", **telling(LatePage)
    )
    def late(
        who: Reader = asked,
        role: str | None = roles,
        bearer: BorneBy = None,
        row: str | None = rows,
        state: InState = None,
        limit: Limit = 50,
        after: After = None,
        position: Least = 0,
        lang: Lang = Language.ZH,
    ) -> dict[str, Any]:
        await_position(engine, who.ledger, OBLIGATIONS, position, LONGEST_WAIT)
        wanted, window = LateFilter(role, bearer, row, state), Window(limit, after)
        at = who.desk.clock.now()
        page = lists.late(engine, who.ledger, who.desk.law, wanted, window, at, lang)
        return paged(page, position) | {"at": at.isoformat()}

    @routes.get(
        "/duplicates",
        name="read_duplicates",
        summary="疑似重复隐患 Hazards that are likely the same",
        **telling(DuplicatesPage),
    )
    def duplicates(
        who: Reader = asked,
        community: Community = None,
        enterprise: Enterprise = None,
        limit: Limit = 50,
        after: After = None,
        position: Least = 0,
        lang: Lang = Language.ZH,
    ) -> dict[str, Any]:
        await_position(engine, who.ledger, DUPLICATES, position, LONGEST_WAIT)
        window = Window(limit, after)
        return paged(lists.duplicates(engine, who.ledger, community, enterprise, window, lang), position)

    add_monthly(routes, asked, engine)

    @routes.get(
        "/things/{kind}/{thing}/timeline",
        name="read_timeline",
        summary="一事一档 One thing's timeline",
        **telling(Timeline),
    )
    def things_timeline(
        kind: Kind, thing: ThingId, who: Reader = asked, lang: Lang = Language.ZH
    ) -> dict[str, Any]:
        return timeline(engine, who.desk, kind, thing, lang)

    @routes.get("/sweep", name="read_sweep", summary="漏办检查 What nobody noticed", **telling(Sweep))
    def sweep(who: Reader = asked) -> dict[str, Any]:
        return lists.sweep(engine, who.ledger, who.desk.clock.now())

    return routes


def _among(description: str, choices: Iterable[str]) -> Any:
    """A query parameter that the rulebook's data close: its choices are described; what is none is refused by the list."""
    known = sorted(set(choices))
    return Query(None, max_length=120, description=description, json_schema_extra={"enum": known})
