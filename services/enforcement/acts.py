"""The acts of enforcement on case sources."""

from __future__ import annotations

from services.enforcement import handlers
from shared.runtime.deeds import Deed

ACTS: tuple[Deed, ...] = (
    Deed("propose_disposition", "source", handlers.Proposal, handlers.propose),
    Deed("dispose_source", "source", handlers.Disposition, handlers.dispose),
)
