"""Acts that hand a case over, and that answer for one that came: load, decide, append."""

from __future__ import annotations

from services.enforcement import asks, case, case_hand_over, source
from services.enforcement.moments import not_before
from shared.ledger.port import Appended, Unchanged
from shared.runtime.begun import Begun, begin
from shared.runtime.desk import Call, Change, Desk
from shared.vocabulary.case_facts import CaseFiled
from shared.vocabulary.hand_over_facts import CaseHandedOver, Package
from shared.vocabulary.identities import stream_of
from shared.vocabulary.refusals import BadInput
from shared.vocabulary.registry_facts import EnterpriseRegistered, OfficeRegistered
from shared.wire.codec import recorded


def hand_over(desk: Desk, call: Call, case_id: str, ask: asks.HandOver) -> Appended:
    """To whoever has the authority: also when this office's own has ended, then under no number of its series."""
    it = begin(desk, call, "hand_over_case", "case", case_id, case.replay)
    office, guard = _office(desk, ask.to)
    letter, numbered = "", list[Change]()
    if it.acting.profile is not None:
        letter, change = it.number("transfer_letter")
        numbered.append(change)
    fact = case_hand_over.hand_over(
        it.state,
        to=office,
        own=it.acting.actors[0].organisation,
        reasons=ask.reasons,
        letter=letter,
        package=_package(desk, it),
    )
    return it.guarding(guard).append(fact, also=numbered)


def record_answer(desk: Desk, call: Call, case_id: str, ask: asks.RecordAnswer) -> Appended:
    """An office that keeps no book here answered on paper."""
    it = not_before(
        begin(desk, call, "record_hand_over_answer", "case", case_id, case.replay), CaseHandedOver
    )
    return it.append(case_hand_over.answered_on_paper(it.state, receipt=ask.receipt, reasons=ask.reasons))


def acknowledge(desk: Desk, call: Call, source_id: str, ask: asks.AcknowledgeHandOver) -> Appended:
    """The receiving office takes the case over."""
    it = begin(desk, call, "acknowledge_hand_over", "source", source_id, source.replay)
    office = it.acting.actors[0].organisation
    return it.append(source.acknowledge(it.state, office=office, receipt=ask.receipt))


def send_back(desk: Desk, call: Call, source_id: str, ask: asks.ReturnHandOver) -> Appended:
    """The receiving office sends it back."""
    it = begin(desk, call, "return_hand_over", "source", source_id, source.replay)
    office = it.acting.actors[0].organisation
    return it.append(source.send_back(it.state, office=office, reasons=ask.reasons))


def _office(desk: Desk, office: str) -> tuple[OfficeRegistered, Unchanged]:
    loaded = desk.load(stream_of("office", office))
    found = next((f for f in reversed(loaded.facts) if isinstance(f, OfficeRegistered)), None)
    if found is None:
        raise BadInput(
            f"机构{office}未登记", f"the office {office} is not registered here", where="to",
            do_zh="请核对机构代码,或先登记该机构", do_en="check the id, or register the office first",
        )  # fmt: skip
    return found, Unchanged(loaded.stream, loaded.version)


def _package(desk: Desk, it: Begun[case.Case]) -> Package:
    filed = next(fact for fact in it.loaded.facts if isinstance(fact, CaseFiled))
    stored = [one for stream in case_hand_over.file_of(filed) for one in desk.ledger.stream(stream)]
    enterprise = desk.load(stream_of("enterprise", filed.enterprise or "-")).facts
    name = next((f.name for f in reversed(enterprise) if isinstance(f, EnterpriseRegistered)), "")
    return case_hand_over.package(
        filed,
        it.state,
        name,
        [recorded(one) for one in stored],
        {s.position: s.leaf for s in stored},
    )
