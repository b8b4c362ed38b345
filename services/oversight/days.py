"""Days and moments as people write them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from shared.law.periods import SHANGHAI

_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_ISO_DAYS = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:—(?:(\d\d)-)?(\d\d)(?![\d-]))?")


def day_text(day: date, *, zh: bool) -> str:
    """`2026年3月2日`, `2 March 2026`."""
    if zh:
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"


def weekday_text(day: date, *, zh: bool) -> str:
    """`2026年3月2日 周一`, `Mon 2 March 2026`."""
    text = day_text(day, zh=zh)
    return f"{text} 周{_WEEKDAYS_ZH[day.weekday()]}" if zh else f"{_WEEKDAYS_EN[day.weekday()]} {text}"


def moment_text(at: datetime, *, zh: bool) -> str:
    """A moment on a clock in Shanghai, to the minute: `2026年3月2日 09:30`."""
    local = at.astimezone(SHANGHAI)
    return f"{day_text(local.date(), zh=zh)} {local:%H:%M}"


def due_text(at: datetime, *, zh: bool) -> str:
    """A due moment: midnight ends a day, so that day is named, as a due date is."""
    local = at.astimezone(SHANGHAI)
    if local.time() == time():
        return day_text(local.date() - timedelta(days=1), zh=zh)
    return moment_text(at, zh=zh)


def span_text(first: date, last: date, *, zh: bool) -> str:
    """From one day to another, both included: `2026年5月1—30日`, `1—30 May 2026`."""
    if first.year == last.year:
        return _span(first, last, zh=zh)
    return f"{day_text(first, zh=zh)}—{day_text(last, zh=zh)}"


def with_days(text: str, *, zh: bool) -> str:
    """A derivation with its ISO days as people write them, and spans of days too: `2026-02-15—23`."""

    def written(found: re.Match[str]) -> str:
        first = date(int(found[1]), int(found[2]), int(found[3]))
        if found[5] is None:
            return day_text(first, zh=zh)
        last = first.replace(month=int(found[4] or found[2]), day=int(found[5]))
        return _span(first, last, zh=zh)

    return _ISO_DAYS.sub(written, text)


def _span(first: date, last: date, *, zh: bool) -> str:
    """Two days of one year."""
    same_month = first.month == last.month
    if zh:
        return f"{day_text(first, zh=True)[: -1 if same_month else None]}—{'' if same_month else f'{last.month}月'}{last.day}日"
    begin = str(first.day) if same_month else f"{first.day} {_MONTHS_EN[first.month - 1]}"
    return f"{begin}—{day_text(last, zh=False)}"
