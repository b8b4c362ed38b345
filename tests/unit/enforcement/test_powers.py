"""What an office may impose under its profile: by amount, by clause, by procedure, on the day of the act."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import yaml

from bihuan.loading.shipped import REGISTRY
from services.enforcement import case_decision
from services.enforcement.case import Case, evolve
from services.enforcement.powers import within_cap
from services.registry.records import parse_registry
from shared.law.penalties import within
from shared.vocabulary.case_facts import CaseFiled, Penalty, PenaltyOutcome, Procedure, Tier
from shared.vocabulary.refusals import OutsideAuthority, Refusal, TermOutOfBounds
from shared.vocabulary.registry_facts import AuthorityGranted, CapBasis
from tests.unit.enforcement.test_case import E1, LAW, PROFILE, decision, noticed

DAY = date(2026, 3, 2)


def asked(fen: int, code: str = "AQ102", tier: Tier = Tier.FIRST) -> Penalty:
    """A fine inside the law's range."""
    item = LAW.item(code, DAY)
    allowed = within(item, E1.kind, tier, fen)
    return Penalty(E1, code, tier, fen, allowed.least, allowed.most, item.basis, "一处", ("初次",))


def loaded(**changes: Any) -> AuthorityGranted:
    """The shipped profile as the loader makes it, with some columns changed."""
    [raw] = yaml.safe_load((REGISTRY / "authority.yaml").read_text())["profiles"]
    entries, _errors = parse_registry({"authority": {"profiles": [{**raw, **changes}]}})
    [granted] = [entry.fact for entry in entries if isinstance(entry.fact, AuthorityGranted)]
    return granted


def refused(profile: AuthorityGranted | None, penalty: Penalty) -> Refusal | None:
    try:
        within_cap(profile, LAW, penalty)
    except OutsideAuthority as refusal:
        return refusal
    return None


@pytest.mark.parametrize(
    ("inclusive", "fen", "words"),
    [
        (False, 29_999_99, None),
        (False, 30_000_00, "须低于30000元"),
        (True, 30_000_00, None),
        (True, 30_000_01, "不超过30000元"),
    ],
)
def test_a_cap_of_the_registry_holds_to_the_fen(inclusive: bool, fen: int, words: str | None) -> None:
    cap = {"yuan": 30_000, "inclusive": inclusive}
    refusal = refused(loaded(caps={"entity": cap, "individual": cap}), asked(fen))
    assert (refusal is None) == (words is None)
    assert refusal is None or (words or "") in refusal.zh


def test_a_cap_by_clause_looks_at_the_most_that_the_clause_allows() -> None:
    by_clause = loaded(caps={"entity": {"yuan": 50_000, "inclusive": True}}, cap_basis="clause_cap")
    assert refused(by_clause, asked(5_000_00, "AQ102")) is None
    refusal = refused(by_clause, asked(5_000_00, "AQ97"))
    assert refusal is not None
    assert "该条款最高罚100000元" in refusal.zh


def test_who_may_act_below_a_hearing_needs_no_other_cap() -> None:
    below = loaded(caps=None, cap_basis="below_hearing_threshold")
    assert refused(below, asked(49_999_99)) is None
    assert refused(below, asked(50_000_00)) is not None


@pytest.mark.parametrize("procedures", [(), ("ordinary",)])
def test_a_fine_with_a_right_to_a_hearing_is_never_imposed_without_one(procedures: tuple[str, ...]) -> None:
    own = replace(PROFILE, mode="S", cap_entity=None, procedures=procedures)
    refusal = refused(own, asked(50_000_00))
    assert refusal is not None
    assert "听证" in refusal.zh


def test_an_unknown_basis_of_a_cap_is_an_error_of_its_row() -> None:
    [raw] = yaml.safe_load((REGISTRY / "authority.yaml").read_text())["profiles"]
    _entries, errors = parse_registry({"authority": {"profiles": [{**raw, "cap_basis": "whatever"}]}})
    assert ("authority", 1) in {(error.file, error.row) for error in errors}


@pytest.mark.parametrize(
    "profile", [None, replace(PROFILE, mode="A"), replace(PROFILE, cap_entity=9_000_00)], ids=["none", "A", "less"]
)  # fmt: skip
def test_a_power_that_ended_after_the_notice_decides_no_penalty(profile: AuthorityGranted | None) -> None:
    with pytest.raises(OutsideAuthority):
        decision(noticed(10_000), profile=profile)
    assert decision(noticed(10_000), profile=profile, outcome=PenaltyOutcome.NOT_PROVEN)


def on_spot(penalty: Penalty, profile: AuthorityGranted, *, overdue: bool = False) -> object:
    filed = CaseFiled("c", "1号", Procedure.SIMPLIFIED, "s", "e1", (penalty.item,), (), None, overdue, "县局")
    return case_decision.decide_on_spot(
        evolve(Case(), filed), number="n", penalty=penalty, item=LAW.item(penalty.item, DAY), receipt="r",
        reasons="r", law=LAW, profile=profile,
    )  # fmt: skip


def test_on_the_spot_the_tier_the_procedure_and_the_cap_count_as_ever() -> None:
    plain = asked(3_000_00, "AQ99")
    assert on_spot(plain, PROFILE)
    with pytest.raises(TermOutOfBounds, match="逾期"):
        on_spot(plain, PROFILE, overdue=True)
    for profile in (
        replace(PROFILE, procedures=("ordinary_no_hearing",)),
        replace(PROFILE, cap_entity=3_000_00),
        replace(PROFILE, cap_basis=CapBasis.CLAUSE),
    ):
        with pytest.raises(OutsideAuthority):
            on_spot(plain, profile)
