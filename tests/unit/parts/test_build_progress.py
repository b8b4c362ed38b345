"""How a Go build is followed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.parts.build_progress import BUILT_ALREADY, BuildProgress, packages, to_compile

WEIGHTS = {"small": 10, "big": 70, "main": 20}


def test_progress_is_the_share_of_source_not_of_packages() -> None:
    progress = BuildProgress(WEIGHTS)
    for line in ("small", "big", "main"):
        progress.feed(line)
    assert progress.fraction == pytest.approx(0.9)


def test_the_package_being_compiled_counts_half() -> None:
    progress = BuildProgress(WEIGHTS)
    progress.feed("big")
    assert progress.fraction == pytest.approx(0.35)


def test_no_estimate_before_there_is_a_pace() -> None:
    progress = BuildProgress({"tiny": 1, "rest": 99})
    progress.feed("tiny")
    assert progress.remaining_s(30.0) is None
    assert "首次" in progress.in_words(30.0)


def test_the_estimate_follows_the_pace_so_far() -> None:
    progress = BuildProgress({"a": 50, "b": 50})
    progress.feed("a")
    assert progress.remaining_s(60.0) == pytest.approx(180.0)
    assert "3 分钟" in progress.in_words(60.0)


def test_downloads_are_counted_and_other_lines_ignored() -> None:
    progress = BuildProgress(WEIGHTS)
    for line in (
        "go: downloading example.test/a v1.0.0",
        "warning: x",
        "go: downloading example.test/b v1.2.0",
    ):
        progress.feed(line)
    assert (progress.modules, progress.fraction) == (2, 0.0)


@given(st.lists(st.sampled_from([*WEIGHTS, "unknown"])))
def test_progress_stays_between_nothing_and_all(lines: list[str]) -> None:
    progress = BuildProgress(WEIGHTS)
    for line in lines:
        progress.feed(line)
    assert 0.0 <= progress.fraction <= 1.0


def test_what_go_has_built_before_is_not_counted() -> None:
    listing = "\n".join(
        json.dumps(each, indent=1)
        for each in (
            {"ImportPath": "fresh", "Stale": True, "StaleReason": "build ID mismatch"},
            {"ImportPath": "kept"},
            {"ImportPath": "main", "Stale": True, "StaleReason": BUILT_ALREADY},
        )
    )
    assert [each["ImportPath"] for each in to_compile(packages(listing + "\n"))] == ["fresh"]
