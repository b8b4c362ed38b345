"""The words that say why a period ends when it does, in Chinese and in English; they decide nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from shared.law.calendar import DAY, Calendar, Rest, days, year_runs

_WEEKDAYS = "一二三四五六日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
# More runs of weekends than these are told as a number of days: a list of them would explain nothing.
_LISTED_WEEKENDS = 3


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a derivation."""

    zh: str
    en: str


def started(start: date | datetime, first: date, n: int) -> Step:
    """From which day is counted; a moment is shown with its day in Shanghai."""
    day = day_words(first)
    zh, en = day.zh, day.en
    if isinstance(start, datetime):
        zh, en = (
            f"{start.isoformat()}，即北京时间 {zh}",
            f"{start.isoformat()}, in Beijing {en}",
        )
    if n == 0:
        return Step(f"起算日 {zh}", f"Start day {en}")
    return Step(
        f"起算日 {zh}，当日不计入（民法典第201条）",
        f"Start day {en}, not counted (Civil Code art. 201)",
    )


def same_day(last: date, calendar: Calendar) -> Step:
    """A period of nothing."""
    day = day_words(last, calendar)
    return Step(
        f"期间为0，最后一日即当日 {day.zh}",
        f"The period is 0: the last day is the same day, {day.en}",
    )


def calendar_days(n: int, last: date, calendar: Calendar) -> Step:
    """A period of calendar days."""
    day = day_words(last, calendar)
    return Step(
        f"计{n}日（含休息日），最后一日为 {day.zh}",
        f"{n} calendar days, rest days counted: the last is {day.en}",
    )


def working_days(n: int, first: date, last: date, calendar: Calendar) -> Step:
    """A period of working days: what was skipped and which weekend days were worked."""
    day, skipped = (
        day_words(last, calendar),
        _skipped(calendar.rests(first + DAY, last)),
    )
    worked = [str(d) for d in days(first + DAY, last) if d in calendar.makeup]
    zh = f"；{'、'.join(worked)} 调休上班，计入" if worked else ""
    en = f"; counted make-up days {', '.join(worked)}" if worked else ""
    return Step(
        f"计{n}个工作日，最后一日为 {day.zh}{skipped.zh}{zh}",
        f"{n} working days: the last is {day.en}{skipped.en}{en}",
    )


def months(n: int, first: date, last: date, calendar: Calendar) -> Step:
    """A period of months: the corresponding day, or the month's end where there is none."""
    day = day_words(last, calendar)
    if last.day == first.day:
        return Step(
            f"计{n}个月，最后一日为到期月的对应日 {day.zh}（民法典第202条）",
            f"{n} months: the last day is the corresponding day {day.en} (Civil Code art. 202)",
        )
    return Step(
        f"计{n}个月，到期月无对应日，最后一日为月末日 {day.zh}（民法典第202条）",
        f"{n} months: no corresponding day, so the last is the month's end {day.en} (Civil Code art. 202)",
    )


def hours(n: int, begin: datetime, end: datetime) -> Step:
    """A period of hours; both moments are on a Shanghai clock."""
    first, last = _clock(begin), _clock(end)
    return Step(
        f"自 {first.zh} 起计{n}小时，至 {last.zh}（北京时间；民法典第201条）",
        f"{n} hours from {first.en} end at {last.en} (Beijing time; Civil Code art. 201)",
    )


def hours_never_roll() -> Step:
    """Hours run through rest days."""
    return Step(
        "按小时计算的期间不因休息日顺延，内部期限与法定期限为同一时刻",
        "A period in hours does not roll over rest days; the internal due is the same moment",
    )


def given(d: date, calendar: Calendar) -> Step:
    """A due date that was not counted but given."""
    day = day_words(d, calendar)
    return Step(f"期限为指定日期 {day.zh}", f"The due date was given: {day.en}")


def never_rolled(last: date, calendar: Calendar) -> Step:
    """The legal due of a period that does not roll."""
    day = day_words(last, calendar)
    return Step(
        f"本期间不因休息日顺延，法定期限为 {day.zh}",
        f"This period never rolls: the legal due is {day.en}",
    )


def rolled(last: date, legal: date, calendar: Calendar) -> Step:
    """The legal due of a period that rolls."""
    day = day_words(legal, calendar)
    if legal == last:
        return Step(
            f"最后一日是工作日，法定期限为 {day.zh}",
            f"The last day is a working day: the legal due is {day.en}",
        )
    skipped = _skipped(calendar.rests(last, legal - DAY))
    return Step(
        f"最后一日是休息日，法定期限顺延至 {day.zh}{skipped.zh}（民法典第203条）",
        f"The last day is a rest day: the legal due rolls to {day.en}{skipped.en} (Civil Code art. 203)",
    )


def same_internal() -> Step:
    """The internal due of a period whose work need not come before the rest days."""
    return Step("内部期限与法定期限相同", "The internal due is the same")


def planned(last: date, internal: date, calendar: Calendar) -> Step:
    """The internal due of a period whose work is planned on a working day before it ends."""
    day = day_words(internal, calendar)
    if internal == last and calendar.is_working(internal):
        return Step(
            f"内部期限为最后一日 {day.zh}",
            f"The internal due is the last day, {day.en}",
        )
    if not calendar.is_working(internal):
        return Step(
            f"起算日至最后一日没有工作日，内部期限取起算日 {day.zh}",
            f"No working day from the start to the last day: the internal due is the start day, {day.en}",
        )
    skipped = _skipped(calendar.rests(internal + DAY, last))
    return Step(
        f"内部期限提前至此前最后一个工作日 {day.zh}{skipped.zh}",
        f"The internal due is the last working day before it, {day.en}{skipped.en}",
    )


def provisional(missing: Iterable[int]) -> Step:
    """Why the result may change."""
    years = year_runs(missing)
    return Step(
        f"{years}年放假安排未载入，只按周末推算：结果为暂定，载入后须重算",
        f"The holidays of {years} are not loaded, only weekends were assumed: provisional, to be recomputed",
    )


def day_words(d: date, calendar: Calendar | None = None) -> Step:
    """A day with its weekday and, given the calendar, what it is: `2026-02-14（周六，调休上班）`."""
    zh, en = f"周{_WEEKDAYS[d.weekday()]}", _WEEKDAYS_EN[d.weekday()]
    if calendar is not None and d in calendar.makeup:
        zh, en = f"{zh}，调休上班", f"{en}, make-up working day"
    elif calendar is not None and d in calendar.rest:
        [rest] = calendar.rests(d, d)
        zh, en = f"{zh}，{rest.reason}", f"{en}, {rest.reason_en}"
    return Step(f"{d}（{zh}）", f"{d} ({en})")


def _clock(at: datetime) -> Step:
    clock, day = at.replace(tzinfo=None).time(), day_words(at.date())
    shown = clock.isoformat("auto" if clock.second or clock.microsecond else "minutes")
    return Step(f"{day.zh}{shown}", f"{day.en} {shown}")


def _skipped(rests: tuple[Rest, ...]) -> Step:
    """`；跳过 2026-02-15—23 春节放假`, or nothing where nothing was skipped."""
    weekends = [rest for rest in rests if rest.weekend]
    listed = rests if len(weekends) <= _LISTED_WEEKENDS else tuple(rest for rest in rests if not rest.weekend)
    zh = [f"{_span(rest)} {rest.reason}" for rest in listed]
    en = [f"{_span(rest)} {rest.reason_en}" for rest in listed]
    if len(weekends) > _LISTED_WEEKENDS:
        n = sum((rest.last - rest.first).days + 1 for rest in weekends)
        zh, en = [*zh, f"周末共{n}天"], [*en, f"{n} weekend days"]
    return Step(f"；跳过 {'、'.join(zh)}", f"; skipped {', '.join(en)}") if zh else Step("", "")


def _span(rest: Rest) -> str:
    first, last = rest.first, rest.last
    if first == last:
        return str(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first}—{last:%d}"
    return f"{first}—{last:%m-%d}" if first.year == last.year else f"{first}—{last}"
