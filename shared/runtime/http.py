"""The application of a service: rim, problems, and one route per act of its table.

`Doors` are handed in; nothing here knows of engines, tables or what is in a stream.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.resources.abc import Traversable
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from shared.law.authority import Act
from shared.ledger.port import LedgerError
from shared.runtime import problem_pages, problems
from shared.runtime.access import PrincipalKind
from shared.runtime.answers import answer, done, history, replied, shown
from shared.runtime.asking import envelope
from shared.runtime.contract import PERSON, PROBLEMS, Interface, answers
from shared.runtime.deeds import Deed
from shared.runtime.desk import Call
from shared.runtime.doors import Asking, Doors, ThingId, asking_as, desk_for, seen_of
from shared.runtime.law_files import load_law
from shared.runtime.problems import AtRim, Problem
from shared.runtime.rim import Dialect, Rim, Who, told
from shared.runtime.signatures import Signatures
from shared.runtime.validation import invalid_request
from shared.vocabulary.refusals import Refusal

TAGS = [
    {"name": "report", "description": "线索:上报、初核、查询 / reports: made, triaged, looked up"},
    {"name": "visit", "description": "现场检查 / inspections on site"},
    {
        "name": "hazard",
        "description": "隐患:核查、定级、处置、销号 / hazards: verified, graded, dealt with, closed",
    },
    {"name": "order", "description": "责令限期整改指令书 / rectification orders"},
    {"name": "source", "description": "案件来源:处置、移交接收 / case sources: disposed of, taken over"},
    {"name": "case", "description": "行政处罚案件 / penalty cases"},
    {
        "name": "oversight",
        "description": "监督:台账、到期、月报、一事一档,只读 / oversight, which only reads",
    },
]
"""Kinds of thing that operations are about."""

DESCRIPTION = """安全生产隐患闭环管理的接口:上报、核查、整改、复查、执法、监督。每次办理是账本中不可更改的事实;同一请求重发须用
同一 Idempotency-Key,不会办理两次;未能办理时答复 application/problem+json,写明原因、依据和怎么办。时间带时区,金额以分计。

The interface of Bihuan, which sees each work-safety hazard through to its end. What is done is an immutable fact; a
request that is sent again under the same Idempotency-Key is carried out once; what is not done is answered with
application/problem+json, which says why, on what basis and what to do. Moments have their zone, money is in fen.
"""


def acts_router(
    name: str, doors: Doors, acts: Sequence[Deed], paths: Mapping[str, str] | None = None
) -> APIRouter:
    """POST /{kind}s for acts that create their thing, POST /{kind}s/{id}/{act} for the others, GET /{kind}s/{id}.

    `name`: the service's, in the names of schemas.
    """
    router = APIRouter(dependencies=[Depends(PERSON)], responses=PROBLEMS)
    law, kinds = load_law().acts, frozenset(deed.kind for deed in acts)
    for deed in acts:
        path = (
            f"/{deed.kind}s"
            if deed.new
            else f"/{deed.kind}s/{{thing}}/{(paths or {}).get(deed.name, deed.name)}"
        )
        router.add_api_route(
            path, _endpoint(doors, deed), methods=["POST"], status_code=201 if deed.new else 200,
            name=deed.name, summary=f"{law[deed.name].name} {deed.name.replace('_', ' ').capitalize()}",
            description=_described(deed, law[deed.name]), tags=[deed.kind],
            responses=acted(name, kinds, 201 if deed.new else 200),
        )  # fmt: skip
    for kind in dict.fromkeys(deed.kind for deed in acts):
        said = ("该事项的全部事实 / all its facts", f"{kind.title()}History", partial(history, kind), "ETag")
        router.add_api_route(
            f"/{kind}s/{{thing}}", _reader(doors, kind), methods=["GET"], name=f"read_{kind}",
            summary=f"查看一项 Read one {kind}", tags=[kind], responses=answers(200, *said),
        )  # fmt: skip
    return router


def acted(name: str, kinds: frozenset[str], status: int = 200) -> dict[int | str, dict[str, Any]]:
    """What an act answers whose service writes about these kinds of thing."""
    words = "已办理 / it is done"
    return answers(status, words, f"{name}Done", partial(done, name, kinds), "ETag", "Idempotency-Replayed")


def _described(deed: Deed, act: Act) -> str:
    """What the act is, who may do it and on what basis, in Chinese and then in English."""
    zh, _, en = (deed.ask.__doc__ or "").strip().rstrip(".").partition(" / ")
    roles = sorted(act.roles)
    two = f";须{act.officers}名不同的执法人员,第二名以 Second-Officer 确认" if act.officers > 1 else ""
    two_en = f"; takes {act.officers} officers, the second in Second-Officer" if act.officers > 1 else ""
    return f"{zh}。岗位:{'、'.join(roles)}{two}。依据:{act.basis}。\n\n{en.capitalize()}. For {', '.join(roles)}{two_en}."


def _endpoint(doors: Doors, deed: Deed) -> Callable[..., Response]:
    asking_person = Depends(asking_as(doors, PrincipalKind.PERSON))

    def begin(request: Request, ask: Any, asking: Asking = asking_person) -> Response:
        appended = deed.do(asking.desk, asking.call(ask), None, ask)
        return answer(asking.desk, appended, deed.kind, 201, request)

    def act(request: Request, thing: ThingId, ask: Any, asking: Asking = asking_person) -> Response:
        appended = deed.do(asking.desk, asking.call(ask), thing, ask)
        return answer(asking.desk, appended, deed.kind, 200, request)

    return taking(begin if deed.new else act, envelope(deed.ask))


def taking(endpoint: Callable[..., Response], model: type[BaseModel]) -> Callable[..., Response]:
    """The endpoint with the model of its body, which is known only now."""
    endpoint.__annotations__["ask"] = model
    return endpoint


def _reader(doors: Doors, kind: str) -> Callable[..., Response]:
    def read(request: Request, thing: ThingId) -> Response:
        person, desk = desk_for(doors, request, PrincipalKind.PERSON)
        desk.begin("read_register", Call("", b"", person.id, seen_of(request).trace))
        it = desk.thing(kind, thing)
        return replied(request, shown(it, thing), 200, version=it.version)

    return read


def service_app(
    title: str,
    who: Who,
    routers: Sequence[APIRouter],
    *,
    raw: Mapping[str, int] | None = None,
    dialects: Sequence[Dialect] = (),
    signatures: Signatures | None = None,
    examples: Sequence[Traversable] = (),
) -> FastAPI:
    """An application of one service's routers or of several's.

    `raw`: addresses of files, with their bytes; `dialects`: those that speak otherwise; `signatures`: how signed
    requests are verified; `examples`: files of what is asked of operations and answered.
    """
    app = Interface(
        examples,
        title=title,
        description=DESCRIPTION,
        openapi_tags=TAGS,
        docs_url=None,
        redoc_url=None,
        # Its logs would hold exceptions' messages; ours do not. Its spans pass our own door before they leave.
        telemetry={"metrics": False, "logs": False, "operation_spans": False, "auto_configure": False},
        exception_handlers=dict.fromkeys(_EXPECTED, partial(_say, dialects)),
    )
    app.add_middleware(Rim, who=who, raw=raw or {}, dialects=dialects, signatures=signatures)
    for router in (*routers, problem_pages.router()):
        app.include_router(router)
    return app


_EXPECTED: tuple[type[Exception], ...] = (AtRim, Refusal, LedgerError, RequestValidationError, HTTPException)


async def _say(dialects: Sequence[Dialect], request: Request, error: Exception) -> Response:
    problem = _problem(request, error)
    if problem is problems.INTERNAL:
        raise error  # logged, with its place, by the rim
    seen_of(request).log["problem"] = problem.code
    return told(problem, request, dialects)


def _asked(request: Request) -> type[BaseModel] | None:
    """The model of the body that the address takes."""
    body = getattr(request.scope.get("route"), "body_field", None)
    model = body and body.field_info.annotation
    return model if isinstance(model, type) and issubclass(model, BaseModel) else None


def _problem(request: Request, error: Exception) -> Problem:
    match error:
        case AtRim():
            return error.problem
        case Refusal():
            return problems.of_refusal(error, if_match="if-match" in request.headers)
        case LedgerError():
            return problems.of_ledger(error)
        case RequestValidationError():
            return invalid_request(error.errors(), _asked(request))
        case HTTPException():
            return problems.of_status(error.status_code, error.headers)
        case _:
            return problems.INTERNAL
