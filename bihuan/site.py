"""The interfaces of an installation as one application: all of them, or in production one service's."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from functools import partial
from importlib.resources.abc import Traversable

from fastapi import APIRouter, FastAPI

from bihuan.composition import Composition
from services.enforcement import api as enforcement
from services.intake import api as intake
from services.intake.attachments import Uploads
from services.intake.handlers import Store
from services.intake.open311 import dialect as open311
from services.intake.receiving import Front
from services.intake.signing import key_of
from services.oversight import api as oversight
from services.oversight.console.pages import Console
from services.oversight.console.sessions import Sessions
from services.rectification import api as rectification
from shared.ledger.installation import Installation as Kind
from shared.runtime.access import Principal, who
from shared.runtime.doors import Doors
from shared.runtime.http import service_app
from shared.runtime.nonces import spend
from shared.runtime.signatures import Signatures

_TITLES = {
    "intake": "闭环 · 受理 Bihuan intake",
    "rectification": "闭环 · 整改 Bihuan rectification",
    "enforcement": "闭环 · 执法 Bihuan enforcement",
    "oversight": "闭环 · 监督 Bihuan oversight",
}


def site(house: Composition, services: Collection[str]) -> FastAPI:
    """These services' interfaces behind one address."""
    routers: list[APIRouter] = []
    signatures: Signatures | None = None
    examples: list[Traversable] = []
    console = _console(house) if "oversight" in services else None
    dialects = [console.pages()] if console else []
    if "intake" in services:
        front = _front(house)
        routers += intake.intake_routers(front)
        dialects.append(open311.dialect(front))
        signatures = _signatures(house, front)
        examples.append(intake.EXAMPLES)
    if "rectification" in services:
        routers += rectification.rectification_routers(_doors(house, "rectification"))
        examples.append(rectification.EXAMPLES)
    if "enforcement" in services:
        routers += enforcement.enforcement_routers(_doors(house, "enforcement"))
        examples.append(enforcement.EXAMPLES)
    if console is not None:
        routers += [oversight.router(console.doors, console.engine), console.router()]
        examples.append(oversight.EXAMPLES)
    known = _doors(house, next(iter(services))).who
    raw = intake.RAW if "intake" in services else {}
    title = _TITLES[next(iter(services))] if len(services) == 1 else "闭环 Bihuan"
    return service_app(
        title, known, routers, raw=raw, dialects=dialects, signatures=signatures, examples=examples
    )


def _console(house: Composition) -> Console:
    engine, demonstration = house.engine("oversight"), house.installation.kind is Kind.DEMONSTRATION
    return Console(_doors(house, "oversight"), engine, Sessions(engine), demonstration)


def _front(house: Composition) -> Front:
    return Front(
        doors=_doors(house, "intake"),
        store_of=lambda ledger: Store(house.sealed(ledger), Uploads(house.installation.folder / "files")),
        secret=house.installation.secret,
        ledgers=house.installation.ledgers,
        address=house.installation.channels.address,
        repeats_within=timedelta(seconds=house.installation.channels.open311_repeat_s),
        demonstration=house.installation.kind is Kind.DEMONSTRATION,
    )


def _signatures(house: Composition, front: Front) -> Signatures:
    channels = house.installation.channels
    return Signatures(
        key_of(front.doors.desk_of),
        partial(spend, house.engine("intake")),
        channels.address,
        channels.signature_window_s,
    )


def _doors(house: Composition, service: str) -> Doors:
    def known(token: str) -> Principal | None:
        return who(house.engine(service), token)

    return Doors(house.desks(service), known)
