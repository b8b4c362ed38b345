"""What all services together can do: their acts, reactions and carriers, and the kinds of thing the clock watches."""

from __future__ import annotations

from collections.abc import Callable

from services.enforcement.acts import ACTS as ENFORCEMENT
from services.enforcement.carriers import carry_back, carry_over
from services.enforcement.reactions import open_source
from services.intake.acts import ACTS as INTAKE
from services.intake.reactions import answer_reporters
from services.rectification.acts import ACTS as RECTIFICATION
from services.rectification.reactions import note_case, open_hazard
from shared.law.rulebook import Rulebook
from shared.runtime.deeds import Deed
from shared.runtime.desk import Desk, DeskOf
from shared.vocabulary.fact import Recorded

Reaction = Callable[[Desk, Recorded], None]
Carrier = Callable[[DeskOf, Recorded], None]

DEEDS: dict[str, Deed] = {deed.name: deed for deed in (*INTAKE, *RECTIFICATION, *ENFORCEMENT)}
"""Every act by its name."""

REACTIONS: tuple[Reaction, ...] = (open_hazard, note_case, open_source, answer_reporters)
"""What services do on each other's facts, in a fixed order."""

CARRIERS: tuple[Carrier, ...] = (carry_over, carry_back)
"""What services carry from one office's book to another's."""


def watched_kinds(rulebook: Rulebook) -> frozenset[str]:
    """The kinds of stream that can hold an open obligation."""
    return frozenset(row.thing for row in rulebook.rows)
