"""What is checked before anything of a file is recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from bihuan.loading.plan import clock_after
from shared.law.periods import SHANGHAI
from shared.runtime.desk import Desk
from tests.unit.loading.conftest import Prepare

Visit = dict[str, Any]
Shipped = dict[str, Visit]
FIRST = "V-2026-001"


def _set(*path: str | int, to: Any) -> Callable[[Visit], None]:
    def change(visit: Visit) -> None:
        there: Any = visit
        for step in path[:-1]:
            there = there[step]
        there[path[-1]] = to

    return change


CASES: list[tuple[Callable[[Visit], Any], str]] = [
    (_set("enterprise", "id", to="e-999"), "“enterprise.id”：e-999未登记"),
    (_set("enterprise", "name", to="别家"), "“enterprise.name”：与登记名称“宏泽机械加工厂”不一致"),
    (_set("community", to="sq-01"), "“community”：该企业登记在sq-08"),
    (_set("officers", to=["p-004", "p-004"]), "“officers”：两名执法人员是同一人"),
    (_set("officers", to=["p-004", "p-001"]), "“officers[1]”：p-001不是执法人员"),
    (_set("officers", to=["p-004", "p-009"]), "“officers[1]”：p-009在2026-03-02没有有效的执法证"),
    (_set("officers", to=["p-004", "p-777"]), "“officers[1]”：p-777未登记"),
    (_set("reinspections", 0, "officers", to=["p-005", "p-004"]), "复查人员与检查人员完全相同"),
    (_set("items", 0, "no", to=5), "不是自1连续"),
    (_set("items", 0, "catalogue", to="H999"), "“items[0].catalogue”：目录中没有H999"),
    (_set("items", 0, "legal_item", to="AQ1"), "“items[0].legal_item”：没有法律条款AQ1"),
    (_set("items", 0, "legal_item", to="WH103(5)"), "自2026-05-01起施行"),
    (_set("items", 0, "photo", to="photos/none.jpg"), "“items[0].photo”：没有照片photos/none.jpg"),
    (_set("items", 0, "photo", to="../visits.jsonl"), "没有照片"),
    (_set("items", 0, "photo", to="visits.jsonl"), "不是照片"),
    (_set("items", 0, "photo_after", to=None), "当场纠正须有整改前后照片"),
    (_set("items", 0, "photo_after", to="photos/v-2026-001-01-a.jpg"), "两张不同的照片"),
    (_set("items", 2, "term_days", to=31), "“items[2].term_days”：整改期限31天，应在1至30天之间"),
    (_set("items", 2, "deadline", to="2026-03-09"), "须填且只填一项"),
    (_set("items", 2, "monitor", to="p-777"), "“items[2].monitor”：p-777未登记"),
    (_set("items", 2, "grade", to="major"), "重大隐患没有判定标准"),
    (_set("items", 10, "transfer_to", to="police"), "“items[10].transfer_to”：移送须填写已登记的受移送部门"),
    (_set("served", to=None), "“served”：有限期整改项而没有送达"),
    (_set("served", "at", to="2026-03-02T09:00"), "“served.at”：送达早于检查"),
    (_set("completion", 0, "item", to=1), "“completion[0].item”：不是本次检查的限期整改项"),
    (_set("completion", 0, "reported", to="2026-03-01"), "完成报告早于送达"),
    (_set("reinspections", 0, "results", 0, "item", to=4), "同一次复查中重复"),
    (_set("reinspections", 0, "opinion_date", to="2026-03-08"), "意见书日期不在"),
    (_set("completion", 0, "reported", to="2026-03-09"), "复查日期应晚于该项的完成报告日期"),
    (lambda visit: visit["completion"].pop(0), "没有完成报告，期限2026-03-09也未届满"),
    (_set("reinspections", 0, "date", to="2026-06-02"), "晚于现在（2026-06-01 08:00）"),
]


@pytest.mark.parametrize(("change", "said"), CASES, ids=[said for _, said in CASES])
def test_a_visit_that_cannot_be_is_named(
    prepared: Prepare, shipped: Shipped, change: Callable[[Visit], Any], said: str
) -> None:
    change(shipped[FIRST])
    found = prepared(shipped[FIRST])
    assert any(said in problem.line() for problem in found.problems), [p.line() for p in found.problems]


def test_an_extension_needs_who_may_approve(prepared: Prepare, shipped: Shipped) -> None:
    visit = shipped["V-2026-018"]
    visit["extension"] |= {"by": "p-004", "on": "2026-04-26"}
    told = "\n".join(problem.line(english=True) for problem in prepared(visit).problems)
    assert "extension.by: p-004 is no office head" in told
    assert "extension.on: answered before it was asked" in told


def test_the_same_visit_twice_in_a_file_is_refused(prepared: Prepare, shipped: Shipped) -> None:
    found = prepared(shipped[FIRST], shipped[FIRST])
    assert any("与第1行重复" in problem.line() for problem in found.problems)


def test_papers_are_numbered_by_date(prepared: Prepare, shipped: Shipped) -> None:
    plan = prepared(*reversed(shipped.values())).plan
    assert [act.at for act in plan.acts] == sorted(act.at for act in plan.acts)
    assert len(plan.acts) == 255


def test_preparing_writes_nothing(prepared: Prepare, shipped: Shipped, desk: Desk) -> None:
    head = desk.ledger.head()
    prepared(*shipped.values())
    assert desk.ledger.head() == head


def test_a_clock_is_moved_to_the_morning_after(prepared: Prepare, shipped: Shipped) -> None:
    assert clock_after(prepared(shipped[FIRST]).plan) == datetime(2026, 3, 10, 8, tzinfo=SHANGHAI)


def test_a_file_may_lie_ahead_when_the_clock_follows(prepared: Prepare, shipped: Shipped) -> None:
    visit = shipped[FIRST]
    visit["reinspections"][0] |= {"date": "2026-07-06", "opinion_date": "2026-07-06"}
    assert prepared(visit).problems
    assert not prepared(visit, advance=True).problems
