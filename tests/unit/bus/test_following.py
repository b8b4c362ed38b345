"""Whoever follows a ledger looks soon after there was work, seldom when there is none, and never gives up."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from threading import Event

import pytest

from shared.bus.faults import FaultOfTheMoment
from shared.bus.following import LONGEST_PAUSE, SOON, follow

POLL = 0.1


class Waits(Event):
    """Notes how long it is waited for, and waits for nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        """At once."""
        self.told.append(timeout)
        return False


def waits(turns: Iterable[int | Exception]) -> list[float | None]:
    """How long it waits between these turns."""
    stop, wake, left = Event(), Waits(), list(turns)

    def turn() -> int:
        result = left.pop(0)
        if not left:
            stop.set()
        if isinstance(result, Exception):
            raise result
        return result

    follow(turn, stop, wake, POLL)
    return wake.told


def test_work_is_followed_by_the_next_turn_at_once() -> None:
    assert waits([3, 2, 1]) == []


def test_after_work_it_looks_soon_and_then_ever_less_often() -> None:
    told = [pause for pause in waits([1, *[0] * 9]) if pause is not None]
    assert told[0] == 2 * SOON
    assert all(later == min(2 * earlier, POLL) for earlier, later in pairwise(told))
    assert told[-1] == POLL


def test_without_work_it_looks_as_often_as_it_was_told() -> None:
    assert waits([0, 0, 0]) == [POLL] * 3


@pytest.mark.parametrize("failure", [FaultOfTheMoment(), ValueError("broken")])
def test_a_failing_turn_is_tried_again_ever_more_slowly_and_recovers(failure: Exception) -> None:
    told = [pause for pause in waits([*[failure] * 9, 0, 0]) if pause is not None]
    assert told[0] == 2 * POLL
    assert told[8] == LONGEST_PAUSE
    assert told[9:] == [POLL, POLL]


def test_a_failure_right_after_work_is_no_reason_to_look_soon() -> None:
    assert waits([1, ValueError("broken"), 0]) == [2 * POLL, POLL]
