"""What officers type into cells, as the values of the JSON form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

from bihuan.loading.problems import Words

_TEXT_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+00:00(?::00)?)?", re.ASCII
)
_TEXT_TIME = re.compile(r"(\d{1,2})[:：时](\d{2})(?:分|:00)?", re.ASCII)

MEASURES = {"限期整改": "order", "当场纠正": "on_spot", "移送": "transfer"}
GRADES = {"一般": "general", "重大": "major"}
TARGETS = {
    "消防": "fire",
    "市场监管": "market_regulation",
    "住建": "housing_construction",
    "燃气": "gas",
    "交通运输": "transport",
}
SERVICE = {"直接送达": "direct", "留置送达": "leave", "邮寄送达": "post", "电子送达": "email"}
YES_NO = {"是": True, "否": False}
RESULTS = {"合格": True, "不合格": False}


class BadCell(ValueError):
    """A cell whose value cannot be what its column asks for."""

    def __init__(self, zh: str, en: str, do_zh: str, do_en: str) -> None:
        super().__init__(zh)
        self.words = Words(zh, en, do_zh, do_en)


def text(value: Any) -> str:
    """Text; a number that someone typed for an id or a receipt becomes its digits."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date | time):
        raise BadCell(
            "应为文字，不是日期或时间",
            "text is wanted, not a date",
            "请把单元格改为文本",
            "format it as text",
        )
    return str(value).strip()


def number(value: Any) -> int:
    """A whole number, typed as a number or as text."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and re.fullmatch(r"\d{1,4}", value.strip(), re.ASCII):
        return int(value)
    raise BadCell(f"“{value}”不是整数", f"{value} is not a whole number", "请填写整数", "give a whole number")


def day(value: Any) -> str:
    """A day, as a date cell or as text: 2026-03-02, 2026/3/2, 2026年3月2日."""
    if isinstance(value, datetime):
        if value.time() != time():
            raise BadCell(
                "日期中带有时间",
                "the day has a time with it",
                "请把日期和时间分开填写",
                "put the time in its own column",
            )
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and (match := _TEXT_DAY.fullmatch(value.strip())):
        try:
            return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
        except ValueError:
            pass
    raise BadCell(
        f"“{value}”不是日期", f"{value} is not a day", "请写成2026-03-02", "write it like 2026-03-02"
    )


def clock(value: Any) -> str:
    """A time of day, as a time cell or as text: 09:30, 9:30."""
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, str) and (match := _TEXT_TIME.fullmatch(value.strip())):
        hours, minutes = int(match[1]), int(match[2])
        if hours < 24 and minutes < 60:
            return f"{hours:02}:{minutes:02}"
    raise BadCell(f"“{value}”不是时间", f"{value} is not a time", "请写成09:30", "write it like 09:30")


def several(value: Any) -> list[str]:
    """Texts set apart by semicolons, full-width or not."""
    return [part.strip() for part in re.split("[;；]", text(value)) if part.strip()]


def one_of(words: Mapping[str, Any]) -> Callable[[Any], Any]:
    """A converter that takes the given words only."""

    def convert(value: Any) -> Any:
        said = text(value)
        if said not in words:
            choices = "、".join(words)
            raise BadCell(
                f"“{said}”不是可选的值", f"{said} is not one of the choices",
                f"只能填写{choices}", f"give one of {choices}",
            )  # fmt: skip
        return words[said]

    return convert
