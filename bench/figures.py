"""A figure: what was measured of ours, what was measured of the baseline, and what is aimed at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

ROUNDS = 3
"""Of each measurement; ours and the baseline take turns, so that a busy machine is busy for both."""


@dataclass(frozen=True, slots=True)
class Figure:
    """`ours` and `baseline` are medians in `unit`; `aim` bounds the ratio or, without a baseline, ours.

    `at_most`: smaller is better and the aim an upper bound; without an aim the figure is a report.
    """

    name: str
    zh: str
    en: str
    unit: str
    ours: float
    baseline: float | None = None
    against: str = ""
    aim: float | None = None
    at_most: bool = False
    rounds: tuple[tuple[float, float | None], ...] = ()

    @property
    def ratio(self) -> float | None:
        """Ours by the baseline's."""
        return self.ours / self.baseline if self.baseline else None

    @property
    def met(self) -> bool | None:
        """Whether the aim is reached; None for a report."""
        if self.aim is None:
            return None
        held = self.ours if self.ratio is None else self.ratio
        return held <= self.aim if self.at_most else held >= self.aim

    def as_json(self) -> dict[str, Any]:
        """As it stands in the results."""
        return {**asdict(self), "ratio": self.ratio, "met": self.met}


def read(document: Iterable[dict[str, Any]]) -> list[Figure]:
    """Figures as they were written."""
    derived = ("ratio", "met")
    return [Figure(**{key: value for key, value in one.items() if key not in derived}) for one in document]


def compared(
    name: str,
    zh: str,
    en: str,
    unit: str,
    ours: Callable[[], float],
    baseline: Callable[[], float],
    against: str,
    *,
    aim: float | None = None,
    at_most: bool = False,
    rounds: int = ROUNDS,
) -> Figure:
    """Medians of rounds in which ours and the baseline take turns."""
    found = [(ours(), baseline()) for _ in range(rounds)]
    return Figure(
        name, zh, en, unit, median(one for one, _ in found), median(other for _, other in found), against,
        aim, at_most, tuple(found),
    )  # fmt: skip


def measured(
    name: str,
    zh: str,
    en: str,
    unit: str,
    ours: Callable[[], float],
    *,
    aim: float | None = None,
    at_most: bool = False,
    rounds: int = ROUNDS,
) -> Figure:
    """The median of rounds of something that has no baseline."""
    found = [ours() for _ in range(rounds)]
    return Figure(
        name, zh, en, unit, median(found), None, "", aim, at_most, tuple((one, None) for one in found)
    )
