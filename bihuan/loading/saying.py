"""The problems that several checks find."""

from __future__ import annotations

from datetime import date

from bihuan.loading.problems import Problem, Words
from bihuan.loading.visits_file import Visit


def at(visit: Visit, zh: str, en: str, do_zh: str, do_en: str, *path: str | int) -> Problem:
    return Problem(visit.document.place(*path), Words(zh, en, do_zh, do_en))


def unknown(visit: Visit, what: str, *path: str | int) -> Problem:
    return at(visit, f"{what}未登记", f"{what} is not registered", "请核对，或先导入登记资料",
               "check it, or load the registry first", *path)  # fmt: skip


def not_ordered(visit: Visit, *path: str | int) -> Problem:
    return at(visit, "不是本次检查的限期整改项", "is not an item of this visit's order",
               "请核对项号（重大隐患不列入）", "check the number (major items are not under the order)", *path)  # fmt: skip


def future(visit: Visit, now: date, *path: str | int) -> Problem:
    return at(visit, f"晚于今天（{now}）", f"lies after today, {now}", "请填写已经发生的日期，演示安装可加--advance-clock",
               "give what has happened (demonstration: --advance-clock)", *path)  # fmt: skip
