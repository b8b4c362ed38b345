"""Facts of a penalty case (行政处罚案件), from filing to closing. Money is in fen, days are calendar days."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shared.vocabulary.fact import Fact, Touch, fact
from shared.vocabulary.hazard_facts import Evidence
from shared.vocabulary.order_facts import ServiceMode


class Procedure(StrEnum):
    """行政处罚法 Arts. 51 and 54: on the spot, or with filing, investigation, notice and decision."""

    SIMPLIFIED = "simplified"
    ORDINARY = "ordinary"


class PartyKind(StrEnum):
    """Whether a party is an entity or a natural person; they are decided separately (安全生产法 Arts. 94-105)."""

    ENTITY = "entity"
    PERSON = "person"


class Tier(StrEnum):
    """With the first order already, or after the term ran out or compliance was refused."""

    FIRST = "first"
    OVERDUE = "overdue"


class PenaltyOutcome(StrEnum):
    """行政处罚法 Art. 57: a penalty, none (Arts. 30-33), or facts not proven."""

    PENALTY = "penalty"
    NO_PENALTY = "no_penalty"
    NOT_PROVEN = "not_proven"


@dataclass(frozen=True, slots=True)
class Party:
    """Who may be punished: the enterprise by its id, a person by an opaque id and the post.

    `identity`: the commitment of the person's sealed name and number.
    """

    id: str
    kind: PartyKind
    post: str = ""
    identity: str | None = None


@dataclass(frozen=True, slots=True)
class Penalty:
    """What one party is to pay or was ordered to pay, with the range of the law and the cell that was chosen.

    `least` and `most` are the law's bounds, `cell` and `factors` say why this amount, `warning` adds a warning.
    """

    party: Party
    item: str
    tier: Tier
    fine: int
    least: int
    most: int
    basis: str
    cell: str
    factors: tuple[str, ...]
    warning: bool = False


@dataclass(frozen=True, slots=True)
class _OfParty(Fact):
    """A fact about one party of a case, and so about its decision: each party is decided once, with terms of its own."""

    case: str
    party: str

    def touches(self) -> tuple[Touch, ...]:
        """The party."""
        return (Touch(self.party),)


@fact("case.filed.v1")
@dataclass(frozen=True, slots=True)
class CaseFiled(Fact):
    """The head filed a case source under a number (立案); a case on the spot has the number of its decision."""

    case: str
    number: str
    procedure: Procedure
    source: str
    enterprise: str | None
    legal_items: tuple[str, ...]
    hazards: tuple[str, ...]
    order: str | None
    overdue: bool
    acting_name: str


@fact("case.evidence_taken.v1")
@dataclass(frozen=True, slots=True)
class EvidenceTaken(Fact):
    """Two officers took evidence: an inquiry record, an inspection, photos, a sample (行政处罚法 Arts. 46, 54, 55)."""

    case: str
    record: str
    kind: str
    summary: str
    evidence: tuple[Evidence, ...] = ()


@fact("case.evidence_preserved.v1")
@dataclass(frozen=True, slots=True)
class EvidencePreserved(Fact):
    """Things that may be lost were registered and preserved, approved by the head (行政处罚法 Art. 56)."""

    case: str
    preservation: str
    things: tuple[str, ...]
    reasons: str

    def touches(self) -> tuple[Touch, ...]:
        """Each preservation has its own seven days."""
        return (Touch(self.preservation),)


@fact("case.preservation_ended.v1")
@dataclass(frozen=True, slots=True)
class PreservationEnded(Fact):
    """What becomes of preserved things was decided."""

    case: str
    preservation: str
    disposal: str

    def touches(self) -> tuple[Touch, ...]:
        """The preservation."""
        return (Touch(self.preservation),)


@fact("case.penalty_proposed.v1")
@dataclass(frozen=True, slots=True)
class PenaltyProposed(Fact):
    """The handlers' report: what was proven, and what is proposed for each party; `round` counts the proposals."""

    case: str
    round: int
    report: str
    penalties: tuple[Penalty, ...]


@fact("case.legal_reviewed.v1")
@dataclass(frozen=True, slots=True)
class LegalReviewed(Fact):
    """A reviewer who did not investigate passed the proposal or sent it back (行政处罚法 Art. 58)."""

    case: str
    round: int
    passed: bool
    opinion: str


@fact("case.notice_served.v1")
@dataclass(frozen=True, slots=True)
class NoticeServed(Fact):
    """The parties were told content, facts, reasons, basis and rights (行政处罚法 Art. 44)."""

    case: str
    round: int
    number: str
    how: ServiceMode
    receipt: str
    parties: tuple[str, ...]

    def touches(self) -> tuple[Touch, ...]:
        """Each party has its own right to be heard."""
        return tuple(Touch(party) for party in self.parties)


@fact("case.statement_made.v1")
@dataclass(frozen=True, slots=True)
class StatementMade(_OfParty):
    """A party stated its case; it was re-checked and answered (行政处罚法 Art. 45); no heavier penalty for it."""

    summary: str
    accepted: bool
    answer: str


@fact("case.statement_waived.v1")
@dataclass(frozen=True, slots=True)
class StatementWaived(_OfParty):
    """A party said explicitly, on paper, that it will not be heard; silence is no waiver (行政处罚法 Art. 62)."""

    receipt: str


@fact("case.decided.v1")
@dataclass(frozen=True, slots=True)
class DecisionMade(_OfParty):
    """The decision about one party, in the name that the authority profile gives (行政处罚法 Arts. 52, 57, 59)."""

    number: str
    procedure: Procedure
    outcome: PenaltyOutcome
    kind: PartyKind
    penalty: Penalty | None
    acting_name: str
    surcharge_told: bool
    reasons: str


@fact("case.concluded.v1")
@dataclass(frozen=True, slots=True)
class CaseConcluded(Fact):
    """Every party's matter is decided: the time for deciding the case is over."""

    case: str


@fact("case.decision_served.v1")
@dataclass(frozen=True, slots=True)
class DecisionServed(_OfParty):
    """The decision reached its party; `payable` when there is a fine to pay."""

    how: ServiceMode
    receipt: str
    payable: bool


@fact("case.recorded.v1")
@dataclass(frozen=True, slots=True)
class CaseRecorded(_OfParty):
    """A decision on the spot was put on record with the agency (行政处罚法 Art. 52)."""

    by: str


@fact("case.decision_published.v1")
@dataclass(frozen=True, slots=True)
class DecisionPublished(_OfParty):
    """The decision was published (安全生产法 Art. 78(2), 行政处罚法 Art. 48)."""

    where: str


@fact("case.payment_received.v1")
@dataclass(frozen=True, slots=True)
class PaymentReceived(_OfParty):
    """The collecting bank received money, effective on the day of payment; `to_fine` and `to_surcharge` divide it."""

    receipt: str
    amount: int
    to_fine: int
    to_surcharge: int


@fact("case.fine_paid.v1")
@dataclass(frozen=True, slots=True)
class FinePaid(_OfParty):
    """The whole fine is paid."""


@fact("case.surcharge_imposed.v1")
@dataclass(frozen=True, slots=True)
class SurchargeImposed(_OfParty):
    """3 % of the unpaid fine for each day late, at most the fine (行政处罚法 Art. 72(1), 行政强制法 Art. 45)."""

    days: int
    amount: int
    derivation: str


@fact("case.surcharge_waived.v1")
@dataclass(frozen=True, slots=True)
class SurchargeWaived(_OfParty):
    """The agency does not impose the surcharge, with reasons: it may, it need not."""

    reasons: str


@fact("case.closed.v1")
@dataclass(frozen=True, slots=True)
class CaseClosed(Fact):
    """Performed, not punished or not proven: closed by someone who did not handle it."""

    case: str
    ground: str
