"""A report's triage: once, with reasons, in words of the office."""

from __future__ import annotations

from typing import Any

import pytest

from services.intake.report import Report, Stage, for_reporter, forget, repeat, replay, triage
from shared.vocabulary.refusals import BadInput, Refusal, WrongStage
from shared.vocabulary.report_facts import (
    ReportAnswered,
    ReportAnswerWithdrawn,
    ReportForgotten,
    ReportReceived,
    ReportTriaged,
    Result,
    Triage,
)

RECEIVED = ReportReceived("r", "ch", "c", False, "0" * 64)
GOOD: dict[str, Any] = {
    "outcome": Triage.ACCEPTED,
    "community": "c",
    "reasons": "属实",
    "defect": "通道堵塞",
    "place": "一车间",
    "enterprise": None,
    "duplicate_of": None,
}


def test_a_fold_of_what_triage_decided_is_triaged() -> None:
    decided = triage(replay([RECEIVED]), **GOOD)
    assert replay([RECEIVED, decided]).stage is Stage.TRIAGED


def test_a_report_is_triaged_once() -> None:
    with pytest.raises(WrongStage):
        triage(replay([RECEIVED, triage(replay([RECEIVED]), **GOOD)]), **GOOD)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"reasons": " "}, "reasons"),
        ({"defect": ""}, "defect"),
        ({"place": ""}, "place"),
        ({"duplicate_of": "x"}, "duplicate_of"),
        ({"outcome": Triage.DUPLICATE}, "duplicate_of"),
        ({"outcome": Triage.DUPLICATE, "duplicate_of": "r"}, "duplicate_of"),
    ],
)
def test_triage_says_which_value_cannot_be_meant(change: dict[str, Any], where: str) -> None:
    with pytest.raises(BadInput) as refused:
        triage(replay([RECEIVED]), **(GOOD | change))
    assert refused.value.where == where


def test_a_report_is_forgotten_once_and_can_still_be_triaged() -> None:
    forgotten = replay([RECEIVED, forget(replay([RECEIVED]))])
    assert isinstance(triage(forgotten, **GOOD), ReportTriaged)
    with pytest.raises(Refusal):
        forget(forgotten)
    assert forgotten == replay([RECEIVED, ReportForgotten("r")])


def test_every_outcome_has_words_for_the_reporter() -> None:
    words = {for_reporter(Report("r", Stage.TRIAGED, outcome)) for outcome in (None, *Triage)}
    assert len(words) == len(Triage) + 1


def test_every_result_has_words_for_the_reporter_and_goes_before_the_outcome() -> None:
    told = [for_reporter(Report("r", Stage.TRIAGED, Triage.DUPLICATE, result=result)) for result in Result]
    assert len({*told, for_reporter(Report("r", Stage.TRIAGED, Triage.DUPLICATE))}) == len(Result) + 1


def triaged(outcome: Triage = Triage.ACCEPTED, **more: Any) -> Report:
    return replay([RECEIVED, triage(replay([RECEIVED]), **{**GOOD, "outcome": outcome, **more})])


def test_a_report_is_merged_into_one_that_was_accepted() -> None:
    later = Report("r2", Stage.RECEIVED)
    earlier = triaged()
    fact = repeat(earlier, by=later)
    assert replay([RECEIVED, fact]).repeated_by == ("r2",)


ANSWERED = ReportAnswered("r", Result.REMOVED, "h")


@pytest.mark.parametrize(
    "earlier",
    [
        replay([RECEIVED]),
        triaged(Triage.NOT_SAFETY),
        triaged(Triage.DUPLICATE, duplicate_of="r0"),
        replay([RECEIVED, triage(replay([RECEIVED]), **GOOD), ANSWERED]),
    ],
)
def test_a_report_is_merged_into_nothing_that_it_would_wait_for_in_vain(earlier: Report) -> None:
    with pytest.raises(WrongStage) as refused:
        repeat(earlier, by=Report("r2", Stage.RECEIVED))
    assert refused.value.basis
    assert refused.value.do_zh


def test_a_withdrawn_answer_leaves_the_report_as_it_was_before() -> None:
    facts = [RECEIVED, triage(replay([RECEIVED]), **GOOD)]
    assert replay([*facts, ANSWERED, ReportAnswerWithdrawn("r", "h")]) == replay(facts)
