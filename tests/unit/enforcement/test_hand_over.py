"""Handing a case over: when, to whom, with what, and what each answer means."""

from __future__ import annotations

import pytest

from services.enforcement import case_hand_over, source
from services.enforcement.case import Case, Stage, evolve
from shared.vocabulary.case_facts import CaseFiled, EvidenceTaken, Procedure
from shared.vocabulary.hand_over_facts import (
    CaseHandedOver,
    CaseHandOverAcknowledged,
    CaseHandOverReturned,
    HandOverReceived,
)
from shared.vocabulary.hazard_facts import Evidence
from shared.vocabulary.refusals import BadInput, OutsideAuthority, WrongStage
from shared.vocabulary.registry_facts import OfficeRegistered
from tests.fakes.history import history

FILED = CaseFiled("c", "1号", Procedure.ORDINARY, "c", "e1", ("AQ99(4)",), ("h1",), "o1", True, "县局")
CASE = evolve(Case(), FILED)
FILE = history(
    "case/c",
    ("2026-03-02", FILED),
    ("2026-03-03", EvidenceTaken("c", "笔录1", "询问", "承认", (Evidence("ab" * 32, 1, "image/jpeg"),))),
)
PACKAGE = case_hand_over.package(FILED, CASE, "某厂", FILE, {1: b"\x01" * 32, 2: b"\x02" * 32})
COUNTY = OfficeRegistered("county_emb", "县局", "county_bureau", None, "c-1")
ON_PAPER = OfficeRegistered("fire", "消防", "transfer_target")


def handed(to: OfficeRegistered = COUNTY, case: Case = CASE, own: str = "office") -> CaseHandedOver:
    return case_hand_over.hand_over(case, to=to, own=own, reasons="超出权限", letter="移1", package=PACKAGE)


def received() -> source.CaseSource:
    fact = HandOverReceived("s", "county_emb", "t-1", "office", "c", 3, "超出权限", "移1", PACKAGE)
    return source.evolve(source.CaseSource(), fact)


def test_the_package_lists_each_paper_with_its_leaf_and_its_files() -> None:
    assert [(p.fact, p.paper, p.position, p.leaf[:2], p.files) for p in PACKAGE.papers] == [
        ("case.filed", "1号", 1, "01", ()),
        ("case.evidence_taken", "笔录1", 2, "02", ("ab" * 32,)),
    ]
    assert (PACKAGE.number, PACKAGE.enterprise_name, PACKAGE.overdue) == ("1号", "某厂", True)


def test_the_file_is_the_case_and_all_that_it_came_from() -> None:
    assert list(case_hand_over.file_of(FILED)) == ["hazard/h1", "order/o1", "source/c", "case/c"]


def test_a_case_is_not_handed_to_ones_own_office() -> None:
    with pytest.raises(BadInput):
        handed(own="county_emb")


def test_a_case_that_awaits_an_answer_is_not_handed_over_again() -> None:
    waiting = evolve(CASE, handed())
    assert waiting.stage is Stage.AWAITING
    with pytest.raises(WrongStage):
        handed(case=waiting)


def test_an_acknowledged_case_has_ended_and_a_returned_one_goes_on() -> None:
    waiting = evolve(CASE, handed())
    assert evolve(waiting, CaseHandOverAcknowledged("c", "county_emb", "r")).stage is Stage.HANDED_OVER
    returned = evolve(waiting, CaseHandOverReturned("c", "county_emb", "材料不全"))
    assert returned.stage is Stage.FILED
    assert handed(case=returned)


def test_only_an_office_without_a_book_here_answers_on_paper() -> None:
    with pytest.raises(WrongStage, match="自行签收"):
        case_hand_over.answered_on_paper(evolve(CASE, handed()), receipt="R", reasons="")
    waiting = evolve(CASE, handed(ON_PAPER))
    taken = case_hand_over.answered_on_paper(waiting, receipt="R", reasons="")
    assert taken == CaseHandOverAcknowledged("c", "fire", "R")
    back = case_hand_over.answered_on_paper(waiting, receipt="", reasons="不属职责")
    assert back == CaseHandOverReturned("c", "fire", "不属职责")


@pytest.mark.parametrize(("receipt", "reasons"), [("R", "不属职责"), ("", ""), (" ", "")])
def test_an_answer_on_paper_is_a_receipt_or_reasons(receipt: str, reasons: str) -> None:
    with pytest.raises(BadInput):
        case_hand_over.answered_on_paper(evolve(CASE, handed(ON_PAPER)), receipt=receipt, reasons=reasons)


def test_only_the_office_addressed_answers_and_only_once() -> None:
    with pytest.raises(OutsideAuthority):
        source.acknowledge(received(), office="fire", receipt="R")
    taken = source.evolve(received(), source.acknowledge(received(), office="county_emb", receipt="R"))
    with pytest.raises(WrongStage):
        source.send_back(taken, office="county_emb", reasons="r")


def test_what_was_received_is_disposed_of_only_after_it_was_taken_over() -> None:
    with pytest.raises(WrongStage, match="待签收"):
        source.propose(received(), outcome=source.Outcome.FILED, reasons="r", basis="b")
    taken = source.evolve(received(), source.acknowledge(received(), office="county_emb", receipt="R"))
    assert (taken.enterprise, taken.legal_items, taken.overdue) == ("e1", ("AQ99(4)",), True)
    assert (taken.hazards, taken.order) == ((), None)
    assert source.propose(taken, outcome=source.Outcome.FILED, reasons="r", basis="b")
