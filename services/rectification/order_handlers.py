"""Acts on an order: load, decide, append."""

from __future__ import annotations

from datetime import date, datetime

from services.rectification import asks, hazard, order, order_items, order_paper
from shared.law.authority import not_before
from shared.law.periods import SHANGHAI
from shared.law.reckoning import obligations
from shared.ledger.port import Appended
from shared.runtime.begun import Begun, begin
from shared.runtime.desk import Acting, Call, Change, Desk, Loaded
from shared.runtime.places import at_place
from shared.vocabulary.fact import Fact
from shared.vocabulary.hazard_facts import HazardRectified, HazardReleasedFromOrder
from shared.vocabulary.identities import derived_id, stream_of
from shared.vocabulary.order_facts import CompletionReported, OrderItem, OrderReinspected, OrderServed
from shared.vocabulary.refusals import BadInput


def issue(desk: Desk, call: Call, ask: asks.IssueOrder) -> Appended:
    """One order for hazards already graded, each under it by its own version."""
    hazards = [desk.thing("hazard", item.hazard) for item in ask.items]
    acting = desk.begin("issue_order", call, *hazards, community=ask.community)
    acting = at_place(desk, acting, ask.enterprise, ask.community, "issue_order")
    _one_party(ask, [hazard.replay(it.facts) for it in hazards])
    order_id = derived_id(desk.ledger.name, call.command, "order")
    items = []
    changes = []
    for number, (item, it) in enumerate(zip(ask.items, hazards, strict=True), start=1):
        state = hazard.replay(it.facts)
        changes.append(Change(it, (hazard.put_under_order(state, order=order_id, item=number),)))
        items.append(
            OrderItem(
                number,
                state.id,
                state.defect,
                state.place,
                state.legal_item,
                item.days,
                item.until,
                item.remedy,
                item.owner,
                item.money,
                item.plan,
            )
        )
    fact, numbered = signed(
        desk,
        acting,
        order_id,
        enterprise=ask.enterprise,
        community=ask.community,
        items=tuple(items),
        visit=None,
    )
    changes += [Change(desk.load(stream_of("order", order_id)), (fact,)), numbered]
    return desk.append(call, acting, *changes)


def _one_party(ask: asks.IssueOrder, hazards: list[hazard.Hazard]) -> None:
    """An order is addressed to one enterprise and covers that enterprise's hazards, each once."""
    if len({state.id for state in hazards}) < len(hazards):
        raise BadInput(
            "同一隐患列了两次",
            "a hazard is listed twice",
            where="items",
            do_zh="请删去重复项",
            do_en="list it once",
        )
    for n, state in enumerate(hazards):
        if (state.enterprise, state.community) != (ask.enterprise, ask.community):
            raise BadInput(
                f"第{n + 1}项隐患不属于{ask.enterprise}",
                f"item {n + 1} is not a hazard of {ask.enterprise}",
                where=f"items/{n}/hazard",
                do_zh="请按企业分别下达",
                do_en="issue one order per enterprise",
            )


def signed(
    desk: Desk,
    acting: Acting,
    order_id: str,
    *,
    enterprise: str,
    community: str,
    items: tuple[OrderItem, ...],
    visit: str | None,
) -> tuple[Fact, Change]:
    """The order as issued, in the acting name of the authority profile, with its number."""
    number, numbered = desk.number("rectification_order", acting, stream_of("order", order_id))
    on = acting.effective.astimezone(SHANGHAI).date()
    cap = desk.law.rulebook.row("T07").at(on).at_most
    fact = order_paper.issue(
        order_id,
        number=number,
        enterprise=enterprise,
        community=community,
        acting_name=acting.profile.acting_name if acting.profile else "",
        items=items,
        visit=visit,
        at_most=cap.n if cap else None,
        on=on,
    )
    return fact, numbered


def serve(desk: Desk, call: Call, order_id: str, ask: asks.ServeOrder) -> Appended:
    """Service was proven; the terms run."""
    it = _begun(desk, call, "serve_order", order_id)
    fact = order_paper.serve(it.state, how=ask.how, receipt=ask.receipt, on=it.day)
    return it.append(fact)


def request_extension(desk: Desk, call: Call, order_id: str, ask: asks.RequestExtension) -> Appended:
    """The party asks for more time."""
    it = _begun(desk, call, "request_extension", order_id)
    _not_before_service(it.loaded, it.acting)
    fact = order_items.request_extension(
        it.state,
        items=ask.items,
        until=ask.until,
        grounds=ask.grounds,
        ends=_ends(desk, it.loaded),
        at_most=_longest_extension(desk, it.day),
        on=it.day,
    )
    return it.append(fact)


def answer_extension(desk: Desk, call: Call, order_id: str, ask: asks.AnswerExtension) -> Appended:
    """Granted as asked, or refused."""
    it = _begun(desk, call, "answer_extension", order_id)
    fact = order_items.answer_extension(it.state, items=ask.items, granted=ask.granted, reasons=ask.reasons)
    return it.append(fact)


def report_completion(desk: Desk, call: Call, order_id: str, ask: asks.ReportCompletion) -> Appended:
    """The party reports items done."""
    it = _begun(desk, call, "report_completion", order_id)
    _not_before_service(it.loaded, it.acting)
    fact = order_items.report_completion(
        it.state,
        items=ask.items,
        measures=ask.measures,
        evidence=ask.evidence,
        latest=_latest(it.loaded),
        effective=it.acting.effective,
    )
    return it.append(fact)


def reinspect(desk: Desk, call: Call, order_id: str, ask: asks.Reinspect) -> Appended:
    """Each item passes or fails; the hazards of passed items are rectified in the same append."""
    it = _begun(desk, call, "reinspect", order_id)
    state = it.state
    fact = order_items.reinspect(state, results=ask.results, ends=_ends(desk, it.loaded), on=it.day)
    also = []
    for result in fact.results:
        if result.passed:
            hazard_id = state.items[result.item].given.hazard
            its = desk.thing("hazard", hazard_id)
            also.append(Change(its, (HazardRectified(hazard_id, state.id, result.item),)))
    return it.append(fact, also=also)


def issue_opinion(desk: Desk, call: Call, order_id: str, ask: asks.IssueOpinion) -> Appended:
    """The opinion on a round, under its number."""
    it = _begun(desk, call, "issue_opinion", order_id)
    number, numbered = it.number("reinspection_opinion")
    fact = order_items.issue_opinion(it.state, number=number, on_round=ask.round)
    return it.append(fact, also=[numbered])


def withdraw(desk: Desk, call: Call, order_id: str, ask: asks.WithdrawOrder) -> Appended:
    """The order no longer stands; its hazards wait for another way."""
    it = _begun(desk, call, "withdraw_order", order_id)
    state = it.state
    withdrawn = order_paper.withdraw(state, reasons=ask.reasons)
    also = []
    for number, item in state.items.items():
        its = desk.thing("hazard", item.given.hazard)
        fact = HazardReleasedFromOrder(item.given.hazard, state.id, number, ask.reasons)
        also.append(Change(its, (fact,)))
    return it.append(withdrawn, also=also)


def _begun(desk: Desk, call: Call, act: str, order_id: str) -> Begun[order.Order]:
    return begin(desk, call, act, "order", order_id, order.replay)


def _not_before_service(loaded: Loaded, acting: Acting) -> None:
    """Late truth about an order cannot lie before its service: until then the party owed nothing."""
    served = next((r.effective for r in loaded.records if isinstance(r.fact, OrderServed)), None)
    if served is not None:
        not_before(acting.effective, served, "送达", "the order was served")


def _longest_extension(desk: Desk, on: date) -> int:
    cap = desk.law.rulebook.row("T09").at(on).at_most
    return cap.n if cap else 0


def _latest(loaded: Loaded) -> dict[int, datetime]:
    """When the latest report of completion or re-inspection of each item took effect."""
    moments: dict[int, datetime] = {}
    for record in loaded.records:
        if isinstance(record.fact, CompletionReported | OrderReinspected):
            for number in (int(touch.key) for touch in record.fact.touches()):
                moments[number] = max(record.effective, moments.get(number, record.effective))
    return moments


def _ends(desk: Desk, loaded: Loaded) -> dict[int, date]:
    """The last day of each item's term, as T07 has it."""
    ends = {}
    for obligation in obligations(loaded.records, desk.law.rulebook, desk.law.calendar):
        if obligation.row.id == "T07":
            legal = obligation.due.legal
            ends[int(obligation.key)] = legal
    return ends
