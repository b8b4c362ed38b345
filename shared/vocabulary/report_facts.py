"""Facts of a report: something became known through a channel, and was triaged and answered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shared.vocabulary.fact import Fact, fact


class Triage(StrEnum):
    """What triage made of a report."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    NOT_SAFETY = "not_safety"


class Result(StrEnum):
    """What came of the hazard that a report is about."""

    REMOVED = "removed"
    TRANSFERRED = "transferred"
    UNFOUNDED = "unfounded"
    REPORTED_UP = "reported_up"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file received: SHA-256 (hex) and size of the original, its type by content, its cleaned copy's SHA-256.

    `id` names the upload; the original is sealed under the subject `attachment:<id>`.
    """

    sha256: str
    size: int
    media_type: str
    cleaned: str | None = None
    id: str = ""


@fact("report.received.v1")
@dataclass(frozen=True, slots=True)
class ReportReceived(Fact):
    """A channel reported something; who and in what words is sealed, only commitments stand here."""

    report: str
    channel: str
    community: str
    serious: bool
    words: str
    enterprise: str | None = None
    reporter: str | None = None
    attachments: tuple[Attachment, ...] = ()


@fact("report.triaged.v1")
@dataclass(frozen=True, slots=True)
class ReportTriaged(Fact):
    """An officer put it in neutral words and decided what becomes of it."""

    report: str
    outcome: Triage
    community: str
    reasons: str
    defect: str = ""
    place: str = ""
    enterprise: str | None = None
    duplicate_of: str | None = None


@fact("report.repeated.v1")
@dataclass(frozen=True, slots=True)
class ReportRepeated(Fact):
    """Triage found that the report `by` repeats this one; both get the same result."""

    report: str
    by: str


@fact("report.answered.v1")
@dataclass(frozen=True, slots=True)
class ReportAnswered(Fact):
    """The hazard that the report is about came to its end, or the one into which that was merged; the reporter is told."""

    report: str
    result: Result
    hazard: str


@fact("report.answer_withdrawn.v1")
@dataclass(frozen=True, slots=True)
class ReportAnswerWithdrawn(Fact):
    """What the reporter was told no longer holds: the hazard is dealt with again, by itself."""

    report: str
    hazard: str


@fact("report.forgotten.v1")
@dataclass(frozen=True, slots=True)
class ReportForgotten(Fact):
    """The key of what was sealed for this report was ordered destroyed; its facts and their proofs stay."""

    report: str
