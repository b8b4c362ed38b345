"""Facts of a hazard (事故隐患), from being reported to being struck off the register."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shared.vocabulary.fact import Fact, fact


class Grade(StrEnum):
    """安全生产法 Art. 118: general hazards, and major ones that match a sector criterion in force."""

    GENERAL = "general"
    MAJOR = "major"


class Source(StrEnum):
    """Where a hazard became known."""

    REPORT = "report"
    VISIT = "visit"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that proves something: SHA-256 of the original (hex), size in bytes, and what it shows."""

    sha256: str
    size: int
    media_type: str
    shows: str = ""


@fact("hazard.reported.v1")
@dataclass(frozen=True, slots=True)
class HazardReported(Fact):
    """A hazard became known; `defect` is an officer's neutral words, never the reporter's."""

    hazard: str
    source: Source
    source_id: str
    community: str
    place: str
    defect: str
    enterprise: str | None = None
    evidence: tuple[Evidence, ...] = ()
    recurrence_of: str | None = None


@fact("hazard.verified.v1")
@dataclass(frozen=True, slots=True)
class HazardVerified(Fact):
    """Two officers saw it on the spot (安全生产法 Art. 67); the inspection record has a number."""

    hazard: str
    record: str
    note: str = ""
    evidence: tuple[Evidence, ...] = ()


@fact("hazard.found_unfounded.v1")
@dataclass(frozen=True, slots=True)
class HazardFoundUnfounded(Fact):
    """Two officers looked and there is no hazard; the reasons are kept."""

    hazard: str
    record: str
    reasons: str


@fact("hazard.graded.v1")
@dataclass(frozen=True, slots=True)
class HazardGraded(Fact):
    """Graded by an officer; a major grade cites the article of the criterion that it matches."""

    hazard: str
    grade: Grade
    legal_item: str
    criterion: str | None = None


@fact("hazard.corrected_on_spot.v1")
@dataclass(frozen=True, slots=True)
class HazardCorrectedOnSpot(Fact):
    """Fixed in the officers' presence, shown by a photo before and one after (安全生产法 Art. 65)."""

    hazard: str
    before: tuple[Evidence, ...]
    after: tuple[Evidence, ...]


@fact("hazard.transferred.v1")
@dataclass(frozen=True, slots=True)
class HazardTransferred(Fact):
    """Handed to the agency whose matter it is (安全生产法 Art. 69), under a numbered letter."""

    hazard: str
    agency: str
    letter: str
    reasons: str


@fact("hazard.transfer_acknowledged.v1")
@dataclass(frozen=True, slots=True)
class HazardTransferAcknowledged(Fact):
    """The agency signed for it."""

    hazard: str
    receipt: str


@fact("hazard.reported_up.v1")
@dataclass(frozen=True, slots=True)
class HazardReportedUp(Fact):
    """A major hazard was reported to the county bureau."""

    hazard: str
    to: str
    receipt: str


@fact("hazard.put_under_order.v1")
@dataclass(frozen=True, slots=True)
class HazardPutUnderOrder(Fact):
    """Item `item` of order `order` now demands its removal."""

    hazard: str
    order: str
    item: int


@fact("hazard.released_from_order.v1")
@dataclass(frozen=True, slots=True)
class HazardReleasedFromOrder(Fact):
    """The order or its item no longer stands; the hazard waits for another way."""

    hazard: str
    order: str
    item: int
    reasons: str


@fact("hazard.violation_found.v1")
@dataclass(frozen=True, slots=True)
class HazardViolationFound(Fact):
    """An officer finds that the hazard is a violation of a named item; it needs a disposition."""

    hazard: str
    legal_item: str
    finding: str
    enterprise: str | None = None


@fact("hazard.rectified.v1")
@dataclass(frozen=True, slots=True)
class HazardRectified(Fact):
    """A re-inspection found it removed."""

    hazard: str
    order: str
    item: int


@fact("hazard.closed.v1")
@dataclass(frozen=True, slots=True)
class HazardClosed(Fact):
    """Struck off the register (销号), approved by someone who was not its inspector."""

    hazard: str
    note: str = ""


@fact("hazard.merged.v1")
@dataclass(frozen=True, slots=True)
class HazardMerged(Fact):
    """An officer found it to be the same as the surviving hazard `into`, which is dealt with for both."""

    hazard: str
    into: str
    reasons: str


@fact("hazard.absorbed.v1")
@dataclass(frozen=True, slots=True)
class HazardAbsorbed(Fact):
    """Another hazard was merged into this one; what comes of this one is the result for both."""

    hazard: str
    merged: str
    reasons: str


@fact("hazard.separated.v1")
@dataclass(frozen=True, slots=True)
class HazardSeparated(Fact):
    """Its merging into `other` was wrong: it goes on by itself at the stage and grade that it had."""

    hazard: str
    other: str
    stage: str
    grade: Grade | None
    reasons: str


@fact("hazard.kept_apart.v1")
@dataclass(frozen=True, slots=True)
class HazardKeptApart(Fact):
    """An officer found that it is not the same as `other`, however alike they are; recorded on both."""

    hazard: str
    other: str
    reasons: str


@fact("hazard.case_linked.v1")
@dataclass(frozen=True, slots=True)
class HazardCaseLinked(Fact):
    """A penalty case was filed about it; the hazard goes its own way all the same (行政处罚法 Art. 28)."""

    hazard: str
    case: str
    number: str


@fact("hazard.case_ended.v1")
@dataclass(frozen=True, slots=True)
class HazardCaseEnded(Fact):
    """The penalty case about it was closed or handed over; `outcome`: what was decided and why it ended, in Chinese."""

    hazard: str
    case: str
    outcome: str
