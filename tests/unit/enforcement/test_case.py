"""A penalty case: what the law forbids at each step."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.enforcement import case_decision, case_investigation, case_money
from services.enforcement.case import Case, Stage, evolve
from shared.runtime.law_files import load_law
from shared.vocabulary.case_facts import (
    CaseFiled,
    DecisionMade,
    EvidenceTaken,
    Party,
    PartyKind,
    Penalty,
    PenaltyOutcome,
    Procedure,
    Tier,
)
from shared.vocabulary.order_facts import ServiceMode
from shared.vocabulary.refusals import LegalRefusal, OutsideAuthority, Refusal, TermOutOfBounds, WrongStage
from shared.vocabulary.registry_facts import AuthorityGranted

LAW = load_law().penalties
ITEM = LAW.item("AQ102", date(2026, 3, 2))
VALID = (date(2025, 1, 1), date(2027, 12, 31))
PROFILE = AuthorityGranted(
    "o", "demo", "B", *VALID, "县局", (), ("t",), "county", cap_entity=50_000_00, cap_individual=20_000_00,
    procedures=("simplified", "ordinary_no_hearing"),
)  # fmt: skip
E1 = Party("e1", PartyKind.ENTITY)


def penalty(yuan: int, party: Party = E1, tier: Tier = Tier.FIRST) -> Penalty:
    return Penalty(party, "AQ102", tier, yuan * 100, 0, 50_000_00, ITEM.basis, "一处", ("初次",))


def filed(*, overdue: bool = False) -> Case:
    fact = CaseFiled("c", "1号", Procedure.ORDINARY, "s", "e1", ("AQ102",), (), None, overdue, "县局")
    return evolve(evolve(Case(), fact), EvidenceTaken("c", "r", "询问", "承认"))


def proposed(*yuan: int) -> Case:
    parties = [E1, Party("p1", PartyKind.PERSON, "主要负责人")]
    many = tuple(penalty(y, party) for y, party in zip(yuan, parties, strict=False))
    case = filed()
    return evolve(
        case, case_investigation.propose(case, report="r", penalties=many, items=[ITEM] * len(many))
    )


def noticed(*yuan: int) -> Case:
    case = proposed(*yuan)
    case = evolve(case, case_investigation.review(case, passed=True, opinion="同意"))
    notice = case_investigation.serve_notice(
        case, number="n", how=ServiceMode.DIRECT, receipt="r", law=LAW, profile=PROFILE
    )
    return evolve(case, notice)


def decision(case: Case, party: str = "e1", **more: Any) -> tuple[Any, ...]:
    asked = {"number": "d", "outcome": PenaltyOutcome.PENALTY, "fine": None, "surcharge_told": True,
             "reasons": "r", "may_still_be_heard": (), "law": LAW, "profile": PROFILE}  # fmt: skip
    return case_decision.decide(case, party=party, **{**asked, **more})


def decided(case: Case, *parties: str, **more: Any) -> Case:
    for party in parties:
        for fact in decision(case, party, **more):
            case = evolve(case, fact)
    return case


def test_nothing_is_proposed_before_anything_was_investigated() -> None:
    bare = replace(filed(), evidence=0)
    with pytest.raises(WrongStage, match="取证"):
        case_investigation.propose(bare, report="r", penalties=(penalty(1),), items=[ITEM])


def test_a_term_that_ran_out_is_judged_by_the_tier_for_that() -> None:
    item = LAW.item("AQ99(4)", date(2026, 3, 2))
    with pytest.raises(TermOutOfBounds, match="逾期"):
        case_investigation.propose(filed(overdue=True), report="r", penalties=(penalty(1),), items=[item])
    overdue = penalty(60_000, tier=Tier.OVERDUE)
    with pytest.raises(TermOutOfBounds, match="复查"):
        case_investigation.propose(filed(), report="r", penalties=(overdue,), items=[item])


def test_refusing_inspection_is_punished_only_after_an_order() -> None:
    item = LAW.item("AQ108", date(2026, 3, 2))
    with pytest.raises(TermOutOfBounds, match="复查"):
        case_investigation.propose(filed(), report="r", penalties=(penalty(1),), items=[item])


@pytest.mark.parametrize(("yuan", "within"), [(49_999, True), (50_000, False)])
def test_the_proposed_amount_stays_below_the_cap(yuan: int, within: bool) -> None:
    if within:
        assert noticed(yuan).stage is Stage.NOTICED
        return
    with pytest.raises(OutsideAuthority):
        noticed(yuan)


def test_without_legal_review_there_is_no_notice_and_without_notice_no_decision() -> None:
    case = proposed(10_000)
    with pytest.raises(WrongStage):
        case_investigation.serve_notice(
            case, number="n", how=ServiceMode.DIRECT, receipt="r", law=LAW, profile=PROFILE
        )
    with pytest.raises(WrongStage):
        decision(case)
    back = evolve(case, case_investigation.review(case, passed=False, opinion="补充证据"))
    assert back.stage is Stage.FILED


def test_who_may_still_be_heard_is_not_decided_about() -> None:
    with pytest.raises(WrongStage, match="陈述申辩期限未满"):
        decision(noticed(10_000), may_still_be_heard=("e1",))


def test_a_statement_never_makes_it_heavier() -> None:
    case = noticed(10_000)
    case = evolve(
        case, case_investigation.make_statement(case, party="e1", summary="s", accepted=False, answer="a")
    )
    for lighter in (10_000, 8_000):
        with pytest.raises(TermOutOfBounds, match="不得加重"):
            case_investigation.propose(case, report="r", penalties=(penalty(10_001),), items=[ITEM])
        again = case_investigation.propose(case, report="r", penalties=(penalty(lighter),), items=[ITEM])
        case = evolve(case, again)
        case = evolve(case, case_investigation.review(case, passed=False, opinion="再查"))


def test_a_decision_is_never_heavier_than_the_notice() -> None:
    with pytest.raises(TermOutOfBounds, match="高于告知"):
        decision(noticed(10_000), fine=10_001_00)
    lighter = decision(noticed(10_000), fine=9_000_00)[0]
    assert isinstance(lighter, DecisionMade)
    assert lighter.penalty
    assert lighter.penalty.fine == 9_000_00


def test_entity_and_person_are_decided_separately_and_the_last_concludes() -> None:
    case = noticed(10_000, 5_000)
    assert [f.TYPE for f in decision(case, "e1")] == ["case.decided.v1"]
    rest = decided(case, "e1")
    assert rest.stage is Stage.NOTICED
    with pytest.raises(WrongStage, match="部分当事人"):
        case_investigation.propose(rest, report="r", penalties=(penalty(1),), items=[ITEM])
    assert decided(rest, "p1").stage is Stage.DECIDED


def test_a_case_is_closed_only_when_all_of_it_is_done() -> None:
    case = decided(noticed(10_000), "e1")
    due = date(2026, 4, 23)

    def missing() -> str:
        with pytest.raises(WrongStage) as refused:
            case_decision.close(case, ground="已履行")
        return refused.value.zh

    assert "尚未送达" in missing()
    case = evolve(case, case_decision.serve(case, party="e1", how=ServiceMode.DIRECT, receipt="r"))
    assert "罚款尚未缴清" in missing()
    late = date(2026, 4, 25)
    for fact in case_money.pay(case, party="e1", amount=10_000_00, receipt="r", paid=late, due=due):
        case = evolve(case, fact)
    assert "是否加处" in missing()
    imposed = case_money.impose_surcharge(
        case, party="e1", rule=LAW.surcharge, due=due, payments=[(late, 10_000_00)]
    )
    assert imposed.amount == 600_00
    case = evolve(case, imposed)
    assert "加处罚款尚未缴清" in missing()
    for fact in case_money.pay(case, party="e1", amount=600_00, receipt="r", paid=late, due=due):
        case = evolve(case, fact)
    assert "尚未公示" in missing()
    case = evolve(case, case_decision.publish(case, party="e1", where="网站"))
    assert case_decision.close(case, ground="已履行")


def test_a_rate_that_was_not_told_is_not_imposed() -> None:
    case = decided(noticed(10_000), "e1", surcharge_told=False)
    case = evolve(case, case_decision.serve(case, party="e1", how=ServiceMode.DIRECT, receipt="r"))
    late, due = date(2026, 4, 25), date(2026, 4, 23)
    for fact in case_money.pay(case, party="e1", amount=10_000_00, receipt="r", paid=late, due=due):
        case = evolve(case, fact)
    with pytest.raises(LegalRefusal, match="未告知"):
        case_money.impose_surcharge(
            case, party="e1", rule=LAW.surcharge, due=due, payments=[(late, 10_000_00)]
        )


def test_more_than_is_owed_is_not_taken() -> None:
    case = decided(noticed(10_000), "e1")
    case = evolve(case, case_decision.serve(case, party="e1", how=ServiceMode.DIRECT, receipt="r"))
    with pytest.raises(Refusal, match="不符"):
        case_money.pay(
            case, party="e1", amount=10_000_01, receipt="r", paid=date(2026, 4, 1), due=date(2026, 4, 23)
        )
