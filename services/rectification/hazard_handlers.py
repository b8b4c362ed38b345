"""Acts on a hazard: load, decide, append."""

from __future__ import annotations

from services.rectification import asks, hazard
from shared.ledger.port import Appended
from shared.runtime.desk import Acting, Call, Change, Desk, Loaded
from shared.runtime.places import in_sector
from shared.vocabulary.fact import Fact


def verify(desk: Desk, call: Call, hazard_id: str, ask: asks.VerifyHazard) -> Appended:
    """Two officers saw it on the spot; the inspection record gets its number."""
    it, acting = _begin(desk, call, hazard_id, "verify_hazard")
    record, numbered = desk.number("inspection_record", acting, it.stream)
    fact = hazard.verify(_state(it), record=record, note=ask.note, evidence=ask.evidence)
    return desk.append(call, acting, Change(it, (fact,)), numbered)


def find_unfounded(desk: Desk, call: Call, hazard_id: str, ask: asks.FindUnfounded) -> Appended:
    """Two officers looked and there is none."""
    it, acting = _begin(desk, call, hazard_id, "find_unfounded")
    record, numbered = desk.number("inspection_record", acting, it.stream)
    fact = hazard.find_unfounded(_state(it), record=record, reasons=ask.reasons)
    return desk.append(call, acting, Change(it, (fact,)), numbered)


def grade(desk: Desk, call: Call, hazard_id: str, ask: asks.GradeHazard) -> Appended:
    """General or major."""
    it, acting = _begin(desk, call, hazard_id, "grade_hazard")
    fact = hazard.grade(_state(it), grade=ask.grade, legal_item=ask.legal_item, criterion=ask.criterion)
    return _one(desk, call, acting, it, fact)


def correct_on_spot(desk: Desk, call: Call, hazard_id: str, ask: asks.CorrectOnSpot) -> Appended:
    """Fixed in the officers' presence."""
    it, acting = _begin(desk, call, hazard_id, "correct_on_spot")
    acting = in_sector(desk, "correct_on_spot", acting, _state(it).enterprise)
    return _one(
        desk,
        call,
        acting,
        it,
        hazard.correct_on_spot(_state(it), before=ask.before, after=ask.after),
    )


def transfer(desk: Desk, call: Call, hazard_id: str, ask: asks.TransferHazard) -> Appended:
    """To the agency whose matter it is, under a numbered letter."""
    it, acting = _begin(desk, call, hazard_id, "transfer_hazard")
    letter, numbered = desk.number("transfer_letter", acting, it.stream)
    fact = hazard.transfer(_state(it), agency=ask.agency, letter=letter, reasons=ask.reasons)
    return desk.append(call, acting, Change(it, (fact,)), numbered)


def acknowledge_transfer(desk: Desk, call: Call, hazard_id: str, ask: asks.AcknowledgeTransfer) -> Appended:
    """The agency signed for it."""
    it, acting = _begin(desk, call, hazard_id, "acknowledge_transfer")
    return _one(
        desk,
        call,
        acting,
        it,
        hazard.acknowledge_transfer(_state(it), receipt=ask.receipt),
    )


def report_up(desk: Desk, call: Call, hazard_id: str, ask: asks.ReportUp) -> Appended:
    """A major hazard goes to the county bureau."""
    it, acting = _begin(desk, call, hazard_id, "report_up")
    return _one(
        desk,
        call,
        acting,
        it,
        hazard.report_up(_state(it), to=ask.to, receipt=ask.receipt),
    )


def find_violation(desk: Desk, call: Call, hazard_id: str, ask: asks.FindViolation) -> Appended:
    """An officer's explicit finding."""
    it, acting = _begin(desk, call, hazard_id, "find_violation")
    acting = in_sector(desk, "find_violation", acting, _state(it).enterprise)
    fact = hazard.find_violation(_state(it), legal_item=ask.legal_item, finding=ask.finding)
    return _one(desk, call, acting, it, fact)


def close(desk: Desk, call: Call, hazard_id: str, ask: asks.CloseHazard) -> Appended:
    """Struck off the register by someone who was not its inspector."""
    it, acting = _begin(desk, call, hazard_id, "close_hazard")
    return _one(desk, call, acting, it, hazard.close(_state(it), note=ask.note))


def _begin(desk: Desk, call: Call, hazard_id: str, act: str) -> tuple[Loaded, Acting]:
    it = desk.thing("hazard", hazard_id, call)
    return it, desk.begin(act, call, it)


def _state(it: Loaded) -> hazard.Hazard:
    return hazard.replay(it.facts)


def _one(desk: Desk, call: Call, acting: Acting, it: Loaded, fact: Fact) -> Appended:
    return desk.append(call, acting, Change(it, (fact,)))
