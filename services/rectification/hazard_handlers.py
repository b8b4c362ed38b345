"""Acts on a hazard: load, decide, append."""

from __future__ import annotations

from services.rectification import asks, hazard
from shared.ledger.port import Appended
from shared.runtime.begun import Begun, begin
from shared.runtime.desk import Call, Desk


def verify(desk: Desk, call: Call, hazard_id: str, ask: asks.VerifyHazard) -> Appended:
    """Two officers saw it on the spot; the inspection record gets its number."""
    it = _begun(desk, call, "verify_hazard", hazard_id)
    record, numbered = it.number("inspection_record")
    fact = hazard.verify(it.state, record=record, note=ask.note, evidence=ask.evidence)
    return it.append(fact, also=[numbered])


def find_unfounded(desk: Desk, call: Call, hazard_id: str, ask: asks.FindUnfounded) -> Appended:
    """Two officers looked and there is none."""
    it = _begun(desk, call, "find_unfounded", hazard_id)
    record, numbered = it.number("inspection_record")
    fact = hazard.find_unfounded(it.state, record=record, reasons=ask.reasons)
    return it.append(fact, also=[numbered])


def grade(desk: Desk, call: Call, hazard_id: str, ask: asks.GradeHazard) -> Appended:
    """General or major."""
    it = _begun(desk, call, "grade_hazard", hazard_id)
    fact = hazard.grade(it.state, grade=ask.grade, legal_item=ask.legal_item, criterion=ask.criterion)
    return it.append(fact)


def correct_on_spot(desk: Desk, call: Call, hazard_id: str, ask: asks.CorrectOnSpot) -> Appended:
    """Fixed in the officers' presence."""
    it = _begun(desk, call, "correct_on_spot", hazard_id)
    it = it.in_sector(it.state.enterprise)
    return it.append(hazard.correct_on_spot(it.state, before=ask.before, after=ask.after))


def transfer(desk: Desk, call: Call, hazard_id: str, ask: asks.TransferHazard) -> Appended:
    """To the agency whose matter it is, under a numbered letter."""
    it = _begun(desk, call, "transfer_hazard", hazard_id)
    letter, numbered = it.number("transfer_letter")
    fact = hazard.transfer(it.state, agency=ask.agency, letter=letter, reasons=ask.reasons)
    return it.append(fact, also=[numbered])


def acknowledge_transfer(desk: Desk, call: Call, hazard_id: str, ask: asks.AcknowledgeTransfer) -> Appended:
    """The agency signed for it."""
    it = _begun(desk, call, "acknowledge_transfer", hazard_id)
    return it.append(hazard.acknowledge_transfer(it.state, receipt=ask.receipt))


def report_up(desk: Desk, call: Call, hazard_id: str, ask: asks.ReportUp) -> Appended:
    """A major hazard goes to the county bureau."""
    it = _begun(desk, call, "report_up", hazard_id)
    return it.append(hazard.report_up(it.state, to=ask.to, receipt=ask.receipt))


def find_violation(desk: Desk, call: Call, hazard_id: str, ask: asks.FindViolation) -> Appended:
    """An officer's explicit finding."""
    it = _begun(desk, call, "find_violation", hazard_id)
    it = it.in_sector(it.state.enterprise)
    fact = hazard.find_violation(it.state, legal_item=ask.legal_item, finding=ask.finding)
    return it.append(fact)


def close(desk: Desk, call: Call, hazard_id: str, ask: asks.CloseHazard) -> Appended:
    """Struck off the register by someone who was not its inspector."""
    it = _begun(desk, call, "close_hazard", hazard_id)
    return it.append(hazard.close(it.state, note=ask.note))


def _begun(desk: Desk, call: Call, act: str, hazard_id: str) -> Begun[hazard.Hazard]:
    return begin(desk, call, act, "hazard", hazard_id, hazard.replay)
