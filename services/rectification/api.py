"""The rim of rectification: visits, hazards and orders over HTTP."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from services.rectification.acts import ACTS
from shared.runtime.doors import Doors
from shared.runtime.http import acts_router, service_app


def rectification_routers(doors: Doors) -> list[APIRouter]:
    """POST /visits, /orders, /hazards/{id}/{act}, /orders/{id}/{act}; GET one of each."""
    return [acts_router(doors, ACTS)]


def rectification_app(doors: Doors) -> FastAPI:
    """Rectification alone."""
    return service_app("闭环 · 整改 Rectification", doors.who, rectification_routers(doors))
