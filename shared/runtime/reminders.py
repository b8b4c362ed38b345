"""What a reminder says: the thing as people name it, what is due of it and when, on what basis, and what to do.

No personal data: officers' neutral words, numbers of papers and registered names of enterprises and communities.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from itertools import groupby

from shared.law.derivation import day_words
from shared.law.obligations import Obligation
from shared.law.periods import SHANGHAI, end_of
from shared.law.rulebook import When
from shared.law.rungs import Owed
from shared.vocabulary.case_facts import CaseFiled
from shared.vocabulary.fact import Fact
from shared.vocabulary.hazard_facts import HazardReported
from shared.vocabulary.identities import stream_of
from shared.vocabulary.order_facts import OrderIssued, OrderItem
from shared.vocabulary.registry_facts import CommunityRegistered, EnterpriseRegistered
from shared.vocabulary.report_facts import ReportReceived
from shared.vocabulary.source_facts import SourceOpened

Facts = Callable[[str], Sequence[Fact]]
"""The facts of a stream; none when there is no such stream."""

ITEMS = 3
"""How many items of an order are told in words; the others are counted."""


def reminder(thing: str, owed: Sequence[Owed], at: datetime, facts: Facts) -> str:
    """One text about everything that is owed of one thing at a moment."""
    first = next((f for f in facts(thing) if isinstance(f, _FIRST)), None)
    said = []
    for row, same in groupby(sorted(owed, key=_row_and_due), key=_row_and_due):
        those = [one.obligation for one in same]
        part = _part(first, those)
        said.append(
            f"{those[0].row.name}{f'（{part}）' if part else ''}，{_until(those[0], at)}，依据：{row[2]}"
        )
    escalated = any(one.rung is not None and one.rung.when is When.AFTER for one in owed)
    end = "请督促办理" if escalated else "请按期办理"
    return f"{_named(first, facts)}：{'；'.join(said)}。{end}。"


_FIRST = (OrderIssued, HazardReported, SourceOpened, CaseFiled, ReportReceived)


def _row_and_due(owed: Owed) -> tuple[datetime, str, str]:
    one = owed.obligation
    return end_of(one.due.legal), one.row.id, one.rule.source


def _named(first: Fact | None, facts: Facts) -> str:
    """Whose and where, then the thing by its number or in an officer's words."""
    match first:
        case OrderIssued():
            return f"{_enterprise(first.enterprise, facts)}，责令限期整改指令书{first.number}"
        case HazardReported():
            whose = _enterprise(first.enterprise, facts) or _community(first.community, facts)
            return f"{whose}，隐患“{first.defect}”（{first.place}）"
        case SourceOpened():
            order = next((f for f in _of("order", first.order, facts) if isinstance(f, OrderIssued)), None)
            ground = f"（起因：责令限期整改指令书{order.number}{_numbers(first.items)}）" if order else ""
            return f"{_enterprise(first.enterprise, facts)}，案件来源{ground}".removeprefix("，")
        case CaseFiled():
            return f"{_enterprise(first.enterprise, facts)}，处罚案件{first.number}".removeprefix("，")
        case ReportReceived():
            urgent = "紧急" if first.serious else ""
            return f"{_community(first.community, facts)}，{urgent}隐患线索（内容密封，请在系统中查阅）"
        case _:
            return "待办事项"


def _part(first: Fact | None, many: Sequence[Obligation]) -> str:
    """The items of an order in the order's own words, or the round of re-inspection."""
    if not isinstance(first, OrderIssued):
        return ""
    keys = sorted(int(one.key) for one in many if one.key.isdecimal())
    if many[0].row.per == "round":
        return "、".join(f"第{key}次复查" for key in keys)
    items = [item for item in first.items if item.number in keys]
    more = f"等{len(items)}项" if len(items) > ITEMS else ""
    return "、".join(_item(item) for item in items[:ITEMS]) + more


def _item(item: OrderItem) -> str:
    return f"第{item.number}项“{item.defect}”，{item.place}"


def _numbers(items: Iterable[int]) -> str:
    numbers = "、".join(str(item) for item in items)
    return f"第{numbers}项" if numbers else ""


def _until(one: Obligation, at: datetime) -> str:
    legal, internal = one.due.legal, one.due.internal
    planned = f"（内部期限{_shown(internal)}）" if internal != legal else ""
    state = "已逾期，期限为" if end_of(legal) <= at else "期限至"
    return f"{state}{_shown(legal)}{planned}"


def _shown(due: date | datetime) -> str:
    if isinstance(due, datetime):
        local = due.astimezone(SHANGHAI)
        return f"{day_words(local.date()).zh}{local:%H:%M}"
    return f"{day_words(due).zh}24:00"


def _enterprise(enterprise: str | None, facts: Facts) -> str:
    found = [f for f in _of("enterprise", enterprise, facts) if isinstance(f, EnterpriseRegistered)]
    return found[-1].name if found else enterprise or ""


def _community(community: str, facts: Facts) -> str:
    found = [f for f in _of("community", community, facts) if isinstance(f, CommunityRegistered)]
    return found[-1].name if found else community


def _of(kind: str, thing: str | None, facts: Facts) -> Sequence[Fact]:
    return facts(stream_of(kind, thing)) if thing else ()
