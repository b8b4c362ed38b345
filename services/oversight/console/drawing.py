"""What is drawn: how far a term has run, and who has how much to do. Lengths are percentages of the drawing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.law.periods import end_of

_LEAST = timedelta(minutes=1)
_SLIVER = 0.5


@dataclass(frozen=True, slots=True)
class Term:
    """A term from its start to its legal due: where now stands, where the internal due, and what is overrun.

    `due` is 100 until it has passed; afterwards the drawing ends now and `due` moves left.
    """

    now: float
    internal: float
    due: float

    @property
    def overrun(self) -> float:
        """The part after the legal due."""
        return round(100 - self.due, 1)

    @property
    def planned_earlier(self) -> bool:
        """Whether the work is planned to be done before the legal due."""
        return self.internal < self.due


def term(
    start: date | datetime, internal: date | datetime, legal: date | datetime, at: datetime
) -> Term | None:
    """The drawing of one term at a moment, None before it starts; a start that is a day means its beginning."""
    began = start if isinstance(start, datetime) else end_of(start - timedelta(days=1))
    due = end_of(legal)
    if at < began:
        return None
    whole = max(due, at) - began
    if whole < _LEAST:
        whole = _LEAST

    def place(moment: datetime) -> float:
        return round(min(max((moment - began) / whole * 100, 0), 100), 1)

    return Term(place(at), place(end_of(internal)), place(due))


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a bar chart: its name and how many are late and how many due, with the lengths of both."""

    code: str
    late: int
    due: int
    late_length: float
    due_length: float


def bars(counted: Iterable[tuple[str, int, int]]) -> list[Bar]:
    """Bars on one scale, the longest first; what is there at all can be seen."""
    lines = sorted(counted, key=lambda line: (-line[1] - line[2], line[0]))
    longest = max((late + due for _, late, due in lines), default=0)

    def length(n: int) -> float:
        return max(round(n / longest * 100, 1), _SLIVER) if n else 0.0

    return [Bar(code, late, due, length(late), length(due)) for code, late, due in lines]
