"""The rim of rectification: visits, hazards and orders over HTTP."""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter

from services.rectification.acts import ACTS
from shared.runtime.doors import Doors
from shared.runtime.http import acts_router

EXAMPLES = files(__package__) / "examples.yaml"


def rectification_routers(doors: Doors) -> list[APIRouter]:
    """POST /visits, /orders, /hazards/{id}/{act}, /orders/{id}/{act}; GET one of each."""
    return [acts_router("Rectification", doors, ACTS)]
