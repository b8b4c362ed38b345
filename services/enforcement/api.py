"""The rim of enforcement: case sources and cases over HTTP, and who their parties are."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.security import HTTPBearer

from services.enforcement import asks, parties
from services.enforcement.acts import ACTS
from shared.runtime.access import PrincipalKind
from shared.runtime.answers import replied
from shared.runtime.asking import strictly
from shared.runtime.doors import Asking, Doors, ThingId, asking_as
from shared.runtime.http import PROBLEMS, acts_router, service_app, taking


def enforcement_routers(doors: Doors) -> list[APIRouter]:
    """POST /sources/{id}/{act}, /cases/{id}/{act}; GET /sources/{id}, /cases/{id}; POST .../open_party."""
    return [acts_router(doors, ACTS), _identities(doors)]


def enforcement_app(doors: Doors) -> FastAPI:
    """Enforcement alone."""
    return service_app("闭环 · 执法 Enforcement", doors.who, enforcement_routers(doors))


def _identities(doors: Doors) -> APIRouter:
    router = APIRouter(dependencies=[Depends(HTTPBearer(auto_error=False))], responses=PROBLEMS)
    as_person = Depends(asking_as(doors, PrincipalKind.PERSON))

    def of_case(request: Request, thing: ThingId, ask: Any, asking: Asking = as_person) -> Response:
        shown = parties.open_party(asking.desk, asking.call(), thing, ask.party, ask.reason)
        return replied(request, {"id": thing, "party": ask.party, **shown}, 200)

    def of_source(request: Request, thing: ThingId, ask: Any, asking: Asking = as_person) -> Response:
        shown = parties.open_received(doors.desk_of, asking.desk, asking.call(), thing, ask.party, ask.reason)
        return replied(request, {"id": thing, "party": ask.party, **shown}, 200)

    for kind, endpoint in (("case", of_case), ("source", of_source)):
        router.add_api_route(
            f"/{kind}s/{{thing}}/open_party", taking(endpoint, strictly(asks.OpenParty)), methods=["POST"],
            name=f"open_party_of_{kind}", summary="查阅当事人身份 Show who a party is",
        )  # fmt: skip
    return router
