"""The names of looks and steps, and what watches are told, as they travel through the engine."""

from __future__ import annotations

from dataclasses import dataclass

from shared.vocabulary.watching import Thing

WATCH_QUEUE = "watch"
QUEUES = {
    "report": "intake",
    "hazard": "rectification",
    "order": "rectification",
    "source": "enforcement",
    "case": "enforcement",
}
"""The kinds of thing that are watched, and the task queue of the service that owns each."""

LOOK = "look"
TAKE = "take"


@dataclass(frozen=True)
class News:
    """Something happened: the thing has reached `version`, or the clock was moved."""

    version: int = 0
    clock_moved: bool = False


@dataclass(frozen=True)
class Course:
    """What a watch carries from run to run."""

    thing: Thing
    wanted: int = 0
