"""A report's triage: once, with reasons, in words of the office."""

from __future__ import annotations

from typing import Any

import pytest

from services.intake.report import Report, Stage, for_reporter, forget, replay, triage
from shared.vocabulary.refusals import BadInput, Refusal, WrongStage
from shared.vocabulary.report_facts import ReportForgotten, ReportReceived, ReportTriaged, Triage

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
