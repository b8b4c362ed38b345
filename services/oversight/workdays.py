"""How much time is left, in working days, and how urgent that is."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.oversight.words import Language
from shared.law.calendar import Calendar, days
from shared.law.periods import SHANGHAI

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
    zh = lang is Language.ZH
    if due <= at:
        return {"colour": "red", "why": f"已逾期{-left}个工作日" if zh else f"{-left} working days late"}
    if left == 0:
        return {
            "colour": "red",
            "why": "今日到期或之后没有工作日" if zh else "no working day is left after today",
        }
    if left <= _SOON:
        return {"colour": "amber", "why": f"还剩{left}个工作日" if zh else f"{left} working days left"}
    return {"colour": "green", "why": f"还剩{left}个工作日" if zh else f"{left} working days left"}
