"""The days of a visit: service, completions, re-inspections and extension in an order that can be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bihuan.loading.problems import Problem
from bihuan.loading.roster import Roster
from bihuan.loading.saying import at, future, not_ordered
from bihuan.loading.visits_file import Visit


def days_of(visit: Visit, roster: Roster, now: datetime) -> Iterator[Problem]:
    """Everything wrong with the days of a visit; nothing may lie after `now`."""
    yield from _service(visit, now)
    yield from _dates(visit)
    yield from _rounds(visit)
    yield from _extension(visit, roster, now)


def _service(visit: Visit, now: datetime) -> Iterator[Problem]:
    row = visit.row
    ordered = [item for item in row.items if item.measure == "order"]
    if row.served is None:
        if row.under_order:
            yield at(visit, "有限期整改项而没有送达", "an order was not served", "请填写送达方式、时间和回执",
                      "say how, when and by what receipt", "served")  # fmt: skip
        return
    if not ordered:
        yield at(
            visit,
            "没有限期整改项，不应有送达",
            "there is no order to serve",
            "请清空送达",
            "clear it",
            "served",
        )
    if row.served.at < row.at:
        yield at(
            visit,
            "送达早于检查",
            "served before the visit",
            "请核对时间",
            "check the time",
            "served",
            "at",
        )
    for i, item in enumerate(row.items):
        if item.measure == "order" and item.deadline and item.deadline <= row.served.at.date():
            yield at(visit, "截止日期不晚于送达日期", "the deadline is not after service", "请核对日期",
                      "check the days", "items", i, "deadline")  # fmt: skip
    yield from _past(visit, now, row.served.at, "served", "at")


def _past(visit: Visit, now: datetime, when: datetime, *path: str | int) -> Iterator[Problem]:
    if when > now:
        yield at(
            visit, f"晚于现在（{now:%Y-%m-%d %H:%M}）", f"lies after now, {now:%Y-%m-%d %H:%M}",
            "请填写已经发生的时间，演示安装可加--advance-clock", "give what has happened (demonstration: --advance-clock)",
            *path,
        )  # fmt: skip


def _extension(visit: Visit, roster: Roster, now: datetime) -> Iterator[Problem]:
    row, today = visit.row, now.date()
    yield from _past(visit, now, row.at, "date")
    for i, done in enumerate(row.completion or ()):
        if done.reported > today:
            yield future(visit, today, "completion", i, "reported")
    for i, again in enumerate(row.reinspections or ()):
        yield from _past(visit, now, again.at, "reinspections", i, "date")
        if again.opinion_date is not None and again.opinion_date > today:
            yield future(visit, today, "reinspections", i, "opinion_date")
    asked = row.extension
    if asked is None:
        return
    for key, day in (("requested", asked.requested), ("on", asked.on)):
        if day is not None and day > today:
            yield future(visit, today, "extension", key)
    if any(item not in row.under_order for item in asked.items):
        yield not_ordered(visit, "extension", "items")
    if row.served is not None and asked.requested < row.served.at.date():
        yield at(visit, "申请早于送达", "asked before service", "请核对", "check", "extension", "requested")
    if asked.until <= asked.requested:
        yield at(
            visit,
            "延至日期不晚于申请日期",
            "not after the request",
            "请核对",
            "check",
            "extension",
            "until",
        )
    answer = (asked.granted, asked.by, asked.on)
    if any(part is not None for part in answer) and any(part is None for part in answer):
        yield at(visit, "答复不完整", "the answer is incomplete", "请同时填写是否同意、审批人和答复日期",
                  "give decision, approver and day together", "extension", "granted")  # fmt: skip
    if asked.on is not None and asked.on < asked.requested:
        yield at(visit, "答复早于申请", "answered before it was asked", "请核对", "check", "extension", "on")
    if asked.by is not None:
        person = roster.people.get(asked.by)
        if person is None or "office_head" not in person.roles:
            yield at(visit, f"{asked.by}不是应急办主任", f"{asked.by} is no office head",
                      "请填写有权审批的人", "name who may approve", "extension", "by")  # fmt: skip


def _dates(visit: Visit) -> Iterator[Problem]:
    """Completions of items of the order, not before service."""
    row = visit.row
    for i, done in enumerate(row.completion or ()):
        if done.item not in row.under_order:
            yield not_ordered(visit, "completion", i, "item")
        elif row.served is not None and done.reported < row.served.at.date():
            yield at(visit, "完成报告早于送达", "reported before service", "请核对日期", "check the day",
                      "completion", i, "reported")  # fmt: skip
        if any(d.item == done.item and d.reported == done.reported for d in (row.completion or ())[:i]):
            yield at(visit, "同一项同一天报告了两次", "reported twice on one day", "请删除一次", "remove one",
                      "completion", i, "reported")  # fmt: skip


def _rounds(visit: Visit) -> Iterator[Problem]:
    """Re-inspections of items of the order, each item once a round, with the opinion before the next round."""
    row = visit.row
    ordered = sorted(row.reinspections or (), key=lambda again: again.at)
    moments = [again.at for again in ordered]
    for i, again in enumerate(row.reinspections or ()):
        if row.served is not None and again.at <= row.served.at:
            yield at(
                visit,
                "复查不晚于送达",
                "not after service",
                "请核对日期",
                "check",
                "reinspections",
                i,
                "date",
            )
        if moments.count(again.at) > 1:
            yield at(
                visit,
                "同一时间有两次复查",
                "two rounds at one moment",
                "请合并",
                "merge",
                "reinspections",
                i,
                "date",
            )
        opinion = again.opinion_date or again.date
        if opinion < again.date or any(again.at < later.at and later.date < opinion for later in ordered):
            yield at(visit, "意见书日期不在本次复查与下次复查之间", "not between this round and the next",
                      "请核对日期", "check the day", "reinspections", i, "opinion_date")  # fmt: skip
        seen: set[int] = set()
        for j, result in enumerate(again.results):
            if result.item not in row.under_order:
                yield not_ordered(visit, "reinspections", i, "results", j, "item")
            if result.item in seen:
                yield at(visit, "同一次复查中重复", "twice in one round", "请删除", "remove one",
                          "reinspections", i, "results", j)  # fmt: skip
            seen.add(result.item)
            if any(done.item == result.item and done.reported == again.date for done in row.completion or ()):
                yield at(
                    visit, "与该项完成报告同一天，分不清先后", "reported done on the same day, so the order is unknown",
                    "复查日期应晚于该项的完成报告日期", "a re-inspection lies after the report",
                    "reinspections", i, "results", j,
                )  # fmt: skip
