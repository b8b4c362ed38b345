"""The acts of intake that go by the common table; reporting, opening and forgetting have doors of their own."""

from __future__ import annotations

from services.intake import asks, handlers
from shared.runtime.deeds import Deed

ACTS: tuple[Deed, ...] = (Deed("triage_report", "report", asks.TriageReport, handlers.triage),)
