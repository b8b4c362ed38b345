"""A penalty case (行政处罚案件): its state is a fold of its facts. Decisions about it are in the modules beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from shared.vocabulary.case_facts import (
    CaseClosed,
    CaseConcluded,
    CaseFiled,
    CaseRecorded,
    DecisionMade,
    DecisionPublished,
    DecisionServed,
    EvidencePreserved,
    EvidenceTaken,
    FinePaid,
    LegalReviewed,
    NoticeServed,
    Party,
    PartyKind,
    PaymentReceived,
    Penalty,
    PenaltyOutcome,
    PenaltyProposed,
    PreservationEnded,
    Procedure,
    StatementMade,
    SurchargeImposed,
    SurchargeWaived,
)
from shared.vocabulary.fact import Fact
from shared.vocabulary.hand_over_facts import (
    CaseHandedOver,
    CaseHandOverAcknowledged,
    CaseHandOverReturned,
)
from shared.vocabulary.refusals import WrongStage


class Stage(StrEnum):
    """Where a case stands (domain: filed → investigated → proposed → reviewed → noticed → decided → closed)."""

    NONE = "none"
    FILED = "filed"
    PROPOSED = "proposed"
    REVIEWED = "reviewed"
    NOTICED = "noticed"
    DECIDED = "decided"
    AWAITING = "awaiting_acknowledgement"
    HANDED_OVER = "handed_over"
    CLOSED = "closed"


ZH = {
    Stage.NONE: "不存在",
    Stage.FILED: "已立案,调查中",
    Stage.PROPOSED: "已提出处罚建议,待法制审核",
    Stage.REVIEWED: "法制审核已通过,待告知",
    Stage.NOTICED: "已告知,待决定",
    Stage.DECIDED: "已作出决定",
    Stage.AWAITING: "已移交,待对方签收",
    Stage.HANDED_OVER: "已移交,对方已签收",
    Stage.CLOSED: "已结案",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """One party's decision and what has happened to it. Money is in fen."""

    party: str
    kind: PartyKind
    outcome: PenaltyOutcome
    fine: int = 0
    surcharge_told: bool = False
    served: bool = False
    published: bool = False
    recorded: bool = False
    paid: int = 0
    settled: bool = False
    surcharge: int | None = None
    surcharge_paid: int = 0

    @property
    def payable(self) -> bool:
        """Whether there is a fine."""
        return self.outcome is PenaltyOutcome.PENALTY and self.fine > 0


@dataclass(frozen=True, slots=True)
class Case:
    """A case as its facts have it. `heard`: the least fine, in fen, on which each party made its statement."""

    id: str = ""
    stage: Stage = Stage.NONE
    procedure: Procedure = Procedure.ORDINARY
    enterprise: str | None = None
    overdue: bool = False
    acting_name: str = ""
    evidence: int = 0
    preserved: frozenset[str] = frozenset()
    round: int = 0
    penalties: tuple[Penalty, ...] = ()
    heard: dict[str, int] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    concluded: bool = False
    handed: CaseHandedOver | None = None

    def penalty_of(self, party: str) -> Penalty | None:
        """What was proposed for a party."""
        return next((p for p in self.penalties if p.party.id == party), None)

    @property
    def parties(self) -> tuple[Party, ...]:
        """Those of the last proposal."""
        return tuple(p.party for p in self.penalties)


def evolve(case: Case, fact: Fact) -> Case:
    """The case after one more fact; facts of the clock change nothing."""
    match fact:
        case CaseFiled():
            return Case(
                fact.case,
                Stage.FILED,
                fact.procedure,
                fact.enterprise,
                fact.overdue,
                fact.acting_name,
            )
        case EvidenceTaken():
            return replace(case, evidence=case.evidence + 1)
        case EvidencePreserved():
            return replace(case, preserved=case.preserved | {fact.preservation})
        case PreservationEnded():
            return replace(case, preserved=case.preserved - {fact.preservation})
        case PenaltyProposed():
            return replace(case, stage=Stage.PROPOSED, round=fact.round, penalties=fact.penalties)
        case LegalReviewed():
            return replace(case, stage=Stage.REVIEWED if fact.passed else Stage.FILED)
        case NoticeServed():
            return replace(case, stage=Stage.NOTICED)
        case StatementMade():
            return replace(case, heard={**case.heard, fact.party: _least_heard(case, fact.party)})
        case CaseConcluded():
            return replace(case, stage=Stage.DECIDED, concluded=True)
        case CaseHandedOver():
            return replace(case, stage=Stage.AWAITING, handed=fact)
        case CaseHandOverAcknowledged():
            return replace(case, stage=Stage.HANDED_OVER)
        case CaseHandOverReturned():
            return replace(case, stage=Stage.FILED)
        case CaseClosed():
            return replace(case, stage=Stage.CLOSED)
        case _:
            return _of_decision(case, fact)


def _least_heard(case: Case, party: str) -> int:
    proposed = case.penalty_of(party)
    known = [case.heard[party]] if party in case.heard else []
    return min([*known, proposed.fine if proposed else 0])


def _of_decision(case: Case, fact: Fact) -> Case:
    if isinstance(fact, DecisionMade):
        made = Decision(
            fact.party,
            fact.kind,
            fact.outcome,
            fact.penalty.fine if fact.penalty else 0,
            fact.surcharge_told,
        )
        return replace(case, decisions={**case.decisions, made.party: made})
    known = case.decisions.get(getattr(fact, "party", ""))
    if known is None:
        return case
    match fact:
        case DecisionServed():
            now = replace(known, served=True)
        case DecisionPublished():
            now = replace(known, published=True)
        case CaseRecorded():
            now = replace(known, recorded=True)
        case PaymentReceived():
            now = replace(
                known,
                paid=known.paid + fact.to_fine,
                surcharge_paid=known.surcharge_paid + fact.to_surcharge,
            )
        case FinePaid():
            now = replace(known, settled=True)
        case SurchargeImposed():
            now = replace(known, surcharge=fact.amount)
        case SurchargeWaived():
            now = replace(known, surcharge=0)
        case _:
            return case
    return replace(case, decisions={**case.decisions, now.party: now})


def replay(facts: Iterable[Fact]) -> Case:
    """The fold of a case's facts."""
    case = Case()
    for fact in facts:
        case = evolve(case, fact)
    return case


def needs(case: Case, act: str, basis: str, *stages: Stage) -> None:
    """Refuse an act that is not of this stage."""
    if case.stage not in stages:
        raise WrongStage(
            f"案件现为“{ZH[case.stage]}”,不能{act};需要:{'、'.join(ZH[s] for s in stages)}",
            f"the case is {case.stage}, which does not allow this",
            basis=basis,
            where="stage",
            do_zh="请先办理前一步",
            do_en="do the earlier step first",
        )
