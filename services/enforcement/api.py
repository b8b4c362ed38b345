"""The rim of enforcement: case sources over HTTP."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from services.enforcement.acts import ACTS
from shared.runtime.doors import Doors
from shared.runtime.http import acts_router, service_app


def enforcement_routers(doors: Doors) -> list[APIRouter]:
    """POST /sources/{id}/{act}; GET /sources/{id}."""
    return [acts_router(doors, ACTS)]


def enforcement_app(doors: Doors) -> FastAPI:
    """Enforcement alone."""
    return service_app("闭环 · 执法 Enforcement", doors.who, enforcement_routers(doors))
