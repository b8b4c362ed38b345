"""The rim of enforcement: case sources over HTTP."""

from __future__ import annotations

from fastapi import FastAPI

from services.enforcement.acts import ACTS
from shared.runtime.http import Doors, acts_router, service_app


def enforcement_app(doors: Doors) -> FastAPI:
    """POST /sources/{id}/{act}; GET /sources/{id}."""
    return service_app("闭环 · 执法 Enforcement", doors, [acts_router(doors, ACTS)])
