"""Facts of a case handed from one office to another: what the giver's book says, and what the receiver's.

No personal data travels: papers by their hashes, persons by the ids under which their names are sealed.
"""

from __future__ import annotations

from dataclasses import dataclass

from shared.vocabulary.case_facts import Penalty
from shared.vocabulary.fact import Fact, fact


@dataclass(frozen=True, slots=True)
class PackagedPaper:
    """A fact of the case file: its wire name, the paper's number or title, its place in the giver's book with its leaf.

    `leaf` (hex) proves the fact against that book's tree; `files` are the SHA-256 of the originals that it names.
    """

    fact: str
    paper: str
    stream: str
    position: int
    leaf: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Package:
    """What is handed over: the case in short, what was proposed for each party, and the index of its papers."""

    number: str
    enterprise: str | None
    enterprise_name: str
    legal_items: tuple[str, ...]
    overdue: bool
    penalties: tuple[Penalty, ...]
    papers: tuple[PackagedPaper, ...]


@fact("case.handed_over.v1")
@dataclass(frozen=True, slots=True)
class CaseHandedOver(Fact):
    """Beyond this office's authority: handed to another before any notice (行政处罚法 Arts. 20, 22-24).

    `ledger`: the other office's own book in this installation; None where it keeps none and answers on paper.
    """

    case: str
    to: str
    reasons: str
    letter: str = ""
    ledger: str | None = None
    package: Package | None = None


@fact("case.hand_over_acknowledged.v1")
@dataclass(frozen=True, slots=True)
class CaseHandOverAcknowledged(Fact):
    """The other office took the case over: here it has ended. `source` is the case source in its own book."""

    case: str
    by: str
    receipt: str
    source: str | None = None


@fact("case.hand_over_returned.v1")
@dataclass(frozen=True, slots=True)
class CaseHandOverReturned(Fact):
    """The other office sent the case back with reasons: it is to be dealt with here again."""

    case: str
    by: str
    reasons: str
    source: str | None = None


@fact("source.received.v1")
@dataclass(frozen=True, slots=True)
class HandOverReceived(Fact):
    """A case came from another office's book for the office `to` of this one, which acknowledges or returns it."""

    source: str
    to: str
    from_ledger: str
    from_office: str
    case: str
    cause_position: int
    reasons: str
    letter: str
    package: Package


@fact("source.acknowledged.v1")
@dataclass(frozen=True, slots=True)
class HandOverAcknowledged(Fact):
    """This office took the case over, under its own receipt; as a case source it now needs a disposition."""

    source: str
    receipt: str


@fact("source.returned.v1")
@dataclass(frozen=True, slots=True)
class HandOverReturned(Fact):
    """This office sent the case back to whoever handed it over, with reasons."""

    source: str
    reasons: str
