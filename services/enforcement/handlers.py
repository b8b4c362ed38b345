"""Acts on a case source: load, decide, append. A filing opens the case in the same append."""

from __future__ import annotations

from dataclasses import replace

from services.enforcement import case, case_decision, source
from services.enforcement.asks import Disposition, PenaliseOnSpot, Proposal
from services.enforcement.case_handlers import penalty_asked
from services.enforcement.parties import sealed
from shared.ledger.port import Appended
from shared.runtime.begun import Begun, begin
from shared.runtime.desk import Call, Change, Desk
from shared.vocabulary.case_facts import CaseFiled, Procedure
from shared.vocabulary.identities import stream_of
from shared.vocabulary.source_facts import Outcome


def propose(desk: Desk, call: Call, source_id: str, ask: Proposal) -> Appended:
    """The handler proposes."""
    it = _begun(desk, call, "propose_disposition", source_id)
    return it.append(source.propose(it.state, outcome=ask.outcome, reasons=ask.reasons, basis=ask.basis))


def dispose(desk: Desk, call: Call, source_id: str, ask: Disposition) -> Appended:
    """The head decides; a filing takes the next case number and opens the case."""
    it = _begun(desk, call, "dispose_source", source_id)
    number: str | None = None
    also: tuple[Change, ...] = ()
    if ask.outcome is Outcome.FILED:
        number, numbered = it.number("case_filing")
        filed = _filed(it, number, Procedure.ORDINARY)
        also = (Change(desk.load(stream_of("case", filed.case)), (filed,)), numbered)
    fact = source.dispose(
        it.state,
        outcome=ask.outcome,
        reasons=ask.reasons,
        basis=ask.basis,
        number=number,
        agency=ask.agency,
        mode=it.acting.profile.mode if it.acting.profile else None,
    )
    return it.append(fact, also=also)


def penalise_on_spot(desk: Desk, call: Call, source_id: str, ask: PenaliseOnSpot) -> Appended:
    """Two officers decide a plain matter at once and hand the decision over (行政处罚法 Arts. 51, 52)."""
    it = _begun(desk, call, "penalise_on_spot", source_id)
    it = it.in_sector(it.state.enterprise)
    number, numbered = it.number("onspot_penalty_decision")
    filed = _filed(it, number, Procedure.SIMPLIFIED)
    fresh = case.evolve(case.Case(), filed)
    penalty = penalty_asked(desk, it.day, fresh, ask.penalty, ask.reasons)
    made, *rest = case_decision.decide_on_spot(
        fresh,
        number=number,
        penalty=penalty,
        item=desk.law.penalties.item(penalty.item, it.day),
        receipt=ask.receipt,
        reasons=ask.reasons,
        law=desk.law.penalties,
        profile=it.acting.profile,
    )
    disposed = source.dispose_on_spot(it.state, number=number, reasons=ask.reasons)
    made = replace(made, penalty=sealed(desk, call, filed.case, penalty, ask.penalty.party))
    book = desk.load(stream_of("case", filed.case))
    return it.append(disposed, also=[Change(book, (filed, made, *rest)), numbered])


def _begun(desk: Desk, call: Call, act: str, source_id: str) -> Begun[source.CaseSource]:
    return begin(desk, call, act, "source", source_id, source.replay)


def _filed(it: Begun[source.CaseSource], number: str, procedure: Procedure) -> CaseFiled:
    """The case has the id of its source: one source becomes one case at most."""
    state, profile = it.state, it.acting.profile
    return CaseFiled(
        case=state.id,
        number=number,
        procedure=procedure,
        source=state.id,
        enterprise=state.enterprise,
        legal_items=state.legal_items,
        hazards=state.hazards,
        order=state.order,
        overdue=state.overdue,
        acting_name=profile.acting_name if profile else "",
    )
