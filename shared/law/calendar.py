"""Which days are working days in China: weekdays, less the State Council's rest days, plus make-up days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

DAY = timedelta(days=1)
_YEAR_FIELDS = frozenset({"year", "revision", "source", "holidays"})
_HOLIDAY_FIELDS = frozenset({"name", "name_en", "first", "last", "days", "makeup"})


class DateError(ValueError):
    """A date, period or calendar data that cannot be used; says why in Chinese (`zh`) and English (`en`)."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.zh = zh
        self.en = en

    def __str__(self) -> str:
        return f"{self.zh} ({self.en})"


class CalendarError(DateError):
    """Calendar data that contradicts itself, or a day that no calendar can hold."""


@dataclass(frozen=True, slots=True)
class Rest:
    """A run of rest days, both ends included, and its one reason (`春节放假`, `周末`)."""

    first: date
    last: date
    reason: str
    reason_en: str
    weekend: bool = False


# A rest day that a calendar built by hand names in `rest` alone.
_UNNAMED = Rest(date.min, date.max, "放假", "public holiday")


@dataclass(frozen=True, slots=True)
class Calendar:
    """The published years; a day of any other year is judged by its weekday alone, and its user must say so.

    `rest` holds the days the notices name (weekends inside a holiday too), `makeup` the weekend days worked.
    """

    version: str
    years: frozenset[int]
    rest: frozenset[date]
    makeup: frozenset[date]
    sources: tuple[tuple[int, str], ...]
    holidays: tuple[Rest, ...] = ()

    def __hash__(self) -> int:
        """By version and years: equal calendars have the same, and every look asks for what is kept by calendar."""
        return hash((self.version, self.years))

    def is_published(self, d: date) -> bool:
        """Whether the State Council's notice for the day's year is loaded."""
        return d.year in self.years

    def is_working(self, d: date) -> bool:
        """Whether the day is a working day; a moment is refused, for it would be looked up in vain."""
        if isinstance(d, datetime):
            raise TypeError("a working day is asked of a date, not of a moment")
        return d in self.makeup or (d.weekday() < 5 and d not in self.rest)

    def next_working(self, d: date) -> date:
        """The first working day on or after the day."""
        return self._walk(d, DAY)

    def last_working(self, d: date) -> date:
        """The last working day on or before the day."""
        return self._walk(d, -DAY)

    def add_working(self, d: date, n: int) -> date:
        """The n-th working day after the day (negative: before it), itself not counted; the day if n is 0."""
        # Five working days take a week, save for make-up days: what cannot fit is refused before any walking.
        if (abs(n) - len(self.makeup)) // 5 * 7 > date.max.toordinal():
            raise _no_such_day()
        step = DAY if n > 0 else -DAY
        for _ in range(abs(n)):
            d = self._walk(_shift(d, step), step)
        return d

    def rests(self, first: date, last: date) -> tuple[Rest, ...]:
        """The rest days from first to last, both included, in runs of one reason."""
        runs: list[list[date]] = []
        for d in days(first, last):
            if self.is_working(d):
                continue
            if runs and runs[-1][-1] + DAY == d and self._holiday(runs[-1][-1]) == self._holiday(d):
                runs[-1].append(d)
            else:
                runs.append([d])
        return tuple(self._rest(run[0], run[-1]) for run in runs)

    def _holiday(self, d: date) -> Rest | None:
        if d not in self.rest:
            return None
        return next((rest for rest in self.holidays if rest.first <= d <= rest.last), _UNNAMED)

    def _rest(self, first: date, last: date) -> Rest:
        holiday = self._holiday(first)
        if holiday is None:
            return Rest(first, last, "周末", "weekend", weekend=True)
        return replace(holiday, first=first, last=last)

    def _walk(self, d: date, step: timedelta) -> date:
        while not self.is_working(d):
            d = _shift(d, step)
        return d


def days(first: date, last: date) -> Iterable[date]:
    """Each day from first to last, both included; none if last is before first."""
    return map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))


def year_runs(years: Iterable[int]) -> str:
    """Years in order as runs: `2025-2026,2028`."""
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and runs[-1][-1] + 1 == year:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def parse_calendar(entries: Sequence[Mapping[str, object]]) -> Calendar:
    """The calendar of the given years, one mapping each; contradictory data is a `CalendarError`."""
    if not entries:
        raise CalendarError("没有任何一年的放假安排", "no year's notice was given")
    sources: dict[int, str] = {}
    revisions: dict[int, int] = {}
    rest: set[date] = set()
    makeup: set[date] = set()
    holidays: list[Rest] = []
    for entry in entries:
        year = _year(entry)
        if year in sources:
            raise CalendarError(f"{year}年给出了两次", f"{year} is given twice")
        sources[year] = _text(entry, "source", str(year))
        revisions[year] = _positive(entry.get("revision", 1), "revision", str(year))
        for item in _list(entry, "holidays", str(year)):
            holiday, worked = _holiday(item, year)
            _merge(rest, days(holiday.first, holiday.last), "放假日", "rest day")
            _merge(makeup, worked, "调休上班日", "make-up day")
            holidays.append(holiday)
    if clash := rest & makeup:
        d = min(clash)
        raise CalendarError(f"{d} 既是放假日又是调休上班日", f"{d} is both a rest day and a make-up day")
    # A notice that was changed gives a new version: what was computed under the old one can be told apart.
    revised = "".join(f"+{year}r{n}" for year, n in sorted(revisions.items()) if n > 1)
    return Calendar(
        version=year_runs(sources) + revised,
        years=frozenset(sources),
        rest=frozenset(rest),
        makeup=frozenset(makeup),
        sources=tuple(sorted(sources.items())),
        holidays=tuple(sorted(holidays, key=lambda holiday: holiday.first)),
    )


def _holiday(item: object, year: int) -> tuple[Rest, list[date]]:
    where = str(year)
    if not isinstance(item, Mapping):
        raise _bad(where, "holidays", "each holiday must be a mapping")
    _only(item, _HOLIDAY_FIELDS, where)
    name = _text(item, "name", where)
    where = f"{year} {name}"
    first, last = (
        _date(item.get("first"), "first", year, where),
        _date(item.get("last"), "last", year, where),
    )
    length = (last - first).days + 1
    if length < 1:
        raise _bad(where, "last", f"{last} is before {first}")
    if length != _positive(item.get("days"), "days", where):
        raise _bad(where, "days", f"{first} to {last} is {length} days, not {item.get('days')}")
    worked = [_date(d, "makeup", year, where) for d in _list(item, "makeup", where)]
    for d in worked:
        if d.weekday() < 5:
            raise CalendarError(
                f"{where}：调休上班日 {d} 不是周末",
                f"{where}: make-up day {d} is a weekday",
            )
    return Rest(first, last, f"{name}放假", f"{_text(item, 'name_en', where)} holiday"), worked


def _merge(known: set[date], more: Iterable[date], what: str, what_en: str) -> None:
    for d in more:
        if d in known:
            raise CalendarError(f"{what} {d} 给出了两次", f"{what_en} {d} is given twice")
        known.add(d)


def _year(entry: Mapping[str, object]) -> int:
    _only(entry, _YEAR_FIELDS, str(entry.get("year")))
    year = _positive(entry.get("year"), "year", "?")
    if not date.min.year <= year <= date.max.year:
        raise _bad(str(year), "year", "not a year of the calendar")
    return year


def _date(value: object, field: str, year: int, where: str) -> date:
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError as error:
            raise _bad(where, field, f"not a date: {value}") from error
    if not isinstance(value, date) or isinstance(value, datetime):
        raise _bad(where, field, f"not a date: {value!r}")
    if value.year != year:
        # A notice may touch the December before it: those days belong to that year, as its next revision.
        raise CalendarError(
            f"{where}：{value} 不在{year}年内，请写入{value.year}年的数据并提高其 revision",
            f"{where}: {value} is not in {year}; put it into {value.year}'s data and raise its revision",
        )
    return value


def _only(entry: Mapping[str, object], known: frozenset[str], where: str) -> None:
    for field in entry:
        if field not in known:
            raise _bad(where, str(field), "unknown field")


def _text(entry: Mapping[str, object], field: str, where: str) -> str:
    value = entry.get(field)
    if not isinstance(value, str) or not value.strip():
        raise _bad(where, field, "text is wanted")
    return value


def _list(entry: Mapping[str, object], field: str, where: str) -> list[object]:
    value = entry.get(field)
    if not isinstance(value, list):
        raise _bad(where, field, "a list is wanted")
    return value


def _positive(value: object, field: str, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise _bad(where, field, f"a whole number from 1 is wanted, not {value!r}")
    return value


def _bad(where: str, field: str, why: str) -> CalendarError:
    return CalendarError(
        f"放假安排数据有误（{where}，{field}）：{why}",
        f"bad calendar data ({where}, {field}): {why}",
    )


def _shift(d: date, step: timedelta) -> date:
    try:
        return d + step
    except OverflowError as error:
        raise _no_such_day() from error


def _no_such_day() -> CalendarError:
    return CalendarError("日期超出公元1年至9999年", "the day is outside the years 1 to 9999")
