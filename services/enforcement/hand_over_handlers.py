"""Acts that hand a case over, and that answer for one that came: load, decide, append."""

from __future__ import annotations

from dataclasses import replace

from services.enforcement import asks, case_hand_over, source
from services.enforcement.case import replay
from shared.ledger.port import Appended, Unchanged
from shared.runtime.desk import Call, Change, Desk, Loaded
from shared.vocabulary.case_facts import CaseFiled
from shared.vocabulary.hand_over_facts import Package
from shared.vocabulary.identities import stream_of
from shared.vocabulary.refusals import BadInput
from shared.vocabulary.registry_facts import EnterpriseRegistered, OfficeRegistered
from shared.wire.codec import recorded


def hand_over(desk: Desk, call: Call, case_id: str, ask: asks.HandOver) -> Appended:
    """To whoever has the authority: also when this office's own has ended, then under no number of its series."""
    it = desk.thing("case", case_id, call)
    acting = desk.begin("hand_over_case", call, it)
    office, guard = _office(desk, ask.to)
    letter, numbered = "", list[Change]()
    if acting.profile is not None:
        letter, change = desk.number("transfer_letter", acting, it.stream)
        numbered.append(change)
    fact = case_hand_over.hand_over(
        replay(it.facts),
        to=office,
        own=acting.actors[0].organisation,
        reasons=ask.reasons,
        letter=letter,
        package=_package(desk, it),
    )
    acting = replace(acting, guards=(*acting.guards, guard))
    return desk.append(call, acting, Change(it, (fact,)), *numbered)


def record_answer(desk: Desk, call: Call, case_id: str, ask: asks.RecordAnswer) -> Appended:
    """An office that keeps no book here answered on paper."""
    it = desk.thing("case", case_id, call)
    acting = desk.begin("record_hand_over_answer", call, it)
    fact = case_hand_over.answered_on_paper(replay(it.facts), receipt=ask.receipt, reasons=ask.reasons)
    return desk.append(call, acting, Change(it, (fact,)))


def acknowledge(desk: Desk, call: Call, source_id: str, ask: asks.AcknowledgeHandOver) -> Appended:
    """The receiving office takes the case over."""
    it = desk.thing("source", source_id, call)
    acting = desk.begin("acknowledge_hand_over", call, it)
    fact = source.acknowledge(
        source.replay(it.facts), office=acting.actors[0].organisation, receipt=ask.receipt
    )
    return desk.append(call, acting, Change(it, (fact,)))


def send_back(desk: Desk, call: Call, source_id: str, ask: asks.ReturnHandOver) -> Appended:
    """The receiving office sends it back."""
    it = desk.thing("source", source_id, call)
    acting = desk.begin("return_hand_over", call, it)
    fact = source.send_back(
        source.replay(it.facts), office=acting.actors[0].organisation, reasons=ask.reasons
    )
    return desk.append(call, acting, Change(it, (fact,)))


def _office(desk: Desk, office: str) -> tuple[OfficeRegistered, Unchanged]:
    loaded = desk.load(stream_of("office", office))
    found = next((f for f in reversed(loaded.facts) if isinstance(f, OfficeRegistered)), None)
    if found is None:
        raise BadInput(
            f"机构{office}未登记", f"the office {office} is not registered here", where="to",
            do_zh="请核对机构代码,或先登记该机构", do_en="check the id, or register the office first",
        )  # fmt: skip
    return found, Unchanged(loaded.stream, loaded.version)


def _package(desk: Desk, case: Loaded) -> Package:
    filed = next(fact for fact in case.facts if isinstance(fact, CaseFiled))
    stored = [one for stream in case_hand_over.file_of(filed) for one in desk.ledger.stream(stream)]
    enterprise = desk.load(stream_of("enterprise", filed.enterprise or "-")).facts
    name = next((f.name for f in reversed(enterprise) if isinstance(f, EnterpriseRegistered)), "")
    return case_hand_over.package(
        filed,
        replay(case.facts),
        name,
        [recorded(one) for one in stored],
        {s.position: s.leaf for s in stored},
    )
