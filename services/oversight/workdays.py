"""How much time is left, in working days, and how urgent that is."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.oversight.words import Language
from shared.law.calendar import Calendar, days
from shared.law.periods import SHANGHAI, end_of

_DAY = timedelta(days=1)
_SOON = 3


def days_left(at: datetime, due: datetime, calendar: Calendar) -> int:
    """Working days after today up to and with the due day; negative: working days gone by since it."""
    today = at.astimezone(SHANGHAI).date()
    last = (due - timedelta(microseconds=1)).astimezone(SHANGHAI).date()
    if last >= today:
        return sum(calendar.is_working(d) for d in days(today + _DAY, last))
    return -sum(calendar.is_working(d) for d in days(last + _DAY, today))


def urgency(left: int, at: datetime, due: datetime, lang: Language) -> dict[str, str]:
    """A colour and why it is that colour."""
    if due <= at:
        colour, zh, en = "red", f"已逾期{-left}个工作日", f"{_days_en(-left)} late"
    elif due <= end_of(at.astimezone(SHANGHAI).date()):
        colour, zh, en = "red", "今日到期", "due today"
    elif left == 0:
        colour, zh, en = "red", "到期前已没有工作日", "no working day is left before it is due"
    else:
        colour = "amber" if left <= _SOON else "green"
        zh, en = f"还剩{left}个工作日", f"{_days_en(left)} left"
    return {"colour": colour, "why": zh if lang is Language.ZH else en}


def _days_en(n: int) -> str:
    return f"{n} working day{'' if n == 1 else 's'}"
