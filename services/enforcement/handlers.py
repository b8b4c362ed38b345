"""Acts on a case source: load, decide, append. A filing opens the case in the same append."""

from __future__ import annotations

from dataclasses import replace

from services.enforcement import case, case_decision, source
from services.enforcement.asks import Disposition, PenaliseOnSpot, Proposal
from services.enforcement.case_handlers import penalty_asked
from services.enforcement.parties import sealed
from shared.ledger.port import Appended
from shared.runtime.desk import Acting, Call, Change, Desk
from shared.runtime.places import in_sector
from shared.vocabulary.case_facts import CaseFiled, Procedure
from shared.vocabulary.identities import stream_of
from shared.vocabulary.source_facts import Outcome


def propose(desk: Desk, call: Call, source_id: str, ask: Proposal) -> Appended:
    """The handler proposes."""
    it = desk.thing("source", source_id, call)
    acting = desk.begin("propose_disposition", call, it)
    fact = source.propose(
        source.replay(it.facts),
        outcome=ask.outcome,
        reasons=ask.reasons,
        basis=ask.basis,
    )
    return desk.append(call, acting, Change(it, (fact,)))


def dispose(desk: Desk, call: Call, source_id: str, ask: Disposition) -> Appended:
    """The head decides; a filing takes the next case number and opens the case."""
    it = desk.thing("source", source_id, call)
    acting = desk.begin("dispose_source", call, it)
    number: str | None = None
    also: tuple[Change, ...] = ()
    if ask.outcome is Outcome.FILED:
        number, numbered = desk.number("case_filing", acting, it.stream)
        filed = _filed(source.replay(it.facts), acting, number, Procedure.ORDINARY)
        also = (Change(desk.load(stream_of("case", filed.case)), (filed,)), numbered)
    fact = source.dispose(
        source.replay(it.facts),
        outcome=ask.outcome,
        reasons=ask.reasons,
        basis=ask.basis,
        number=number,
        agency=ask.agency,
        mode=acting.profile.mode if acting.profile else None,
    )
    return desk.append(call, acting, Change(it, (fact,)), *also)


def penalise_on_spot(desk: Desk, call: Call, source_id: str, ask: PenaliseOnSpot) -> Appended:
    """Two officers decide a plain matter at once and hand the decision over (行政处罚法 Arts. 51, 52)."""
    it = desk.thing("source", source_id, call)
    state = source.replay(it.facts)
    acting = in_sector(desk, "penalise_on_spot", desk.begin("penalise_on_spot", call, it), state.enterprise)
    number, numbered = desk.number("onspot_penalty_decision", acting, it.stream)
    filed = _filed(state, acting, number, Procedure.SIMPLIFIED)
    fresh = case.evolve(case.Case(), filed)
    penalty = penalty_asked(desk, acting, fresh, ask.penalty, ask.reasons)
    made, *rest = case_decision.decide_on_spot(
        fresh,
        number=number,
        penalty=penalty,
        law=desk.law.penalties,
        receipt=ask.receipt,
        reasons=ask.reasons,
    )
    disposed = source.dispose_on_spot(
        state,
        number=number,
        reasons=ask.reasons,
        mode=acting.profile.mode if acting.profile else None,
    )
    made = replace(made, penalty=sealed(desk, call, filed.case, penalty, ask.penalty.party))
    book = desk.load(stream_of("case", filed.case))
    return desk.append(call, acting, Change(it, (disposed,)), Change(book, (filed, made, *rest)), numbered)


def _filed(state: source.CaseSource, acting: Acting, number: str, procedure: Procedure) -> CaseFiled:
    """The case has the id of its source: one source becomes one case at most."""
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
        acting_name=acting.profile.acting_name if acting.profile else "",
    )
