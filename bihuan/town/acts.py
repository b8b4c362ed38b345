"""Acts and courses of acts: each is carried out only after the answer to the one before it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bihuan.town.pictures import Picture
from shared.law.calendar import Calendar
from shared.law.periods import SHANGHAI
from shared.ledger.port import Appended
from shared.runtime.asks import Ask
from shared.vocabulary.identities import kind_of, thing_of

HEAD, DEPUTY = "p-001", "p-002"
STAFF = tuple(f"p-{n:03}" for n in range(10, 24))


@dataclass(frozen=True, slots=True)
class Act:
    """One act: when, which, by whom (and who confirms), what is asked of which thing, and the pictures it refers to."""

    at: datetime
    deed: str
    who: Sequence[str]
    ask: Ask
    thing: str | None = None
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an act: its answer, and the case sources that were opened because of it."""

    answer: Appended
    sources: tuple[str, ...]

    def things(self, kind: str) -> list[str]:
        """The ids of the things of a kind that the act wrote, in its order."""
        return [thing_of(stream) for stream in self.answer.versions if kind_of(stream) == kind]


Course = Generator[Act, Done, "list[Course]"]
"""Yields acts, is sent what came of each, and returns the courses that run on side by side."""


@dataclass(frozen=True, slots=True)
class Diary:
    """Working days, as those see them who plan their work; `last` is the campaign's last day."""

    calendar: Calendar
    last: date

    def after(self, day: date, working_days: int) -> date:
        """So many working days later."""
        return self.calendar.add_working(day, working_days)

    def at(self, day: date, clock: time, minutes: int = 0) -> datetime:
        """A moment of a day, some minutes on."""
        return datetime.combine(day, clock, SHANGHAI) + timedelta(minutes=minutes)
