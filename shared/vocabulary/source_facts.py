"""Facts of a case source (案件来源): what may become a penalty case, and what was decided about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shared.vocabulary.fact import Fact, fact


class Ground(StrEnum):
    """What opened a case source."""

    FAILED_REINSPECTION = "failed_reinspection"
    VIOLATION_FOUND = "violation_found"


class Outcome(StrEnum):
    """行政处罚法 Arts. 54(2), 33, 69: a violation is filed, waived with reasons, or transferred."""

    FILED = "filed"
    WAIVED = "waived"
    TRANSFERRED = "transferred"


@fact("source.opened.v1")
@dataclass(frozen=True, slots=True)
class SourceOpened(Fact):
    """A failed re-inspection or a finding needs a disposition; nobody was accused by the clock."""

    source: str
    ground: Ground
    cause_stream: str
    cause_position: int
    enterprise: str | None
    legal_items: tuple[str, ...]
    order: str | None = None
    items: tuple[int, ...] = ()
    hazards: tuple[str, ...] = ()


@fact("source.disposition_proposed.v1")
@dataclass(frozen=True, slots=True)
class DispositionProposed(Fact):
    """The handler proposes what to do with it."""

    source: str
    outcome: Outcome
    reasons: str
    basis: str


@fact("source.disposed.v1")
@dataclass(frozen=True, slots=True)
class SourceDisposed(Fact):
    """The head decided: filed under a number, waived with reasons, or transferred."""

    source: str
    outcome: Outcome
    reasons: str
    basis: str
    number: str | None = None
    agency: str | None = None
