"""The interfaces of an installation as one application: all of them, or in production one service's."""

from __future__ import annotations

from collections.abc import Collection

from fastapi import APIRouter, FastAPI

from bihuan.composition import Composition
from services.enforcement.api import enforcement_routers
from services.intake.api import RAW, Front, intake_routers
from services.intake.attachments import Uploads
from services.intake.handlers import Store
from services.oversight import api as oversight
from services.rectification.api import rectification_routers
from shared.runtime.access import Principal, who
from shared.runtime.doors import Doors
from shared.runtime.http import service_app


def site(house: Composition, services: Collection[str]) -> FastAPI:
    """These services' interfaces behind one address."""
    routers: list[APIRouter] = []
    if "intake" in services:
        routers += intake_routers(_front(house))
    if "rectification" in services:
        routers += rectification_routers(_doors(house, "rectification"))
    if "enforcement" in services:
        routers += enforcement_routers(_doors(house, "enforcement"))
    if "oversight" in services:
        routers.append(oversight.router(_doors(house, "oversight"), house.engine("oversight")))
    known = _doors(house, next(iter(services))).who
    return service_app("闭环 Bihuan", known, routers, raw=RAW if "intake" in services else {})


def _front(house: Composition) -> Front:
    return Front(
        doors=_doors(house, "intake"),
        store_of=lambda ledger: Store(house.sealed(ledger), Uploads(house.installation.folder / "files")),
        secret=house.installation.secret,
        ledgers=house.installation.ledgers,
    )


def _doors(house: Composition, service: str) -> Doors:
    def known(token: str) -> Principal | None:
        return who(house.engine(service), token)

    return Doors(house.desks(service), known)
