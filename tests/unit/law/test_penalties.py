"""What an offence may cost, and what a late payment adds to it; amounts in yuan here, in fen in the code."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.law.penalties import surcharge, within
from shared.runtime.law_files import load_law
from shared.vocabulary.case_facts import PartyKind, Tier
from shared.vocabulary.refusals import BadInput, TermOutOfBounds

LAW = load_law().penalties
DUE = date(2026, 5, 6)
FINE = 20_000_00
ENTITY, PERSON = PartyKind.ENTITY, PartyKind.PERSON


@pytest.mark.parametrize(
    ("paid", "days", "yuan"),
    [
        ("2026-04-20", 0, 0),
        ("2026-05-06", 0, 0),
        ("2026-05-07", 1, 600),
        ("2026-05-16", 10, 6_000),
        ("2026-06-08", 33, 19_800),
        ("2026-06-09", 34, 20_000),
        ("2026-07-01", 56, 20_000),
    ],
)
def test_three_per_cent_a_day_up_to_the_fine(paid: str, days: int, yuan: int) -> None:
    found = surcharge(LAW.surcharge, FINE, DUE, [(date.fromisoformat(paid), FINE)])
    assert (found.days, found.amount) == (days, yuan * 100)


def test_what_is_paid_in_time_costs_nothing_more() -> None:
    half = FINE // 2
    found = surcharge(LAW.surcharge, FINE, DUE, [(DUE, half), (DUE + timedelta(days=10), half)])
    assert found.amount == 3_000_00
    assert "共10日×300元" in found.derivation


@given(st.lists(st.tuples(st.integers(-30, 90), st.integers(1, 10**7)), min_size=1, max_size=6))
def test_a_surcharge_is_never_more_than_the_fine_nor_than_paying_all_at_the_end(
    parts: list[tuple[int, int]],
) -> None:
    payments = sorted((DUE + timedelta(days=late), amount) for late, amount in parts)
    fine = sum(amount for _, amount in payments)
    found = surcharge(LAW.surcharge, fine, DUE, payments)
    at_once = surcharge(LAW.surcharge, fine, DUE, [(payments[-1][0], fine)])
    assert 0 <= found.amount <= min(fine, at_once.amount)
    assert found.amount == 0 or any(paid > DUE for paid, _ in payments)


@pytest.mark.parametrize(
    ("code", "kind", "tier", "yuan", "allowed"),
    [
        ("AQ102", ENTITY, Tier.FIRST, 50_000, True),
        ("AQ102", ENTITY, Tier.FIRST, 50_001, False),
        ("AQ99(4)", ENTITY, Tier.OVERDUE, 49_999, False),
        ("AQ99(4)", ENTITY, Tier.OVERDUE, 50_000, True),
        ("AQ99(4)", PERSON, Tier.FIRST, 1, False),
        ("AQ105(2)", PERSON, Tier.FIRST, 10_000, True),
        ("AQ94", PERSON, Tier.FIRST, 19_999, False),
        ("AQ94", ENTITY, Tier.FIRST, 20_000, False),
    ],
)
def test_a_fine_lies_inside_the_laws_range_for_such_a_party(
    code: str, kind: PartyKind, tier: Tier, yuan: int, allowed: bool
) -> None:
    item = LAW.item(code, date(2026, 3, 2))
    if allowed:
        within(item, kind, tier, yuan * 100)
        return
    with pytest.raises(TermOutOfBounds) as refused:
        within(item, kind, tier, yuan * 100)
    assert refused.value.basis == item.basis


def test_an_unknown_item_and_one_not_yet_in_force_are_refused() -> None:
    for code, on in (("AQ1", date(2026, 3, 2)), ("AQ102", date(2020, 1, 1))):
        with pytest.raises(BadInput):
            LAW.item(code, on)
