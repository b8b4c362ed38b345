"""What rectification does on others' facts: an accepted report becomes a hazard; a case is noted on its hazards."""

from __future__ import annotations

from collections.abc import Iterable

from shared.runtime.desk import Change, Desk
from shared.runtime.reactions import react
from shared.vocabulary.case_facts import CaseClosed, CaseFiled, DecisionMade, PenaltyOutcome
from shared.vocabulary.fact import Fact, Recorded
from shared.vocabulary.hand_over_facts import CaseHandOverAcknowledged
from shared.vocabulary.hazard_facts import HazardCaseEnded, HazardCaseLinked, HazardReported, Source
from shared.vocabulary.identities import reaction_id, stream_of
from shared.vocabulary.report_facts import ReportTriaged, Triage

NAME = "rectification.open_hazard"
CASE_NAME = "rectification.note_case"


def open_hazard(desk: Desk, record: Recorded) -> None:
    """Open the hazard of an accepted report, in the officer's neutral words."""
    fact = record.fact
    if not isinstance(fact, ReportTriaged) or fact.outcome is not Triage.ACCEPTED:
        return
    hazard = reaction_id(record.ledger, record.position, NAME)
    reported = HazardReported(
        hazard,
        Source.REPORT,
        fact.report,
        fact.community,
        fact.place,
        fact.defect,
        fact.enterprise,
    )
    react(desk, NAME, record, Change(desk.load(stream_of("hazard", hazard)), (reported,)))


def note_case(desk: Desk, record: Recorded) -> None:
    """Note on each hazard that a case about it was filed, closed or handed over; its own course is untouched."""
    match record.fact:
        case CaseFiled():
            filed, outcome = record.fact, None
        case CaseClosed():
            case = desk.load(record.stream).facts
            filed, outcome = _filed(case), f"{_decided(case)};{record.fact.ground}"
        case CaseHandOverAcknowledged():
            filed, outcome = _filed(desk.load(record.stream).facts), f"移交{record.fact.by}"
        case _:
            return
    changes = [
        Change(desk.load(stream_of("hazard", hazard)), (_noted(hazard, filed, outcome),))
        for hazard in dict.fromkeys(filed.hazards)
    ]
    if changes:
        react(desk, CASE_NAME, record, *changes)


_OUTCOMES = {
    PenaltyOutcome.PENALTY: "给予行政处罚",
    PenaltyOutcome.NO_PENALTY: "不予行政处罚",
    PenaltyOutcome.NOT_PROVEN: "违法事实不成立",
}


def _decided(case: Iterable[Fact]) -> str:
    """What was decided, each outcome once; how much is the case's own matter."""
    made = [fact.outcome for fact in case if isinstance(fact, DecisionMade)]
    return "、".join(_OUTCOMES[outcome] for outcome in dict.fromkeys(made))


def _filed(case: Iterable[Fact]) -> CaseFiled:
    return next(fact for fact in case if isinstance(fact, CaseFiled))


def _noted(hazard: str, filed: CaseFiled, outcome: str | None) -> Fact:
    if outcome is None:
        return HazardCaseLinked(hazard, filed.case, filed.number)
    return HazardCaseEnded(hazard, filed.case, outcome)
