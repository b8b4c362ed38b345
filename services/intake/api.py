"""The rim of intake: channels report, reporters look, officers triage."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import JSONResponse

from services.intake import asks, handlers, report
from services.intake.acts import ACTS
from services.intake.answers import BatchReceipt, ReportReceipt, ReportStatus, SealedOpened, Uploaded
from services.intake.attachments import LIMIT
from services.intake.open311 import api as open311
from services.intake.receiving import Front, found_by, receipts, receive
from services.intake.signing import asking_channel
from services.intake.tracking import upload_id
from shared.law.periods import SHANGHAI
from shared.runtime import problems
from shared.runtime.access import PrincipalKind
from shared.runtime.answers import answer, replied
from shared.runtime.asking import envelope, strictly
from shared.runtime.contract import CHANNEL, PERSON, PROBLEMS, answers, answers_of
from shared.runtime.desk import Call, Loaded
from shared.runtime.doors import Asking, ThingId, asking_as, desk_for, seen_of
from shared.runtime.http import acted, acts_router, taking
from shared.runtime.problems import AtRim
from shared.vocabulary.fact import Fact
from shared.vocabulary.report_facts import ReportAnswered, ReportReceived, ReportTriaged

ATTACHMENTS = "/attachments"
KINDS = frozenset({"report"})
"""The kinds of thing that intake's acts write about."""
EXAMPLES = files(__package__) / "examples.yaml"
Number = Annotated[
    str, Path(max_length=64, description="查询码,上报时给出 / the tracking number given on reporting")
]
Digest = Annotated[
    str, Path(pattern=r"^[0-9a-f]{64}$", description="清理副本的 SHA-256 / the SHA-256 of the cleaned copy")
]


RAW = {ATTACHMENTS: LIMIT}
"""The addresses that take files, with their limits in bytes."""


def intake_routers(front: Front) -> list[APIRouter]:
    """POST /reports, /reports/batch, /attachments for channels, also by Open311; the rest for reporters and officers."""
    acts = acts_router("Intake", front.doors, ACTS, {"triage_report": "triage"})
    return [_reporter(front), _channels(front), _officers(front), acts, open311.router(front)]


def _channels(front: Front) -> APIRouter:
    router = APIRouter(dependencies=[Depends(CHANNEL)], responses=PROBLEMS)
    as_channel = Depends(asking_channel(front))

    def one(request: Request, ask: Any, asking: Asking = as_channel) -> Response:
        appended, numbers = receive(front, asking, (ask,), rows=False)
        told = receipts(asking, appended, numbers)
        return replied(request, told[0] | {"position": appended.last}, 201, repeated=appended.repeated)

    def batch(request: Request, ask: Any, asking: Asking = as_channel) -> Response:
        appended, numbers = receive(front, asking, ask.reports, rows=True)
        body = {"position": appended.last, "reports": receipts(asking, appended, numbers)}
        return replied(request, body, 201, repeated=appended.repeated)

    def attach(request: Request, asking: Asking = as_channel) -> Response:
        ledger, channel = asking.principal.ledger, asking.principal.id
        upload = upload_id(front.secret, ledger, channel, asking.key)
        store = front.store_of(ledger)
        slip, again = store.uploads.take(store.sealed, channel, upload, seen_of(request).body)
        it = slip.attachment
        body = {
            "id": it.id,
            "sha256": it.sha256,
            "size": it.size,
            "media_type": it.media_type,
            "cleaned": it.cleaned,
        }
        return replied(request, body, 201, repeated=again)

    def add(path: str, name: str, endpoint: Callable[..., Response], summary: str, **more: Any) -> None:
        router.add_api_route(
            path, endpoint, methods=["POST"], status_code=201, name=name, summary=summary, tags=["report"], **more
        )  # fmt: skip

    again = "Idempotency-Replayed"
    add(
        "/reports", "report_one", taking(one, strictly(asks.Report)), "上报一条 Report one",
        responses=answers(201, "已收到 / received", "ReportReceipt", lambda: ReportReceipt, again),
    )  # fmt: skip
    add(
        "/reports/batch", "report_many", taking(batch, strictly(asks.Batch)),
        "批量上报,全部办理或全部不办理 Report many, all or none",
        responses=answers(201, "全部收到 / all received", "BatchReceipt", lambda: BatchReceipt, again),
    )  # fmt: skip
    file = {"schema": {"type": "string", "format": "binary"}}
    types = {"image/jpeg": file, "image/png": file, "application/pdf": file}
    add(
        ATTACHMENTS, "upload_attachment", attach, "上传附件 Upload a file",
        openapi_extra={"requestBody": {"required": True, "content": types}},
        responses=answers(201, "已收到 / received", "Uploaded", lambda: Uploaded, again),
    )  # fmt: skip
    return router


def _reporter(front: Front) -> APIRouter:
    router = APIRouter(responses=PROBLEMS)

    def look(request: Request, number: Number) -> Response:
        if not front.throttle.allows(request.client.host if request.client else ""):
            raise AtRim(problems.TOO_MANY)
        found = found_by(front, number)
        if found is None:
            raise AtRim(problems.NOT_FOUND)
        state = report.replay(found.facts)
        zh, en = report.for_reporter(state)
        body = {
            "status": "answered" if state.result else "triaged" if state.outcome else "received",
            "outcome": state.outcome,
            "result": state.result,
            "words": zh,
            "words_en": en,
            "received_on": _day(found, ReportReceived),
            "decided_on": _day(found, ReportTriaged),
            "answered_on": _day(found, ReportAnswered),
        }
        return JSONResponse(body)

    router.add_api_route(
        "/reports/by-tracking/{number}",
        look,
        methods=["GET"],
        name="look_by_tracking",
        summary="凭查询码查看办理情况 Look by tracking number",
        tags=["report"],
        responses=answers(200, "办理情况 / how far it is", "ReportStatus", lambda: ReportStatus),
        openapi_extra={"security": []},
    )
    return router


def _day(it: Loaded, kind: type[Fact]) -> str | None:
    """When the last fact of a kind took effect."""
    days = [one.effective.astimezone(SHANGHAI).date() for one in it.records if isinstance(one.fact, kind)]
    return days[-1].isoformat() if days else None


def _officers(front: Front) -> APIRouter:
    router = APIRouter(dependencies=[Depends(PERSON)], responses=PROBLEMS)
    as_person = Depends(asking_as(front.doors, PrincipalKind.PERSON))

    def opened(request: Request, thing: ThingId, ask: Any, asking: Asking = as_person) -> Response:
        sealed = front.store_of(asking.principal.ledger).sealed
        shown = handlers.open_sealed(asking.desk, sealed, asking.call(), thing, ask.reason)
        said = {name: json.loads(content) for name, content in shown.items()}
        # What was sealed before these could be given lacks them.
        reporter = {"email": "", **said["reporter"]} if "reporter" in said else None
        return replied(request, {"id": thing, "location": None, **said["words"], "reporter": reporter}, 200)

    def forgotten(request: Request, thing: ThingId, ask: Any, asking: Asking = as_person) -> Response:
        call = asking.call(ask)
        appended = asking.desk.run(call, lambda: handlers.forget(asking.desk, call, thing))
        # Also on a repeat: the first attempt may have died between the fact and the keys.
        handlers.destroy_keys(asking.desk, front.store_of(asking.principal.ledger).sealed, thing)
        return answer(asking.desk, appended, "report", 200, request)

    def copy(request: Request, thing: ThingId, cleaned: Digest) -> Response:
        person, desk = desk_for(front.doors, request, PrincipalKind.PERSON)
        desk.begin("triage_report", Call("", b"", person.id, seen_of(request).trace))
        taken = report.replay(desk.thing("report", thing).facts).attachments
        if cleaned not in [attachment.cleaned for attachment in taken]:
            raise AtRim(problems.NOT_FOUND)
        kind = next(attachment.media_type for attachment in taken if attachment.cleaned == cleaned)
        return Response(
            front.store_of(person.ledger).uploads.cleaned(cleaned),
            200,
            {"Content-Disposition": "attachment"},
            kind,
        )

    def add(
        path: str, name: str, endpoint: Callable[..., Response], method: str, summary: str, told: Any
    ) -> None:
        router.add_api_route(
            path, endpoint, methods=[method], name=name, summary=summary, tags=["report"], responses=told,
            response_class=Response,
        )  # fmt: skip

    add(
        "/reports/{thing}/open", "open_sealed", taking(opened, strictly(asks.OpenSealed)), "POST",
        "查阅密封信息 Open what is sealed",
        answers(200, "密封的内容,查阅已记录 / what is sealed; the reading is logged", "SealedOpened", lambda: SealedOpened),
    )  # fmt: skip
    add(
        "/reports/{thing}/forget", "forget_person", taking(forgotten, envelope(asks.ForgetPerson)), "POST",
        "销毁举报人信息 Forget the reporter", acted("Intake", KINDS),
    )  # fmt: skip
    picture = {"type": "string", "format": "binary"}
    add(
        "/reports/{thing}/attachments/{cleaned}", "read_attachment", copy, "GET",
        "查看附件的清理副本 Read a cleaned copy",
        answers_of(
            200, "清理后的照片 / the cleaned photo", {"image/jpeg": picture, "image/png": picture}, "Content-Disposition"
        ),
    )  # fmt: skip
    return router
