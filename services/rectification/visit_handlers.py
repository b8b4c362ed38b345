"""A visit by two certified officers: many hazards and at most one order in one append."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.rectification import asks, hazard
from services.rectification.order_handlers import signed
from shared.law.periods import SHANGHAI
from shared.ledger.port import Appended
from shared.runtime.desk import Acting, Call, Change, Desk
from shared.runtime.places import at_place
from shared.vocabulary.fact import Fact
from shared.vocabulary.hazard_facts import HazardClosed, HazardReported, Source
from shared.vocabulary.identities import derived_id, stream_of
from shared.vocabulary.order_facts import OrderItem, VisitMade
from shared.vocabulary.refusals import BadInput

_TAKES = {"order": "issue_order", "on_spot": "correct_on_spot"}
"""The act that a measure taken on a visit amounts to."""


@dataclass(slots=True)
class _Visit:
    """A visit while it is being put together."""

    id: str
    order: str
    record: str
    ask: asks.MakeVisit
    items: list[OrderItem] = field(default_factory=list)
    hazards: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


def make_visit(desk: Desk, call: Call, ask: asks.MakeVisit) -> Appended:
    """Record every hazard found and what was done about it (安全生产法 Arts. 65, 67)."""
    acting = desk.begin("make_visit", call, community=ask.community)
    takes = {_TAKES[item.measure] for item in ask.items if item.measure in _TAKES}
    acting = at_place(desk, acting, ask.enterprise, ask.community, *sorted(takes))
    visit_id = derived_id(desk.ledger.name, call.command, "visit")
    record, numbered = desk.number("inspection_record", acting, stream_of("visit", visit_id))
    order_id = derived_id(desk.ledger.name, call.command, "order")
    visit = _Visit(visit_id, order_id, record, ask)
    for n, item in enumerate(ask.items, start=1):
        _add(desk, call, acting, visit, item, n)
    if visit.items:
        fact, order_number = signed(
            desk, acting, order_id,
            enterprise=ask.enterprise, community=ask.community, items=tuple(visit.items), visit=visit_id,
        )  # fmt: skip
        visit.changes += [
            Change(desk.load(stream_of("order", order_id)), (fact,)),
            order_number,
        ]
    made = VisitMade(
        visit_id,
        ask.enterprise,
        ask.community,
        record,
        tuple(visit.hazards),
        order_id if visit.items else None,
        ask.experts,
    )
    own = Change(desk.load(stream_of("visit", visit_id)), (made,))
    return desk.append(call, acting, own, numbered, *visit.changes)


def _add(desk: Desk, call: Call, acting: Acting, visit: _Visit, item: asks.VisitItem, n: int) -> None:
    """Enter one hazard: reported, verified, graded, and what the officers did about it."""
    hazard_id = derived_id(desk.ledger.name, call.command, "hazard", str(n))
    if item.recurrence_of:
        _check_recurrence(desk, acting, item.recurrence_of, visit.ask.enterprise)
    facts: list[Fact] = [
        HazardReported(
            hazard_id,
            Source.VISIT,
            visit.id,
            visit.ask.community,
            item.place,
            item.defect,
            visit.ask.enterprise,
            item.evidence,
            item.recurrence_of,
        )
    ]
    facts.append(hazard.verify(hazard.replay(facts), record=visit.record, note="", evidence=item.evidence))
    facts.append(
        hazard.grade(
            hazard.replay(facts),
            grade=item.grade,
            legal_item=item.legal_item,
            criterion=item.criterion,
        )
    )
    state = hazard.replay(facts)
    match item.measure:
        case "on_spot":
            facts.append(hazard.correct_on_spot(state, before=item.evidence, after=item.after))
        case "order":
            number = len(visit.items) + 1
            facts.append(hazard.put_under_order(state, order=visit.order, item=number))
            visit.items.append(
                OrderItem(
                    number,
                    hazard_id,
                    item.defect,
                    item.place,
                    item.legal_item,
                    item.days,
                    item.until,
                    item.remedy,
                    item.owner,
                    item.money,
                    item.plan,
                )
            )
        case "none":
            pass
    visit.hazards.append(hazard_id)
    visit.changes.append(Change(desk.load(stream_of("hazard", hazard_id)), tuple(facts)))


def _check_recurrence(desk: Desk, acting: Acting, earlier_id: str, enterprise: str) -> None:
    earlier = desk.thing("hazard", earlier_id)
    state = hazard.replay(earlier.facts)
    closed_at = next(
        (r.effective for r in earlier.records if isinstance(r.fact, HazardClosed)), acting.effective
    )
    window = acting.profile.recurrence_window_days if acting.profile else 0
    if state.enterprise != enterprise or not hazard.recurs(
        state, closed_at, at=acting.effective.astimezone(SHANGHAI), window_days=window
    ):
        raise BadInput(
            f"隐患{earlier_id}不是本企业{window}天内销号的隐患,不能关联为复发",
            f"{earlier_id} was not closed at this enterprise within {window} days",
            where="recurrence_of",
            do_zh="请核对原隐患编号",
            do_en="check the earlier hazard",
        )
