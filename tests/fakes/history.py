"""A stream's history as the core sees it, written down without a ledger."""

from __future__ import annotations

from datetime import UTC, datetime

from shared.law.periods import SHANGHAI
from shared.vocabulary.fact import Actor, Context, Fact, Recorded

OFFICER = Actor("p1", "enforcement_officer", "office", "demo", "A1")


def moment(text: str) -> datetime:
    """`2025-09-15` (09:00) or `2025-09-15 14:30`, in Shanghai."""
    return datetime.fromisoformat(text if " " in text else f"{text} 09:00").replace(tzinfo=SHANGHAI)


def history(stream: str, *dated: tuple[str, Fact]) -> list[Recorded]:
    """Facts with the moments at which they took effect, in the order in which they were recorded."""
    return [
        Recorded(
            "t-1",
            position,
            stream,
            position,
            moment(when).astimezone(UTC),
            fact,
            Context((OFFICER,), moment(when), f"c{position}", "c1", "rules", "calendar", "trace"),
        )
        for position, (when, fact) in enumerate(dated, start=1)
    ]
