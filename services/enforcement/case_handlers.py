"""Acts on a case up to its decisions: load, decide, append."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.enforcement import asks, case_decision, case_investigation
from services.enforcement.case import Case, replay
from services.enforcement.moments import not_before
from services.enforcement.parties import party_asked, sealed
from services.enforcement.powers import in_force
from shared.law.obligations import Obligation
from shared.law.penalties import within
from shared.law.periods import end_of
from shared.ledger.port import Appended
from shared.runtime.begun import Begun, begin
from shared.runtime.desk import Acting, Call, Desk
from shared.vocabulary.case_facts import NoticeServed, PartyKind, Penalty
from shared.vocabulary.identities import derived_id
from shared.vocabulary.refusals import BadInput


def begun(desk: Desk, call: Call, act: str, case_id: str) -> Begun[Case]:
    """The case and those who act on it, inside the sectors that the authority reaches."""
    it = begin(desk, call, act, "case", case_id, replay)
    return it.in_sector(it.state.enterprise)


def penalty_asked(desk: Desk, day: date, state: Case, ask: asks.ProposedPenalty, *said: str) -> Penalty:
    """What is asked, inside the law's range on that day; `said`: the texts around it."""
    party = party_asked(ask.party, *said, ask.cell, *ask.factors)
    if party.kind is PartyKind.ENTITY and party.id != state.enterprise:
        raise BadInput(
            f"本案单位当事人是{state.enterprise},不是{party.id}", f"the entity of this case is {state.enterprise}",
            where="party", do_zh="请核对当事人", do_en="check the party",
        )  # fmt: skip
    item = desk.law.penalties.item(ask.item, day)
    allowed = within(item, party.kind, ask.tier, ask.fine)
    return Penalty(
        party,
        ask.item,
        ask.tier,
        ask.fine,
        allowed.least,
        allowed.most,
        item.basis,
        ask.cell,
        ask.factors,
        ask.warning,
    )


def take_evidence(desk: Desk, call: Call, case_id: str, ask: asks.TakeEvidence) -> Appended:
    """Two officers take evidence."""
    it = begun(desk, call, "take_evidence", case_id)
    fact = case_investigation.take_evidence(
        it.state, record=ask.record, kind=ask.kind, summary=ask.summary, evidence=ask.evidence
    )
    return it.append(fact)


def preserve(desk: Desk, call: Call, case_id: str, ask: asks.PreserveEvidence) -> Appended:
    """The head approves a preservation."""
    it = begun(desk, call, "preserve_evidence", case_id)
    preservation = derived_id(desk.ledger.name, call.command, "preservation")
    fact = case_investigation.preserve(
        it.state, preservation=preservation, things=ask.things, reasons=ask.reasons
    )
    return it.append(fact)


def end_preservation(desk: Desk, call: Call, case_id: str, ask: asks.EndPreservation) -> Appended:
    """The head decides what becomes of it."""
    it = begun(desk, call, "end_preservation", case_id)
    return it.append(
        case_investigation.end_preservation(it.state, preservation=ask.preservation, disposal=ask.disposal)
    )


def propose(desk: Desk, call: Call, case_id: str, ask: asks.ProposePenalty) -> Appended:
    """The handlers report and propose."""
    it = begun(desk, call, "propose_penalty", case_id)
    fact = case_investigation.propose(
        it.state,
        report=ask.report,
        penalties=tuple(penalty_asked(desk, it.day, it.state, one, ask.report) for one in ask.penalties),
        items=[desk.law.penalties.item(one.item, it.day) for one in ask.penalties],
    )
    penalties = tuple(
        sealed(desk, call, it.state.id, penalty, one.party)
        for penalty, one in zip(fact.penalties, ask.penalties, strict=True)
    )
    return it.append(replace(fact, penalties=penalties))


def review(desk: Desk, call: Call, case_id: str, ask: asks.ReviewCase) -> Appended:
    """A legal reviewer passes it or sends it back."""
    it = begun(desk, call, "review_case", case_id)
    return it.append(case_investigation.review(it.state, passed=ask.passed, opinion=ask.opinion))


def serve_notice(desk: Desk, call: Call, case_id: str, ask: asks.ServePaper) -> Appended:
    """The parties are told what is intended and what they may do."""
    it = begun(desk, call, "serve_notice", case_id)
    profile = in_force(it.acting.profile)
    number, numbered = it.number("penalty_notice")
    fact = case_investigation.serve_notice(
        it.state, number=number, how=ask.how, receipt=ask.receipt, law=desk.law.penalties, profile=profile
    )
    return it.append(fact, also=[numbered])


def make_statement(desk: Desk, call: Call, case_id: str, ask: asks.MakeStatement) -> Appended:
    """A party is heard."""
    it = not_before(begun(desk, call, "make_statement", case_id), NoticeServed)
    fact = case_investigation.make_statement(
        it.state, party=ask.party, summary=ask.summary, accepted=ask.accepted, answer=ask.answer
    )
    return it.append(fact)


def waive_statement(desk: Desk, call: Call, case_id: str, ask: asks.WaiveStatement) -> Appended:
    """A party waives being heard."""
    it = not_before(begun(desk, call, "waive_statement", case_id), NoticeServed)
    return it.append(case_investigation.waive_statement(it.state, party=ask.party, receipt=ask.receipt))


def decide(desk: Desk, call: Call, case_id: str, ask: asks.DecideCase) -> Appended:
    """The head decides about one party."""
    it = begun(desk, call, "decide_case", case_id)
    number, numbered = it.number("penalty_decision")
    facts = case_decision.decide(
        it.state,
        number=number,
        party=ask.party,
        outcome=ask.outcome,
        fine=ask.fine,
        surcharge_told=ask.surcharge_told,
        reasons=ask.reasons,
        may_still_be_heard=[o.key for o in desk.obligations(it.loaded) if _still_heard(o, it.acting)],
        law=desk.law.penalties,
        profile=it.acting.profile,
    )
    return it.append(*facts, also=[numbered])


def _still_heard(obligation: Obligation, acting: Acting) -> bool:
    running = obligation.row.id == "T29" and obligation.open
    return running and acting.effective < end_of(obligation.due.legal)
