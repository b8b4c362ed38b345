"""The campaign's plan: the figures come out exactly, whatever the seed, and people can have done it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.town.defects import shipped_defects
from bihuan.town.figures import REPORTED
from bihuan.town.plan import LONGEST_TERM, PAIRS, After, Visit, plan, spread
from bihuan.town.registry import town_registry
from shared.runtime.law_files import load_law
from shared.vocabulary.registry_facts import EnterpriseRegistered, PersonRegistered

CALENDAR = load_law().calendar


def planned(seed: int) -> tuple[Visit, ...]:
    entries = town_registry(seed)
    enterprises = [entry.fact for entry in entries if isinstance(entry.fact, EnterpriseRegistered)]
    return plan(REPORTED, seed, CALENDAR, enterprises, shipped_defects())


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_the_figures_come_out_exactly_whatever_the_seed(seed: int) -> None:
    visits = planned(seed)
    assert len(visits) == REPORTED.visits
    assert sum(bool(visit.ordered) for visit in visits) == REPORTED.orders
    assert sum(len(visit.found) for visit in visits) == REPORTED.hazards
    assert sum(len(visit.ordered) for visit in visits if visit.running) == REPORTED.open
    after = Counter(visit.after for visit in visits)
    assert after[After.FINED] + after[After.FINED_ON_SPOT] == len(REPORTED.fines)
    assert sum(visit.fine for visit in visits) == sum(REPORTED.fines)
    assert after[After.UNDER_WAY] == REPORTED.under_way


def test_officers_are_at_one_place_at_a_time_and_on_working_days_only() -> None:
    visits = planned(1)
    assert all(CALENDAR.is_working(visit.at.date()) for visit in visits)
    assert max(Counter((visit.at, visit.pair) for visit in visits).values()) == 1
    assert {visit.pair for visit in visits} == set(range(len(PAIRS)))


def test_running_orders_end_after_the_last_day_and_within_the_longest_term() -> None:
    for visit in planned(1):
        for found in visit.ordered:
            assert found.days is not None
            assert found.days <= LONGEST_TERM
            if visit.running:
                assert visit.at.date() + timedelta(days=found.days) > REPORTED.last


def test_nothing_is_cited_before_it_is_law() -> None:
    for visit in planned(1):
        assert all(found.defect.valid_from <= visit.at.date() for found in visit.found)


def test_the_register_has_the_people_and_enterprises_of_the_report() -> None:
    facts = [entry.fact for entry in town_registry(1)]
    people = [fact for fact in facts if isinstance(fact, PersonRegistered)]
    roles = Counter(role for person in people for role in person.roles)
    enterprises = [fact for fact in facts if isinstance(fact, EnterpriseRegistered)]
    assert (roles["grid_member"], roles["enterprise_grid_member"]) == (125, 16)
    assert sum(person.certificate is not None for person in people) == 6
    assert len(enterprises) == 600
    assert len({one.name for one in enterprises}) == 600
    assert len({person.person for person in people}) == len(people)


@given(st.integers(0, 200), st.integers(1, 30), st.integers(0, 3), st.integers(3, 9), st.integers(0, 99))
def test_what_is_shared_out_adds_up_within_its_bounds(
    total: int, parts: int, low: int, high: int, seed: int
) -> None:
    if not low * parts <= total <= high * parts:
        with pytest.raises(ValueError, match="cannot be shared out"):
            spread(total, parts, low, high, Random(seed))
        return
    shares = spread(total, parts, low, high, Random(seed))
    assert sum(shares) == total
    assert all(low <= share <= high for share in shares)


def test_figures_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be shared out"):
        plan(
            replace(REPORTED, rectified=REPORTED.hazards), 1, CALENDAR,
            [e.fact for e in town_registry(1) if isinstance(e.fact, EnterpriseRegistered)], shipped_defects(),
        )  # fmt: skip
