"""One duty or right of one thing, with its dates and what the clock has recorded about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shared.law.periods import Due, end_of
from shared.law.rulebook import Bearer, Row, RowVersion


class Status(StrEnum):
    """Where an obligation stands."""

    OPEN = "open"
    DISCHARGED = "discharged"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Lapse:
    """A recorded lapse of one revision, not withdrawn; `end` is the moment that had passed."""

    revision: int
    end: datetime


@dataclass(frozen=True, slots=True)
class End:
    """What ended one revision, by moving or closing it: which fact, when it took effect, and its position."""

    revision: int
    at: datetime
    by: int
    fact: str


@dataclass(frozen=True, slots=True)
class Obligation:
    """One duty or right of one thing, with its dates and what the clock has recorded about it.

    `id` is `row/key#occurrence`; `revision` grows each time the due moves; `ends` says what ended
    each revision that is over.
    """

    id: str
    row: Row
    rule: RowVersion
    key: str
    stream: str
    opened_at: datetime
    start: date | datetime
    due: Due
    revision: int = 1
    status: Status = Status.OPEN
    ended_at: datetime | None = None
    ends: tuple[End, ...] = ()
    reached: frozenset[str] = frozenset()
    lapses: tuple[Lapse, ...] = ()

    @property
    def open(self) -> bool:
        """Still owed."""
        return self.status is Status.OPEN

    @property
    def late(self) -> bool:
        """Discharged, but after its legal due."""
        return self.ended_at is not None and self.ended_at > end_of(self.due.legal)

    @property
    def lapsed(self) -> bool:
        """The present revision's lapse is on record and stands."""
        return any(lapse.revision == self.revision for lapse in self.lapses)

    @property
    def bearer(self) -> Bearer:
        """Whose duty or right it is."""
        return self.row.bearer
