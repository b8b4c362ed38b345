"""A reminder names the thing as people do, says what is due, when and why, and names nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

import pytest

from shared.law.obligations import Obligation
from shared.law.periods import SHANGHAI, Due
from shared.law.rungs import Kind, Owed, Step
from shared.runtime import lookout
from shared.runtime.law_files import load_law
from shared.runtime.reminders import reminder
from shared.vocabulary.case_facts import CaseFiled, Procedure
from shared.vocabulary.fact import Fact
from shared.vocabulary.hazard_facts import HazardReported, Source
from shared.vocabulary.order_facts import OrderIssued, OrderItem
from shared.vocabulary.paper_facts import MessageOwed
from shared.vocabulary.registry_facts import CommunityRegistered, EnterpriseRegistered
from shared.vocabulary.report_facts import ReportReceived
from shared.vocabulary.source_facts import Ground, SourceOpened
from tests.unit.oversight.town import Town, make_town

LAW = load_law()
AN_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}")
BEFORE, AFTER = datetime(2026, 3, 12, 0, 5, tzinfo=SHANGHAI), datetime(2026, 3, 17, 0, 5, tzinfo=SHANGHAI)

ITEM = OrderItem(2, "h-1", "安全出口堵塞", "一车间", "AQ105(2)", 14)
BOOK: dict[str, Sequence[Fact]] = {
    "enterprise/e-1": [EnterpriseRegistered("e-1", "清河五金厂", "sq-01", "metal", "key")],
    "community/sq-01": [CommunityRegistered("sq-01", "商贸东街社区")],
    "order/o-1": [OrderIssued("o-1", "(清)应急责改〔2026〕12号", "e-1", "sq-01", "县局", (ITEM,))],
    "hazard/h-1": [HazardReported("h-1", Source.REPORT, "r-1", "sq-01", "东门仓库", "通道堵塞")],
    "hazard/h-2": [HazardReported("h-2", Source.VISIT, "v-1", "sq-01", "站房", "配电箱无盖", "e-1")],
    "source/s-1": [
        SourceOpened("s-1", Ground.FAILED_REINSPECTION, "order/o-1", 7, "e-1", ("AQ105(2)",), "o-1", (2,))
    ],
    "source/s-2": [SourceOpened("s-2", Ground.VIOLATION_FOUND, "hazard/h-1", 7, None, ("AQ105(2)",))],
    "case/c-1": [
        CaseFiled(
            "c-1", "(清)应急立〔2026〕3号", Procedure.ORDINARY, "s-1", "e-1", (), (), None, True, "县局"
        )
    ],
    "report/r-1": [ReportReceived("r-1", "ch-1", "sq-01", True, "commitment", "e-1")],
}


def facts(stream: str) -> Sequence[Fact]:
    return BOOK.get(stream, ())


def owed(stream: str, row: str, key: str = "", due: Due | None = None) -> Owed:
    """The first reminder of an obligation that ends on Monday, 16 March 2026."""
    rule = LAW.rulebook.row(row)
    monday = due or Due(date(2026, 3, 16), date(2026, 3, 13), (), (), False, "")
    one = Obligation(f"{row}/{key}#1", rule, rule.at(date(2026, 3, 1)), key, stream, BEFORE, BEFORE, monday)
    return Owed(Step(one.id, 1, Kind.RUNG, "before_3"), one, BEFORE, rule.rungs[0])


@pytest.mark.parametrize(
    ("stream", "row", "key", "named"),
    [
        ("order/o-1", "T11", "2", "清河五金厂，责令限期整改指令书(清)应急责改〔2026〕12号：复查（第2项“安全出口堵塞”，一车间），"),
        ("order/o-1", "T12", "1", "清河五金厂，责令限期整改指令书(清)应急责改〔2026〕12号：出具整改复查意见书（第1次复查），"),
        ("order/o-1", "T08", "", "清河五金厂，责令限期整改指令书(清)应急责改〔2026〕12号：送达整改指令书，"),
        ("hazard/h-1", "T03", "", "商贸东街社区，隐患“通道堵塞”（东门仓库）：隐患定级，"),
        ("hazard/h-2", "T03", "", "清河五金厂，隐患“配电箱无盖”（站房）：隐患定级，"),
        ("source/s-1", "T13", "", "清河五金厂，案件来源（起因：责令限期整改指令书(清)应急责改〔2026〕12号第2项）：案件来源处置，"),
        ("source/s-2", "T13", "", "案件来源：案件来源处置，"),
        ("case/c-1", "T26", "", "清河五金厂，处罚案件(清)应急立〔2026〕3号：案件办理期限，"),
        ("report/r-1", "T01", "", "商贸东街社区，紧急隐患线索（内容密封，请在系统中查阅）：隐患线索初核，"),
    ],
)  # fmt: skip
def test_each_kind_of_thing_is_named_as_people_name_it(stream: str, row: str, key: str, named: str) -> None:
    text = reminder(stream, [owed(stream, row, key)], BEFORE, facts)
    assert text.startswith(named)
    assert "期限至2026-03-16（周一）24:00（内部期限2026-03-13（周五）24:00），依据：" in text


def test_what_is_late_is_said_to_be_late_and_what_is_counted_in_hours_has_its_hour() -> None:
    at = datetime(2026, 3, 16, 14, 30, tzinfo=SHANGHAI)
    hours = owed("hazard/h-1", "T06", due=Due(at, at, (), (), False, ""))
    text = reminder("hazard/h-1", [hours], AFTER, facts)
    assert "重大隐患上报，已逾期，期限为2026-03-16（周一）14:30，依据：安全生产法第41条第3款" in text


def test_a_long_order_names_some_items_and_counts_the_others() -> None:
    items = tuple(OrderItem(n, f"h-{n}", f"隐患{n}", f"{n}号间", "AQ105(2)", 14) for n in range(1, 8))
    book = BOOK | {"order/o-1": [OrderIssued("o-1", "甲号", "e-1", "sq-01", "县局", items)]}
    many = [owed("order/o-1", "T11", str(n)) for n in range(1, 8)]
    text = reminder("order/o-1", many, BEFORE, lambda stream: book.get(stream, ()))
    assert "第3项“隐患3”，3号间等7项）" in text
    assert "隐患4" not in text


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = make_town(tmp_path, LAW)
    yield made
    made.engine.dispose()


def step(town: Town, stream: str) -> None:
    """Take every step that the clock owes now."""
    while found := lookout.look(town.desk, stream).steps:
        for one in found:
            lookout.take(town.desk, stream, one)


def told(town: Town) -> list[MessageOwed]:
    stored = town.desk.ledger.read(limit=10_000)
    streams = dict.fromkeys(one.stream for one in stored if one.stream.startswith("message/"))
    return [
        fact for stream in streams for fact in town.desk.load(stream).facts if isinstance(fact, MessageOwed)
    ]


def test_all_that_is_to_be_told_one_day_about_one_thing_is_one_message(town: Town) -> None:
    order = town.visit("安全出口堵塞", "配电箱无盖")
    town.serve(order)
    at = lookout.look(town.desk, f"order/{order}").wake_at
    assert at is not None
    town.clock.shown = at
    step(town, f"order/{order}")
    [message] = told(town)
    assert message.to == ("party", "enforcement_officer")
    assert message.text == (
        "某厂，责令限期整改指令书(清)应急责改〔2025〕1号：限期整改（第1项“安全出口堵塞”，一车间、第2项“配电箱无盖”，一车间），"
        "期限至2025-09-29（周一）24:00，依据：安全生产法第65条第2款未规定天数;30日为内部上限(广东执法文书“30日内”,间接核对)。"
        "请按期办理。"
    )


def test_no_message_of_a_failed_order_shows_an_id_and_escalations_ask_to_see_to_it(town: Town) -> None:
    order = town.visit("安全出口堵塞")
    town.serve(order)
    for _ in range(12):
        at = lookout.look(town.desk, f"order/{order}").wake_at
        if at is None:
            break
        town.clock.shown = at
        step(town, f"order/{order}")
    messages = told(town)
    assert len(messages) > 4
    assert not [m.text for m in messages if AN_ID.search(m.text)]
    late = [m.text for m in messages if "deputy_head" in m.to]
    assert late and all("已逾期，期限为" in text and text.endswith("请督促办理。") for text in late)
