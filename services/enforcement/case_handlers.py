"""Acts on a case up to its decisions: load, decide, append."""

from __future__ import annotations

from dataclasses import replace

from services.enforcement import asks, case_decision, case_investigation
from services.enforcement.case import Case, replay
from services.enforcement.parties import party_asked, sealed
from shared.law.obligations import Obligation
from shared.law.penalties import PenaltyItem, within
from shared.law.periods import SHANGHAI, end_of
from shared.ledger.port import Appended
from shared.runtime.desk import Acting, Call, Change, Desk, Loaded
from shared.runtime.places import in_sector
from shared.vocabulary.case_facts import PartyKind, Penalty
from shared.vocabulary.fact import Fact
from shared.vocabulary.identities import derived_id
from shared.vocabulary.refusals import BadInput, OutsideAuthority


def begun(desk: Desk, call: Call, act: str, case_id: str) -> tuple[Loaded, Acting, Case]:
    """The case and those who act on it, inside the sectors that the authority reaches."""
    it = desk.thing("case", case_id, call)
    state = replay(it.facts)
    return it, in_sector(desk, act, desk.begin(act, call, it), state.enterprise), state


def penalty_asked(desk: Desk, acting: Acting, state: Case, ask: asks.ProposedPenalty, *said: str) -> Penalty:
    """What is asked, inside the law's range on that day; `said`: the texts around it."""
    party = party_asked(ask.party, *said, ask.cell, *ask.factors)
    if party.kind is PartyKind.ENTITY and party.id != state.enterprise:
        raise BadInput(
            f"本案单位当事人是{state.enterprise},不是{party.id}", f"the entity of this case is {state.enterprise}",
            where="party", do_zh="请核对当事人", do_en="check the party",
        )  # fmt: skip
    item = _item(desk, acting, ask.item)
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
    it, acting, state = begun(desk, call, "take_evidence", case_id)
    fact = case_investigation.take_evidence(
        state, record=ask.record, kind=ask.kind, summary=ask.summary, evidence=ask.evidence
    )
    return desk.append(call, acting, Change(it, (fact,)))


def preserve(desk: Desk, call: Call, case_id: str, ask: asks.PreserveEvidence) -> Appended:
    """The head approves a preservation."""
    it, acting, state = begun(desk, call, "preserve_evidence", case_id)
    preservation = derived_id(desk.ledger.name, call.command, "preservation")
    fact = case_investigation.preserve(
        state, preservation=preservation, things=ask.things, reasons=ask.reasons
    )
    return desk.append(call, acting, Change(it, (fact,)))


def end_preservation(desk: Desk, call: Call, case_id: str, ask: asks.EndPreservation) -> Appended:
    """The head decides what becomes of it."""
    it, acting, state = begun(desk, call, "end_preservation", case_id)
    fact = case_investigation.end_preservation(state, preservation=ask.preservation, disposal=ask.disposal)
    return desk.append(call, acting, Change(it, (fact,)))


def propose(desk: Desk, call: Call, case_id: str, ask: asks.ProposePenalty) -> Appended:
    """The handlers report and propose."""
    it, acting, state = begun(desk, call, "propose_penalty", case_id)
    fact = case_investigation.propose(
        state,
        report=ask.report,
        penalties=tuple(penalty_asked(desk, acting, state, one, ask.report) for one in ask.penalties),
        items=[_item(desk, acting, one.item) for one in ask.penalties],
    )
    penalties = tuple(
        sealed(desk, call, state.id, penalty, one.party)
        for penalty, one in zip(fact.penalties, ask.penalties, strict=True)
    )
    return desk.append(call, acting, Change(it, (replace(fact, penalties=penalties),)))


def review(desk: Desk, call: Call, case_id: str, ask: asks.ReviewCase) -> Appended:
    """A legal reviewer passes it or sends it back."""
    it, acting, state = begun(desk, call, "review_case", case_id)
    fact = case_investigation.review(state, passed=ask.passed, opinion=ask.opinion)
    return desk.append(call, acting, Change(it, (fact,)))


def serve_notice(desk: Desk, call: Call, case_id: str, ask: asks.ServePaper) -> Appended:
    """The parties are told what is intended and what they may do."""
    it, acting, state = begun(desk, call, "serve_notice", case_id)
    if acting.profile is None:
        raise OutsideAuthority(
            "没有有效的执法权限,不能告知", "no authority profile is in force", basis="行政处罚法第20、24条",
            do_zh="请先登记委托书或赋权清单", do_en="register the authority profile",
        )  # fmt: skip
    number, numbered = desk.number("penalty_notice", acting, it.stream)
    fact = case_investigation.serve_notice(
        state,
        number=number,
        how=ask.how,
        receipt=ask.receipt,
        law=desk.law.penalties,
        profile=acting.profile,
    )
    return desk.append(call, acting, Change(it, (fact,)), numbered)


def make_statement(desk: Desk, call: Call, case_id: str, ask: asks.MakeStatement) -> Appended:
    """A party is heard."""
    it, acting, state = begun(desk, call, "make_statement", case_id)
    fact = case_investigation.make_statement(
        state, party=ask.party, summary=ask.summary, accepted=ask.accepted, answer=ask.answer
    )
    return desk.append(call, acting, Change(it, (fact,)))


def waive_statement(desk: Desk, call: Call, case_id: str, ask: asks.WaiveStatement) -> Appended:
    """A party waives being heard."""
    it, acting, state = begun(desk, call, "waive_statement", case_id)
    fact = case_investigation.waive_statement(state, party=ask.party, receipt=ask.receipt)
    return desk.append(call, acting, Change(it, (fact,)))


def decide(desk: Desk, call: Call, case_id: str, ask: asks.DecideCase) -> Appended:
    """The head decides about one party."""
    it, acting, state = begun(desk, call, "decide_case", case_id)
    number, numbered = desk.number("penalty_decision", acting, it.stream)
    facts: tuple[Fact, ...] = case_decision.decide(
        state,
        number=number,
        party=ask.party,
        outcome=ask.outcome,
        fine=ask.fine,
        surcharge_told=ask.surcharge_told,
        reasons=ask.reasons,
        may_still_be_heard=[o.key for o in desk.obligations(it) if _still_heard(o, acting)],
    )
    return desk.append(call, acting, Change(it, facts), numbered)


def _still_heard(obligation: Obligation, acting: Acting) -> bool:
    running = obligation.row.id == "T29" and obligation.open
    return running and acting.effective < end_of(obligation.due.legal)


def _item(desk: Desk, acting: Acting, code: str) -> PenaltyItem:
    return desk.law.penalties.item(code, acting.effective.astimezone(SHANGHAI).date())
