"""Work that follows a ledger: turn after turn until stopped, and no failure ends it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import structlog

from shared.bus.faults import is_of_the_moment

SOON = 0.005
"""Real seconds until the next look after a turn that did something: more often follows at once than later."""

LONGEST_PAUSE = 5.0
"""Real seconds, at most, until the next try after a failed turn."""

log = structlog.get_logger(__name__)


def follow(turn: Callable[[], int], stop: Event, wake: Event, poll: float, **about: str) -> None:
    """Take turns until stopped: at once after one that did something, then soon, then ever less often up to `poll`
    seconds, and whenever told.

    A failing turn is tried again, ever more slowly: a missing database or broker is a warning, anything else an alarm.
    """
    pause = poll
    while not stop.is_set():
        try:
            done = turn()
            pause = min(SOON if done else pause * 2, poll)
        except Exception as failure:
            done, pause = 0, min(max(pause, poll) * 2, LONGEST_PAUSE)
            if is_of_the_moment(failure):
                log.warning("bus.part_not_usable", **about, fault=repr(failure.__cause__ or failure))
            else:
                log.exception("bus.turn_failed", **about, alarm=True)
        if not done:
            wake.wait(pause)
            wake.clear()
