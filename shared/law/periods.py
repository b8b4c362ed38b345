"""When a period of the law ends: counted in hours, days, working days or months, in Asia/Shanghai.

The start day is excluded; months end on the corresponding day or the month's end (Civil Code arts. 201-202).
A last day that is a rest day moves to the next working day, unless the period never rolls (art. 203).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum
from typing import assert_never

from shared.law import derivation
from shared.law.calendar import DAY, Calendar, CalendarError, DateError
from shared.law.derivation import Step

# China has kept UTC+8 without daylight saving since 1991, so a fixed offset is exact and needs no zone
# database; no period that this module counts began before then.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
# One year short of what a date can hold: a period's last day can always roll, and its 24:00 always exists.
_LAST_YEAR = 9998


class PeriodError(DateError):
    """A period that cannot be counted; says what to give instead."""


class Unit(StrEnum):
    """What a period is counted in."""

    HOUR = "hour"
    CALENDAR_DAY = "calendar_day"
    WORKING_DAY = "working_day"
    MONTH = "month"


class Roll(StrEnum):
    """What a rest day at the end does.

    FORWARD, for the party's rights and duties: the next working day. BACKWARD, for the agency's duties: the
    same by law, but the work is planned before the rest. NONE, for caps on its power: the day stands.
    """

    FORWARD = "forward"
    BACKWARD = "backward"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time as the law states it; `n` is a whole number, 0 means the same day or moment."""

    n: int
    unit: Unit
    roll: Roll

    def __post_init__(self) -> None:
        if isinstance(self.n, bool) or not isinstance(self.n, int) or self.n < 0:
            raise PeriodError(
                f"期间须为不小于0的整数，不能是 {self.n!r}",
                f"a period is 0 or more, not {self.n!r}",
            )


@dataclass(frozen=True, slots=True)
class Due:
    """When a period ends: dates (until 24:00 of the day) or, for hours, moments in Asia/Shanghai.

    `legal` is what the law allows; `internal` is what the office plans for, never later than `legal` nor
    before the start day. `provisional`: a day that mattered lies in a year without a published calendar.
    """

    legal: date | datetime
    internal: date | datetime
    derivation: tuple[str, ...]
    derivation_en: tuple[str, ...]
    provisional: bool
    calendar_version: str


def due(start: date | datetime, term: Term, calendar: Calendar) -> Due:
    """When the term from the start ends; a moment counts as its day in Shanghai, but hours need a moment."""
    if term.unit is Unit.HOUR:
        return _due_hours(start, term.n, calendar)
    first = shanghai_day(start)
    last = _last_day(first, term, calendar)
    steps = [
        derivation.started(start, first, term.n),
        _counted(first, last, term, calendar),
    ]
    examined = min(first + DAY, last) if term.unit is Unit.WORKING_DAY else last
    return _settled(last, term.roll, calendar, steps, examined, floor=first)


def fixed(d: date, roll: Roll, calendar: Calendar) -> Due:
    """The due date of a period that ends on a given date, which then rolls like any other."""
    if isinstance(d, datetime):
        raise PeriodError(
            "指定期限须为日期，不能是时刻",
            "a fixed due date must be a date, not a moment",
        )
    _check_year(d.year)
    steps = [derivation.given(d, calendar)]
    return _settled(d, roll, calendar, steps, d, floor=date.min)


def end_of(legal: date | datetime) -> datetime:
    """When a period is over: 24:00 of its last day in Shanghai (Civil Code art. 203); a moment is itself."""
    if isinstance(legal, datetime):
        return shanghai_moment(legal)
    # Art. 203 lets a business close earlier; a deadline by post or by system is kept until midnight.
    try:
        return datetime.combine(legal + DAY, time(), SHANGHAI)
    except OverflowError as error:
        raise _too_far() from error


def shanghai_moment(at: datetime) -> datetime:
    """The same moment on a Shanghai clock; a moment without a zone is refused."""
    if at.utcoffset() is None:
        raise PeriodError(
            f"时刻须带时区，例如 {at.isoformat()}+08:00",
            f"a moment needs a zone, such as {at.isoformat()}+08:00",
        )
    try:
        return at.astimezone(SHANGHAI)
    except OverflowError as error:
        raise _too_far() from error


def shanghai_day(at: date | datetime) -> date:
    """The day it is in Shanghai at the moment; a date is itself."""
    return shanghai_moment(at).date() if isinstance(at, datetime) else at


def _last_day(first: date, term: Term, calendar: Calendar) -> date:
    # No unit is shorter than a day here: what cannot fit is refused before it is counted.
    if term.n > date.max.toordinal() - first.toordinal():
        raise _too_far()
    match term.unit:
        case Unit.CALENDAR_DAY:
            last = first + timedelta(days=term.n)
        case Unit.WORKING_DAY:
            try:
                last = calendar.add_working(first, term.n)
            except CalendarError as error:
                raise _too_far() from error
        case Unit.MONTH:
            last = _add_months(first, term.n)
        case Unit.HOUR:
            raise AssertionError("hours are counted from a moment")
        case _:
            assert_never(term.unit)
    _check_year(last.year)
    return last


def _add_months(first: date, n: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + n, 12)
    _check_year(year)
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


def _due_hours(start: date | datetime, n: int, calendar: Calendar) -> Due:
    """Hours run through rest days and never roll: legal and internal are one moment, whatever the roll."""
    if not isinstance(start, datetime):
        raise PeriodError(
            f"按小时计算须给出带时区的起算时刻，例如 {start}T09:30:00+08:00，不能只给日期",
            f"hours count from a moment with a zone, such as {start}T09:30:00+08:00, not from a bare date",
        )
    begin = shanghai_moment(start)
    try:
        end = begin + timedelta(hours=n)
    except OverflowError as error:
        raise _too_far() from error
    _check_year(end.year)
    steps = [derivation.hours(n, begin, end), derivation.hours_never_roll()]
    return _result(end, end, calendar, steps, end.date(), end.date())


def _settled(
    last: date,
    roll: Roll,
    calendar: Calendar,
    steps: list[Step],
    examined: date,
    *,
    floor: date,
) -> Due:
    """Roll the last day; `examined`: the first day that mattered, `floor`: no internal due precedes it."""
    legal = last if roll is Roll.NONE else calendar.next_working(last)
    # Work cannot be planned before it begins: a start inside a long holiday is its own internal due.
    internal = legal if roll is Roll.FORWARD else max(floor, calendar.last_working(last))
    if roll is Roll.NONE:
        steps = [*steps, derivation.never_rolled(last, calendar)]
    else:
        steps = [*steps, derivation.rolled(last, legal, calendar)]
    same = roll is Roll.FORWARD
    steps = [
        *steps,
        derivation.same_internal() if same else derivation.planned(last, internal, calendar),
    ]
    return _result(legal, internal, calendar, steps, min(examined, internal), legal)


def _result(
    legal: date | datetime,
    internal: date | datetime,
    calendar: Calendar,
    steps: list[Step],
    first: date,
    last: date,
) -> Due:
    """The due with its words; the days from `first` to `last` are those that mattered."""
    missing = set(range(first.year, last.year + 1)) - calendar.years
    if missing:
        steps = [*steps, derivation.provisional(missing)]
    zh, en = tuple(step.zh for step in steps), tuple(step.en for step in steps)
    return Due(legal, internal, zh, en, bool(missing), calendar.version)


def _counted(first: date, last: date, term: Term, calendar: Calendar) -> Step:
    if term.n == 0:
        return derivation.same_day(last, calendar)
    if term.unit is Unit.WORKING_DAY:
        return derivation.working_days(term.n, first, last, calendar)
    if term.unit is Unit.MONTH:
        return derivation.months(term.n, first, last, calendar)
    return derivation.calendar_days(term.n, last, calendar)


def _check_year(year: int) -> None:
    if year > _LAST_YEAR:
        raise _too_far()


def _too_far() -> PeriodError:
    return PeriodError(
        f"期间超出公元{_LAST_YEAR}年，无法计算",
        f"the period goes beyond the year {_LAST_YEAR}",
    )
