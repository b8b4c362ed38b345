"""What holds for every period on the published calendars and beyond them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.law.periods import SHANGHAI, Due, Roll, Term, Unit, due, end_of
from shared.runtime.calendar_files import load_calendar

CALENDAR = load_calendar()
DAY = timedelta(days=1)

# A year on either side of the published two: the borders are where mistakes live.
starts = st.dates(date(2024, 6, 1), date(2027, 6, 30))
lengths = st.integers(0, 120)
days_units = st.sampled_from([Unit.CALENDAR_DAY, Unit.WORKING_DAY, Unit.MONTH])
rolls = st.sampled_from(Roll)


def of(start: date, n: int, unit: Unit, roll: Roll) -> Due:
    return due(start, Term(n, unit, roll), CALENDAR)


def legal_day(start: date, n: int, unit: Unit, roll: Roll) -> date:
    legal = of(start, n, unit, roll).legal
    assert not isinstance(legal, datetime)
    return legal


@given(starts, lengths, days_units, rolls)
def test_a_longer_period_never_ends_sooner(start: date, n: int, unit: Unit, roll: Roll) -> None:
    shorter, longer = of(start, n, unit, roll), of(start, n + 1, unit, roll)
    assert shorter.legal <= longer.legal
    assert shorter.internal <= longer.internal


@given(starts, lengths, days_units, rolls)
def test_a_later_start_never_ends_sooner(start: date, n: int, unit: Unit, roll: Roll) -> None:
    sooner, later = of(start, n, unit, roll), of(start + DAY, n, unit, roll)
    assert sooner.legal <= later.legal
    assert sooner.internal <= later.internal


@given(starts, lengths, days_units, rolls)
def test_the_internal_due_lies_between_start_and_legal_due(
    start: date, n: int, unit: Unit, roll: Roll
) -> None:
    found = of(start, n, unit, roll)
    assert start <= found.internal <= found.legal
    assert found.internal == start or CALENDAR.is_working(found.internal)


@given(starts, lengths, days_units, st.sampled_from([Roll.FORWARD, Roll.BACKWARD]))
def test_a_rolled_period_ends_on_the_first_working_day(start: date, n: int, unit: Unit, roll: Roll) -> None:
    legal, unrolled = legal_day(start, n, unit, roll), legal_day(start, n, unit, Roll.NONE)
    assert CALENDAR.is_working(legal)
    assert not any(CALENDAR.is_working(unrolled + i * DAY) for i in range((legal - unrolled).days))


@given(starts, lengths)
def test_calendar_days_are_exactly_that_many(start: date, n: int) -> None:
    assert of(start, n, Unit.CALENDAR_DAY, Roll.NONE).legal == start + n * DAY


@given(starts, lengths)
def test_working_days_are_exactly_that_many(start: date, n: int) -> None:
    end = legal_day(start, n, Unit.WORKING_DAY, Roll.NONE)
    assert sum(CALENDAR.is_working(start + i * DAY) for i in range(1, (end - start).days + 1)) == n
    assert n == 0 or CALENDAR.is_working(end)


@given(starts, st.integers(-120, 120))
def test_adding_working_days_is_undone_by_taking_them(start: date, n: int) -> None:
    working = CALENDAR.next_working(start)
    assert CALENDAR.add_working(CALENDAR.add_working(working, n), -n) == working


@given(starts, st.integers(0, 60), st.integers(0, 60))
def test_working_days_add_up(start: date, a: int, b: int) -> None:
    assert CALENDAR.add_working(CALENDAR.add_working(start, a), b) == CALENDAR.add_working(start, a + b)


@given(starts, lengths)
def test_months_land_in_their_month_on_the_day_or_its_end(start: date, n: int) -> None:
    end = of(start, n, Unit.MONTH, Roll.NONE).legal
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == n
    assert end.day == start.day or (end.day < start.day and (end + DAY).day == 1)


@given(st.datetimes(datetime(2024, 6, 1), datetime(2027, 6, 30), timezones=st.timezones()), lengths, rolls)
def test_hours_are_exactly_that_many_in_any_zone(start: datetime, n: int, roll: Roll) -> None:
    found = due(start, Term(n, Unit.HOUR, roll), CALENDAR)
    assert isinstance(found.legal, datetime)
    assert found.legal - start.astimezone(SHANGHAI) == timedelta(hours=n)
    assert end_of(found.legal) == found.legal == found.internal


@given(starts, lengths, days_units, rolls)
def test_a_period_outside_the_published_years_is_provisional(
    start: date, n: int, unit: Unit, roll: Roll
) -> None:
    found = of(start, n, unit, roll)
    published = {2025, 2026}
    assert found.provisional or {found.legal.year, found.internal.year} <= published
    assert not found.provisional or start.year not in published or found.legal.year not in published


@given(starts, lengths, days_units, rolls)
def test_both_languages_tell_the_same_steps(start: date, n: int, unit: Unit, roll: Roll) -> None:
    found = of(start, n, unit, roll)
    assert len(found.derivation) == len(found.derivation_en)
    assert all(str(found.legal) in "".join(words) for words in (found.derivation, found.derivation_en))
