"""The steps that the clock owes: reminders, escalations, lapses and their withdrawal, each once per revision."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from shared.law.calendar import Calendar
from shared.law.obligations import End, Lapse, Obligation
from shared.law.periods import SHANGHAI, end_of, shanghai_day
from shared.law.rulebook import Bearer, Row, Rung, When

SLOT = timedelta(minutes=5)
SLOTS = 6
"""Rungs without legal effect are spread over the first half hour of a day, so that its start is not a flood."""


class Kind(StrEnum):
    """What kind of step the clock owes."""

    RUNG = "rung"
    LAPSE = "lapse"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True)
class Step:
    """A step by its identity alone: the obligation, the revision of its due date, and which step."""

    obligation: str
    revision: int
    kind: Kind
    rung: str = ""

    @property
    def identity(self) -> str:
        """The text that stands for the step; within its thing it is the step's command id."""
        return f"{self.obligation}!{self.revision}!{self.kind}{'!' + self.rung if self.rung else ''}"


@dataclass(frozen=True, slots=True)
class Planned:
    """A rung with the moment at which it falls due."""

    rung: Rung
    moment: datetime


@dataclass(frozen=True, slots=True)
class Owed:
    """A step owed now; `collapsed` are earlier rungs that nobody recorded in time, `because` the late truth."""

    step: Step
    obligation: Obligation
    moment: datetime
    rung: Rung | None = None
    collapsed: tuple[str, ...] = ()
    because: int = 0


def ladder(obligation: Obligation, calendar: Calendar) -> tuple[Planned, ...]:
    """The rungs of the present revision in order of time.

    Those not after the opening do not exist; those that fall in a year without a published calendar wait for it.
    """
    due = obligation.due
    slot = _slot(obligation.stream)
    planned = _planned(obligation.row, shanghai_day(due.internal), shanghai_day(due.legal), slot, calendar)
    return tuple(p for p in planned if p.moment > obligation.opened_at)


def steps_owed(many: Iterable[Obligation], calendar: Calendar, *, at: datetime) -> tuple[Owed, ...]:
    """What the clock owes at a moment, lapses before rungs, in order of their moments."""
    owed: list[Owed] = []
    for obligation in many:
        owed += _withdrawals(obligation)
        if not obligation.open or obligation.due.provisional:
            continue
        end = end_of(obligation.due.legal)
        if end <= at and not obligation.lapsed:
            owed.append(
                Owed(
                    Step(obligation.id, obligation.revision, Kind.LAPSE),
                    obligation,
                    end,
                )
            )
        owed += _latest_rung(obligation, calendar, at)
    order = {Kind.WITHDRAWAL: 0, Kind.LAPSE: 1, Kind.RUNG: 2}
    return tuple(sorted(owed, key=lambda o: (o.moment, order[o.step.kind], o.step.identity)))


def next_moment(many: Iterable[Obligation], calendar: Calendar, *, after: datetime) -> datetime | None:
    """The next moment at which the clock will owe something, or None."""
    moments: list[datetime] = []
    for obligation in many:
        if not obligation.open or obligation.due.provisional:
            continue
        if not obligation.lapsed:
            moments.append(end_of(obligation.due.legal))
        moments += [p.moment for p in ladder(obligation, calendar) if p.rung.name not in obligation.reached]
    return min((m for m in moments if m > after), default=None)


def _latest_rung(obligation: Obligation, calendar: Calendar, at: datetime) -> list[Owed]:
    """The latest rung whose moment has passed, if nobody recorded it; it stands for the missed ones."""
    passed = [p for p in ladder(obligation, calendar) if p.moment <= at]
    missed = [p for p in passed if p.rung.name not in obligation.reached]
    if not missed or missed[-1] is not passed[-1]:
        return []
    latest = missed[-1]
    step = Step(obligation.id, obligation.revision, Kind.RUNG, latest.rung.name)
    collapsed = tuple(p.rung.name for p in missed[:-1])
    return [Owed(step, obligation, latest.moment, latest.rung, collapsed)]


def _withdrawals(obligation: Obligation) -> list[Owed]:
    """Lapses on record although what ended their revision took effect in time (late truth)."""
    withdrawals = []
    for lapse in obligation.lapses:
        truths = [
            e for e in obligation.ends if e.revision >= lapse.revision and _proves(e, lapse, obligation)
        ]
        if truths:
            step = Step(obligation.id, lapse.revision, Kind.WITHDRAWAL)
            withdrawals.append(Owed(step, obligation, lapse.end, because=truths[0].by))
    return withdrawals


def _proves(end: End, lapse: Lapse, obligation: Obligation) -> bool:
    """Whether an end shows that there was no lapse; an agency is believed on proof from outside alone."""
    believed = obligation.bearer is Bearer.PARTY or end.fact in obligation.row.late_truth
    return believed and end.at <= lapse.end


@lru_cache(maxsize=16384)
def _planned(row: Row, internal: date, legal: date, slot: int, calendar: Calendar) -> tuple[Planned, ...]:
    """The rungs in order of time; kept, because every look asks and thousands fall due on one day."""
    planned = []
    for rung in row.rungs:
        match rung.when:
            case When.BEFORE:
                day = calendar.add_working(internal, -rung.n)
            case When.ON:
                day = internal
            case When.AFTER:
                day = calendar.add_working(legal, rung.n)
        if calendar.is_published(day):
            midnight = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
            planned.append(Planned(rung, midnight + SLOT * slot))
    return tuple(sorted(planned, key=lambda one: one.moment))


@lru_cache(maxsize=4096)
def _slot(stream: str) -> int:
    """One slot per thing and for ever: all its rungs of a day come together, and looking again moves none."""
    digest = hashlib.sha256(stream.encode()).digest()
    return int.from_bytes(digest[:4], "big") % SLOTS + 1
