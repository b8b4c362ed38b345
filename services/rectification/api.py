"""The rim of rectification: visits, hazards and orders over HTTP."""

from __future__ import annotations

from fastapi import FastAPI

from services.rectification.acts import ACTS
from shared.runtime.http import Doors, acts_router, service_app


def rectification_app(doors: Doors) -> FastAPI:
    """POST /visits, /orders, /hazards/{id}/{act}, /orders/{id}/{act}; GET one of each."""
    return service_app("闭环 · 整改 Rectification", doors, [acts_router(doors, ACTS)])
