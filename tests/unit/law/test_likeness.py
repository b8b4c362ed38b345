"""Which hazards are proposed as the same, on what grounds, and which of two stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from shared.law.likeness import Ground, Obstacle, Traits, alike, obstacle, parse_likeness, place_key, traits
from shared.runtime.law_files import load_law
from shared.vocabulary.hazard_facts import (
    Grade,
    HazardGraded,
    HazardKeptApart,
    HazardRectified,
    HazardReported,
    HazardSeparated,
    HazardVerified,
    HazardViolationFound,
    Source,
)
from tests.fakes.history import history, moment

KNOWN = moment("2025-09-01")
ONE = Traits("h1", "reported", "e1", "c1", "出口堵塞", "一车间", "report/r1", KNOWN, KNOWN)
LATER = KNOWN + timedelta(days=1)
OTHER = replace(ONE, hazard="h2", source="report/r2", known_at=LATER, since=LATER)
WINDOW = timedelta(days=90)


def test_same_enterprise_and_place_are_proposed_before_the_item_of_law_is_known() -> None:
    assert alike(ONE, OTHER, WINDOW) == (
        Ground.SAME_ENTERPRISE,
        Ground.SAME_PLACE,
        Ground.LEGAL_ITEM_OPEN,
    )


def test_the_same_item_of_law_is_a_ground_of_its_own() -> None:
    one, other = (replace(it, legal_item="AQ105(2)") for it in (ONE, OTHER))
    assert alike(one, other, WINDOW)[-1] is Ground.SAME_LEGAL_ITEM


@pytest.mark.parametrize(
    "change",
    [
        {"enterprise": "e2"},
        {"place": "二车间"},
        {"place": "。"},
        {"legal_item": "AQ99(2)"},
        {"known_at": KNOWN + timedelta(days=91)},
        {"source": ONE.source},
        {"apart": ("h1",)},
        {"enterprise": None, "community": "c2"},
        {"enterprise": None, "place": "一车间东门"},
    ],
)
def test_what_differs_in_one_trait_is_not_proposed(change: dict[str, object]) -> None:
    one, other = replace(ONE, legal_item="AQ105(2)"), replace(OTHER, **change)
    assert (alike(one, other, WINDOW), alike(other, one, WINDOW)) == ((), ())


def test_a_place_within_the_other_is_enough_at_one_enterprise() -> None:
    other = replace(OTHER, place="一车间 东门")
    assert Ground.PLACE_WITHIN in alike(ONE, other, WINDOW)


def test_an_unknown_enterprise_takes_the_same_community_and_place() -> None:
    other = replace(OTHER, enterprise=None, place=" 一 车间")
    assert alike(ONE, other, WINDOW)[:2] == (Ground.SAME_COMMUNITY, Ground.SAME_PLACE)


def test_a_place_is_the_same_however_it_is_typed() -> None:
    assert place_key("Ａ栋 2-3层(东) ") == place_key("a栋2—3层、东") == "a栋2-3层东"
    assert place_key("12栋") != place_key("1-2栋")


@pytest.mark.parametrize(
    ("one", "other", "within"),
    [
        ("一车间", "一车间东门", True),
        ("东门仓库", "厂区东门仓库门口", True),
        ("一车间", "十一车间", False),
        ("1号罐", "11号罐", False),
        ("罐1", "罐12", False),
    ],
)
def test_a_name_within_another_is_not_the_end_of_another_number(one: str, other: str, within: bool) -> None:
    for here, there in ((one, other), (other, one)):
        found = alike(replace(ONE, place=here), replace(OTHER, place=there), WINDOW)
        assert (Ground.PLACE_WITHIN in found) is within


def test_the_window_is_dated_data_with_a_source() -> None:
    rule = load_law().likeness
    version = rule.at(date(2025, 9, 1))
    assert (version.window_days, version.mark) == (90, "P")
    assert version.source
    newer = {"valid_from": date(2026, 1, 1), "window_days": 30, "source": "s", "mark": "P"}
    two = parse_likeness([{**newer, "valid_from": date(2025, 1, 1), "window_days": 10}, newer])
    assert [two.at(day).window_days for day in (date(2025, 12, 31), date(2026, 1, 1))] == [10, 30]
    assert two.longest == 30


UNDER_ORDER = replace(ONE, stage="under_order", legal_item="AQ105(2)")
FIXED = replace(UNDER_ORDER, stage="rectified", removed_at=LATER)


@pytest.mark.parametrize(
    ("merged", "into", "found"),
    [
        (OTHER, ONE, None),
        (ONE, ONE, Obstacle.ITSELF),
        (replace(OTHER, stage="merged"), ONE, Obstacle.OVER),
        (replace(OTHER, stage="under_order"), ONE, Obstacle.DEALT_WITH),
        (replace(OTHER, stage="transferred"), ONE, Obstacle.DEALT_WITH),
        (replace(OTHER, stage="verified", violation=True), UNDER_ORDER, Obstacle.VIOLATION),
        (OTHER, replace(ONE, stage="closed"), Obstacle.INTO_OVER),
        (OTHER, replace(ONE, stage="unfounded"), Obstacle.INTO_OVER),
        (OTHER, replace(ONE, stage="merged"), Obstacle.INTO_OVER),
        (OTHER, replace(ONE, apart=("h2",)), Obstacle.KEPT_APART),
        (OTHER, replace(ONE, enterprise="e2"), Obstacle.OTHER_ENTERPRISE),
        (OTHER, replace(ONE, enterprise=None), None),
        (replace(OTHER, stage="graded", legal_item="AQ99(2)"), UNDER_ORDER, Obstacle.OTHER_LEGAL_ITEM),
        (OTHER, FIXED, None),
        (replace(OTHER, known_at=LATER + timedelta(minutes=1)), FIXED, Obstacle.AFTER_REMOVAL),
        (replace(OTHER, stage="graded", major=True), UNDER_ORDER, Obstacle.GRAVER),
        (replace(OTHER, stage="graded", major=True), replace(ONE, stage="reported_up", major=True), None),
        (replace(OTHER, stage="verified"), ONE, Obstacle.FURTHER),
        (ONE, OTHER, Obstacle.DUE_EARLIER),
        (replace(ONE, stage="graded"), replace(OTHER, stage="graded", major=True), None),
        (replace(ONE, stage="graded"), replace(OTHER, stage="graded", violation=True), None),
        (OTHER, UNDER_ORDER, None),
    ],
)
def test_merging_loses_nothing_and_puts_nothing_off(
    merged: Traits, into: Traits, found: Obstacle | None
) -> None:
    assert obstacle(merged, into) is found


def test_of_two_known_at_one_moment_either_may_stay() -> None:
    twin = replace(ONE, hazard="h2", source="report/r2")
    assert obstacle(ONE, twin) is obstacle(twin, ONE) is None


def test_traits_follow_the_facts() -> None:
    facts = [
        ("2025-09-01", HazardReported("h1", Source.REPORT, "r1", "c1", "一车间", "出口堵塞", "e1")),
        ("2025-09-02", HazardVerified("h1", "n1")),
        ("2025-09-03", HazardGraded("h1", Grade.MAJOR, "AQ105(2)", "第4条")),
        ("2025-09-04", HazardViolationFound("h1", "AQ105(2)", "堵塞")),
        ("2025-09-05", HazardKeptApart("h1", "h9", "r")),
        ("2025-09-06", HazardSeparated("h1", "h8", "graded", Grade.MAJOR, "r")),
        ("2025-09-07", HazardRectified("h1", "o1", 1)),
    ]
    it = traits(history("hazard/h1", *facts), "rectified")
    assert (it.known_at, it.since, it.removed_at) == tuple(
        moment(day) for day in ("2025-09-01", "2025-09-06", "2025-09-07")
    )
    assert (it.legal_item, it.major, it.violation, it.apart) == ("AQ105(2)", True, True, ("h9", "h8"))
    with pytest.raises(ValueError, match="hazard/h1"):
        traits(history("hazard/h1", *facts[1:]), "verified")
