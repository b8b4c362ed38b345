"""Open311 GeoReport v2 (wiki.open311.org/GeoReport_v2), in JSON and XML: another way to the same reports."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from services.intake.open311 import answers as told_as
from services.intake.open311.asked import Meant, form_of, meant
from services.intake.open311.described import form_body, told
from services.intake.open311.dialect import API_KEY, ROOT, channel, channel_if_any
from services.intake.open311.discovery import communities, discovery, jurisdiction_of
from services.intake.open311.rendering import answered
from services.intake.open311.repeats import key_for
from services.intake.open311.services import COMMUNITY, ENTERPRISE, SERVICES, definition
from services.intake.open311.standing import document, received_as
from services.intake.receiving import Front, found_by, receive
from services.intake.signing import require_signature
from services.intake.tracking import as_written
from shared.runtime import problems
from shared.runtime.access import Principal
from shared.runtime.contract import CHANNEL
from shared.runtime.desk import Desk
from shared.runtime.doors import KEY, Asking, seen_of
from shared.runtime.problems import AtRim
from shared.vocabulary.refusals import BadInput

BASE = f"{ROOT}/v2"
MOST_NUMBERS = 50
"""How many requests one question may name."""
NOTICE = "已收到。请保存查询号,凭它查看办理情况 / Received. Keep the number: it shows how far the matter is"

Form = Annotated[Literal["json", "xml"], Path(description="格式 / the format")]
Code = Annotated[str, Path(max_length=64, description="类别代码 / the code of a service")]
Number = Annotated[str, Path(max_length=64, description="查询号 / the tracking number")]
Jurisdiction = Annotated[
    str | None,
    Query(
        max_length=120, description="账本代码,只有一个账本时可不填 / the ledger; needless where there is one"
    ),
]
Key = Annotated[
    str | None,
    Query(
        alias=API_KEY, max_length=200, description="渠道令牌;也可用请求头 Authorization / the channel's token"
    ),
]
Numbers = Annotated[
    str,
    Query(description=f"查询号,以逗号分隔,最多{MOST_NUMBERS}个 / tracking numbers, separated by commas"),
]

ARGUMENTS = {
    "service_code": ("类别代码,见 services / the code of the service", True),
    f"attribute[{COMMUNITY}]": ("社区编号,见 services/编号 / the community's id, as the definition lists them", True),
    f"attribute[{ENTERPRISE}]": ("企业编号,知道时填写 / the enterprise's id, if known", False),
    API_KEY: ("渠道令牌;也可用请求头 Authorization / the channel's token, if not in Authorization", False),
    "jurisdiction_id": ("账本代码,须是该渠道的 / the ledger, which must be the channel's", False),
    "description": ("看到了什么隐患 / what is wrong", False),
    "address_string": ("地点 / where it is, in words", False),
    "lat": ("纬度,十进制度数(WGS 84) / latitude in decimal degrees", False),
    "long": ("经度,十进制度数(WGS 84) / longitude in decimal degrees", False),
    "address_id": ("渠道自己的地址编号 / the channel's own id of the address", False),
    "first_name": ("名 / first name", False),
    "last_name": ("姓 / last name", False),
    "phone": ("联系电话 / phone", False),
    "email": ("电子邮箱 / e-mail", False),
    "media_url": ("图片或视频网址 / where a picture is", False),
}  # fmt: skip


def router(front: Front) -> APIRouter:
    """Discovery, services, and requests: made with a key, seen with their numbers."""
    routes = APIRouter()

    def add(
        method: str, path: str, name: str, does: Callable[..., Response], summary: str, **more: Any
    ) -> None:
        extra: dict[str, Any] = {} if more.get("dependencies") else {"security": []}
        extra |= more.pop("extra", {})
        routes.add_api_route(
            path, does, methods=[method], name=name, summary=summary, tags=["report"], response_class=Response,
            openapi_extra=extra, **more,
        )  # fmt: skip

    add(
        "GET", f"{ROOT}/discovery.{{form}}", "open_discovery", _discovering(front), "接口发现 Open311 discovery",
        responses=told(200, "有哪些接口 / what there is", told_as.Open311Discovery),
    )  # fmt: skip
    add(
        "GET", f"{BASE}/services.{{form}}", "list_services", _listing(front), "可上报的类别 Open311 services",
        responses=told(200, "类别 / the services", told_as.Open311Service, many=True),
    )  # fmt: skip
    add(
        "GET", f"{BASE}/services/{{code}}.{{form}}", "define_service", _defining(front),
        "一个类别的附加项 Open311 service definition",
        responses=told(200, "附加项 / its attributes", told_as.Open311Definition),
    )  # fmt: skip
    add(
        "POST", f"{BASE}/requests.{{form}}", "make_request", _making(front), "上报一条 Open311 request",
        status_code=201, dependencies=[Depends(CHANNEL)], extra={"requestBody": form_body(ARGUMENTS)},
        responses=told(
            201, "已收到 / received", told_as.Open311Receipt, "Idempotency-Replayed", many=True
        ),
    )  # fmt: skip
    add(
        "GET", f"{BASE}/requests.{{form}}", "look_at_requests", _looking_at_many(front),
        "凭查询号查看多条 Open311 requests",
        responses=told(200, "办理情况 / how far they are", told_as.Open311Request, many=True),
    )  # fmt: skip
    add(
        "GET", f"{BASE}/requests/{{number}}.{{form}}", "look_at_request", _looking(front),
        "凭查询号查看一条 Open311 request",
        responses=told(200, "办理情况 / how far it is", told_as.Open311Request, many=True),
    )  # fmt: skip
    return routes


def _discovering(front: Front) -> Callable[..., Response]:
    def discover(request: Request, form: Form) -> Response:
        _allow(front, request)
        return answered(
            form, "discovery", discovery(front, (front.address or str(request.base_url)).rstrip("/") + BASE)
        )

    return discover


def _listing(front: Front) -> Callable[..., Response]:
    def services(form: Form, jurisdiction_id: Jurisdiction = None) -> Response:
        if jurisdiction_id:
            jurisdiction_of(front, jurisdiction_id)
        return answered(form, "services", [service.document() for service in SERVICES.values()])

    return services


def _defining(front: Front) -> Callable[..., Response]:
    def define(form: Form, code: Code, jurisdiction_id: Jurisdiction = None) -> Response:
        if code not in SERVICES:
            raise AtRim(problems.NOT_FOUND)
        known = communities(jurisdiction_of(front, jurisdiction_id))
        places = [(fact.community, fact.name) for fact, _ in known]
        return answered(form, "service_definition", definition(SERVICES[code], places))

    return define


def _making(front: Front) -> Callable[..., Response]:
    def make(request: Request, form: Form, key: Annotated[str | None, KEY] = None) -> Response:
        sent = form_of(seen_of(request).body)
        given = sent.arguments
        principal, desk = channel(front, request, given.get("jurisdiction_id"), given.get(API_KEY))
        it = meant(sent)
        asking = _asking(request, principal, desk, key, it, front)
        require_signature(request, asking)
        taken, numbers = receive(front, asking, (it.report,), rows=False)
        seen_of(request).log["repeated"] = taken.repeated
        body = [{"service_request_id": numbers[0], "service_notice": NOTICE, "account_id": None}]
        headers = {"Idempotency-Replayed": "true"} if taken.repeated else {}
        return answered(form, "service_requests", body, 201, headers)

    return make


def _asking(
    request: Request, principal: Principal, desk: Desk, key: str | None, it: Meant, front: Front
) -> Asking:
    # The command is the report, not the form: an argument that changes nothing makes no other command.
    content = b"open311\x00" + it.canonical
    key = key or key_for(desk, principal.name, content, front.repeats_within)
    return Asking(principal, desk, key, sha256(content).digest(), seen_of(request).trace)


def _looking(front: Front) -> Callable[..., Response]:
    def look(
        request: Request, form: Form, number: Number, jurisdiction_id: Jurisdiction = None, key: Key = None
    ) -> Response:
        asker = channel_if_any(front, request, jurisdiction_id, key)
        found = _seen_by(front, request, asker, number)
        if found is None:
            raise AtRim(problems.NOT_FOUND)
        return answered(form, "service_requests", [found])

    return look


def _looking_at_many(front: Front) -> Callable[..., Response]:
    def look(
        request: Request,
        form: Form,
        service_request_id: Numbers,
        jurisdiction_id: Jurisdiction = None,
        key: Key = None,
    ) -> Response:
        asker = channel_if_any(front, request, jurisdiction_id, key)
        numbers = [number.strip() for number in service_request_id.split(",") if number.strip()]
        if not 0 < len(numbers) <= MOST_NUMBERS:
            raise _too_many()
        found = [_seen_by(front, request, asker, number) for number in dict.fromkeys(numbers)]
        return answered(form, "service_requests", [one for one in found if one is not None])

    return look


def _seen_by(front: Front, request: Request, asker: Principal | None, number: str) -> dict[str, Any] | None:
    """A request by its number: whoever has it may look, but a channel that says who it is sees only its own."""
    if asker is None:
        _allow(front, request)
    it = found_by(front, number)
    if it is None or (asker is not None and received_as(it).channel != asker.id):
        return None
    return document(as_written(number) or "", it)


def _allow(front: Front, request: Request) -> None:
    if not front.throttle.allows(request.client.host if request.client else ""):
        raise AtRim(problems.TOO_MANY)


def _too_many() -> BadInput:
    return BadInput(
        f"请给出1至{MOST_NUMBERS}个查询号,以逗号分隔", f"give 1 to {MOST_NUMBERS} numbers, separated by commas",
        where="service_request_id", do_zh="请分次查询", do_en="ask in parts",
    )  # fmt: skip
