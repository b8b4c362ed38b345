"""The rim of enforcement: case sources and cases over HTTP, and who their parties are."""

from __future__ import annotations

from importlib.resources import files
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from services.enforcement import asks, parties
from services.enforcement.acts import ACTS
from shared.runtime.access import PrincipalKind
from shared.runtime.answers import Answer, replied
from shared.runtime.asking import strictly
from shared.runtime.contract import PERSON, PROBLEMS, answers
from shared.runtime.doors import Asking, Doors, ThingId, asking_as
from shared.runtime.http import acts_router, taking

EXAMPLES = files(__package__) / "examples.yaml"


class PartyOpened(Answer):
    """当事人身份 / who a party is."""

    id: str
    """案件或案件来源的编号 / the id of the case or case source"""
    party: str
    """当事人编号 / the party's id"""
    name: str
    """姓名 / the name"""
    id_number: Annotated[str, Field(pattern=r"^([0-9]{17}[0-9X])?$")]
    """身份证号,未登记为空文字 / the identity number; empty text where it was not given"""


def enforcement_routers(doors: Doors) -> list[APIRouter]:
    """POST /sources/{id}/{act}, /cases/{id}/{act}; GET /sources/{id}, /cases/{id}; POST .../open_party."""
    return [acts_router("Enforcement", doors, ACTS), _identities(doors)]


def _identities(doors: Doors) -> APIRouter:
    router = APIRouter(dependencies=[Depends(PERSON)], responses=PROBLEMS)
    as_person = Depends(asking_as(doors, PrincipalKind.PERSON))

    def of_case(request: Request, thing: ThingId, ask: Any, asking: Asking = as_person) -> Response:
        shown = parties.open_party(asking.desk, asking.call(), thing, ask.party, ask.reason)
        return replied(request, {"id": thing, "party": ask.party, **shown}, 200)

    def of_source(request: Request, thing: ThingId, ask: Any, asking: Asking = as_person) -> Response:
        shown = parties.open_received(doors.desk_of, asking.desk, asking.call(), thing, ask.party, ask.reason)
        return replied(request, {"id": thing, "party": ask.party, **shown}, 200)

    told = answers(
        200,
        "当事人身份,查阅已记录 / who the party is; the reading is logged",
        "PartyOpened",
        lambda: PartyOpened,
    )
    for kind, endpoint in (("case", of_case), ("source", of_source)):
        router.add_api_route(
            f"/{kind}s/{{thing}}/open_party", taking(endpoint, strictly(asks.OpenParty)), methods=["POST"],
            name=f"open_party_of_{kind}", summary="查阅当事人身份 Show who a party is",
            tags=[kind], responses=told,
        )  # fmt: skip
    return router
