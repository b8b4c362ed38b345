"""A hazard's line in the register: a fold of the hazard's own facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from shared.vocabulary.fact import Recorded
from shared.vocabulary.hazard_facts import (
    Grade,
    HazardCaseEnded,
    HazardCaseLinked,
    HazardClosed,
    HazardCorrectedOnSpot,
    HazardFoundUnfounded,
    HazardGraded,
    HazardMerged,
    HazardPutUnderOrder,
    HazardRectified,
    HazardReleasedFromOrder,
    HazardReported,
    HazardReportedUp,
    HazardSeparated,
    HazardTransferred,
    HazardVerified,
    HazardViolationFound,
)


class Stage(StrEnum):
    """Where a hazard stands, as the register names it."""

    REPORTED = "reported"
    VERIFIED = "verified"
    GRADED = "graded"
    CORRECTED_ON_SPOT = "corrected_on_spot"
    UNDER_ORDER = "under_order"
    TRANSFERRED = "transferred"
    UNFOUNDED = "unfounded"
    REPORTED_UP = "reported_up"
    RECTIFIED = "rectified"
    CLOSED = "closed"
    MERGED = "merged"


ENDED = frozenset({Stage.CLOSED, Stage.UNFOUNDED, Stage.MERGED})
"""Stages at which nothing more is expected."""


class PenaltyCase(StrEnum):
    """Whether a penalty case about a hazard still runs in this book."""

    UNDER_WAY = "under_way"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line; `opened` is the position at which the hazard became known, and orders the register."""

    hazard: str
    opened: int
    enterprise: str | None
    community: str
    defect: str
    place: str
    reported_at: datetime
    stage: Stage = Stage.REPORTED
    grade: Grade | None = None
    legal_item: str | None = None
    order: str | None = None
    item: int | None = None
    violation: bool = False
    open_cases: frozenset[str] = frozenset()
    ended_cases: frozenset[str] = frozenset()
    closed_at: datetime | None = None

    @property
    def penalty_case(self) -> PenaltyCase | None:
        """How far the cases about it are; None where there was none."""
        if self.open_cases:
            return PenaltyCase.UNDER_WAY
        return PenaltyCase.ENDED if self.ended_cases else None


def entry(history: Sequence[Recorded]) -> Entry | None:
    """The line that a hazard's facts make; None when it was never reported."""
    line: Entry | None = None
    for record in history:
        if isinstance(record.fact, HazardReported):
            line = _opened(record, record.fact)
        elif line is not None:
            line = _after(line, record)
    return line


def _opened(record: Recorded, fact: HazardReported) -> Entry:
    return Entry(
        fact.hazard,
        record.position,
        fact.enterprise,
        fact.community,
        fact.defect,
        fact.place,
        record.effective,
    )


def _after(line: Entry, record: Recorded) -> Entry:
    match record.fact:
        case HazardVerified():
            return replace(line, stage=Stage.VERIFIED)
        case HazardFoundUnfounded():
            return replace(line, stage=Stage.UNFOUNDED, closed_at=record.effective)
        case HazardGraded() as fact:
            return replace(line, stage=Stage.GRADED, grade=fact.grade, legal_item=fact.legal_item)
        case HazardCorrectedOnSpot():
            return replace(line, stage=Stage.CORRECTED_ON_SPOT)
        case HazardTransferred():
            return replace(line, stage=Stage.TRANSFERRED)
        case HazardReportedUp():
            return replace(line, stage=Stage.REPORTED_UP)
        case HazardPutUnderOrder() as fact:
            return replace(line, stage=Stage.UNDER_ORDER, order=fact.order, item=fact.item)
        case HazardReleasedFromOrder():
            return replace(line, stage=Stage.GRADED, order=None, item=None)
        case HazardRectified():
            return replace(line, stage=Stage.RECTIFIED)
        case HazardViolationFound():
            return replace(line, violation=True)
        case HazardCaseLinked() as fact:
            return replace(line, open_cases=line.open_cases | {fact.case})
        case HazardCaseEnded() as fact:
            return replace(
                line, open_cases=line.open_cases - {fact.case}, ended_cases=line.ended_cases | {fact.case}
            )
        case HazardClosed():
            return replace(line, stage=Stage.CLOSED, closed_at=record.effective)
        case HazardMerged():
            return replace(line, stage=Stage.MERGED, closed_at=record.effective)
        case HazardSeparated() as fact:
            return replace(line, stage=Stage(fact.stage), closed_at=None)
        case _:
            return line
