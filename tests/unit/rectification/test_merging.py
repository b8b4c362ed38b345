"""Each way in which two hazards cannot be merged is refused in words that say what to do instead."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.rectification import hazard, merging
from shared.law.likeness import Obstacle, Traits
from shared.vocabulary.hazard_facts import Grade, HazardGraded, HazardMerged, HazardReported, Source
from shared.vocabulary.refusals import BadInput, LegalRefusal, WrongStage
from tests.fakes.history import moment

KNOWN = moment("2025-09-01")
ONE = Traits("h1", "reported", "e1", "c1", "出口堵塞", "一车间", "report/r1", KNOWN, KNOWN)
OTHER = replace(ONE, hazard="h2", source="report/r2")


@pytest.mark.parametrize("stands", Obstacle)
def test_every_obstacle_is_a_refusal_that_says_what_to_do(
    stands: Obstacle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "obstacle", lambda *_: stands)
    with pytest.raises((BadInput, LegalRefusal)) as refused:
        merging.merge(OTHER, ONE, reasons="同一处")
    assert refused.value.do_zh
    assert refused.value.do_en
    assert refused.value.basis or isinstance(refused.value, BadInput)


def test_both_sides_of_a_merging_name_each_other() -> None:
    merged, absorbed = merging.merge(OTHER, ONE, reasons="同一处")
    assert (merged.hazard, merged.into) == ("h2", "h1") == (absorbed.merged, absorbed.hazard)


@pytest.mark.parametrize("decide", [merging.merge, merging.keep_apart])
def test_reasons_are_given(decide) -> None:
    with pytest.raises(BadInput, match="理由"):
        decide(OTHER, ONE, reasons=" ")


@pytest.mark.parametrize(
    ("one", "other"),
    [(ONE, ONE), (replace(ONE, apart=("h2",)), OTHER), (ONE, replace(OTHER, stage="merged"))],
)
def test_a_pair_is_kept_apart_once_and_while_neither_is_merged(one: Traits, other: Traits) -> None:
    with pytest.raises((BadInput, WrongStage)):
        merging.keep_apart(one, other, reasons="两处")


def test_a_separated_hazard_goes_on_where_it_stood() -> None:
    facts = [
        HazardReported("h1", Source.REPORT, "r1", "c1", "一车间", "出口堵塞", "e1"),
        HazardGraded("h1", Grade.MAJOR, "AQ105(2)", "第4条"),
        HazardMerged("h1", "h2", "同一处"),
    ]
    back, apart = merging.separate(hazard.replay(facts), reasons="不是同一处")
    state = hazard.replay([*facts, back])
    assert (state.stage, state.grade, state.merged_into) == (hazard.Stage.GRADED, Grade.MAJOR, None)
    assert (apart.hazard, apart.other) == ("h2", "h1")
    with pytest.raises(WrongStage):
        merging.separate(state, reasons="再来一次")
