"""All interfaces of an installation as one application; in production each service has its own."""

from __future__ import annotations

from fastapi import FastAPI

from bihuan.composition import Composition
from services.enforcement.api import enforcement_routers
from services.intake.api import RAW, Front, intake_routers
from services.intake.attachments import Uploads
from services.intake.handlers import Store
from services.oversight import api as oversight
from services.rectification.api import rectification_routers
from shared.runtime.access import Principal, who
from shared.runtime.desk import Desk
from shared.runtime.doors import Doors
from shared.runtime.http import service_app


def site(house: Composition) -> FastAPI:
    """Intake, rectification, enforcement and oversight behind one address."""
    front = Front(
        doors=_doors(house, "intake"),
        store_of=lambda ledger: Store(house.sealed(ledger), Uploads(house.installation.folder / "files")),
        secret=house.installation.secret,
        ledgers=house.installation.ledgers,
    )
    routers = [
        *intake_routers(front),
        *rectification_routers(_doors(house, "rectification")),
        *enforcement_routers(_doors(house, "enforcement")),
        oversight.router(_doors(house, "oversight"), house.engine("oversight")),
    ]
    return service_app("闭环 Bihuan", front.doors.who, routers, raw=RAW)


def _doors(house: Composition, service: str) -> Doors:
    def desk_of(ledger: str) -> Desk | None:
        return house.desk(service, ledger) if ledger in house.installation.ledgers else None

    def known(token: str) -> Principal | None:
        return who(house.engine(service), token)

    return Doors(desk_of, known)
