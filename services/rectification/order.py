"""A rectification order (责令限期整改指令书): its state is a fold; each decision returns facts or refuses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from shared.vocabulary.fact import Fact
from shared.vocabulary.hazard_facts import Evidence
from shared.vocabulary.order_facts import (
    CompletionReported,
    ExtensionGranted,
    ExtensionRefused,
    ExtensionRequested,
    ItemResult,
    ItemTerm,
    OpinionIssued,
    OrderIssued,
    OrderItem,
    OrderReinspected,
    OrderServed,
    OrderWithdrawn,
    ServiceMode,
)
from shared.vocabulary.refusals import BadInput, TermOutOfBounds, WrongStage

O15 = "原安监总局令第15号第16条(2026-02-01起为应急管理部令第18号,条文未核对)"


class Stage(StrEnum):
    """Where the order stands as a paper; its items have stages of their own."""

    NONE = "none"
    ISSUED = "issued"
    SERVED = "served"
    WITHDRAWN = "withdrawn"


class ItemStage(StrEnum):
    """Where one item stands."""

    RUNNING = "running"
    REPORTED = "completion_reported"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Item:
    """One item as its facts have it; its last day is what T07 derives, never a second copy here."""

    given: OrderItem
    stage: ItemStage = ItemStage.RUNNING
    extension_asked: date | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An order as its facts have it."""

    id: str = ""
    stage: Stage = Stage.NONE
    enterprise: str = ""
    items: Mapping[int, Item] = field(default_factory=lambda: MappingProxyType({}))
    round: int = 0
    opinions: int = 0
    photos: frozenset[str] = frozenset()


def evolve(order: Order, fact: Fact) -> Order:
    """The order after one more fact; facts of the clock change nothing for the party."""
    match fact:
        case OrderIssued():
            items = {given.number: Item(given) for given in fact.items}
            return Order(fact.order, Stage.ISSUED, fact.enterprise, items)
        case OrderServed():
            return replace(order, stage=Stage.SERVED)
        case ExtensionRequested():
            return _each(order, fact.items, extension_asked=fact.until)
        case ExtensionGranted() | ExtensionRefused():
            return _each(order, fact.items, extension_asked=None)
        case CompletionReported():
            seen = order.photos | {e.sha256 for e in fact.evidence}
            return replace(_each(order, fact.items, stage=ItemStage.REPORTED), photos=seen)
        case OrderReinspected():
            for result in fact.results:
                stage = ItemStage.PASSED if result.passed else ItemStage.FAILED
                order = _each(order, (result.item,), stage=stage, extension_asked=None)
            seen = order.photos | {e.sha256 for result in fact.results for e in result.evidence}
            return replace(order, round=fact.round, photos=seen)
        case OpinionIssued():
            return replace(order, opinions=fact.round)
        case OrderWithdrawn():
            return replace(order, stage=Stage.WITHDRAWN)
        case _:
            return order


def replay(facts: Iterable[Fact]) -> Order:
    """The fold of an order's facts."""
    order = Order()
    for fact in facts:
        order = evolve(order, fact)
    return order


def issue(
    order: str,
    *,
    number: str,
    enterprise: str,
    community: str,
    acting_name: str,
    items: tuple[OrderItem, ...],
    visit: str | None,
    at_most: int | None,
    on: date,
) -> OrderIssued:
    """Sign an order; each item has days from service or a fixed day, within the cap of T07."""
    if not items:
        raise BadInput(
            "整改指令书没有整改项", "an order has at least one item", where="items",
            do_zh="请至少填写一项", do_en="add an item",
        )  # fmt: skip
    for item in items:
        _term_given(item, at_most, on)
    return OrderIssued(order, number, enterprise, community, acting_name, items, visit)


def serve(order: Order, *, how: ServiceMode, receipt: str, on: date) -> OrderServed:
    """Start the terms: they run from proven service, not from issue (安全生产法 Art. 65)."""
    _needs(order, Stage.ISSUED, "送达", "行政处罚法第61条(类推);民事诉讼法第88—95条")
    if not receipt.strip():
        raise BadInput(
            "送达须有送达回执", "service needs its receipt", where="receipt",
            do_zh="请填写送达回执编号", do_en="give the receipt",
        )  # fmt: skip
    for item in order.items.values():
        if item.given.until is not None and item.given.until <= on:
            raise TermOutOfBounds(
                f"第{item.given.number}项的期限{item.given.until}已到或已过,不能再按原期限送达",
                f"item {item.given.number} ends on {item.given.until}, not after service",
                basis="安全生产法第65条第1款第2项(限期须留出整改时间)",
                where=f"items/{item.given.number}/until",
                do_zh="请撤回本指令书并重新下达",
                do_en="withdraw the order and issue a changed one",
            )
    terms = tuple(ItemTerm(n, item.given.days, item.given.until) for n, item in sorted(order.items.items()))
    return OrderServed(order.id, how, receipt, terms)


def request_extension(
    order: Order,
    *,
    items: tuple[int, ...],
    until: date,
    grounds: str,
    ends: Mapping[int, date],
    at_most: int,
    on: date,
) -> ExtensionRequested:
    """Before the term ends (T09); a request in the last ten days is accepted and flagged."""
    _live(order, items, "申请延期", ItemStage.RUNNING)
    if not grounds.strip():
        raise BadInput(
            "延期须说明理由",
            "grounds are needed",
            where="grounds",
            do_zh="请填写理由",
            do_en="say why",
        )
    for item in items:
        if on > ends[item]:
            raise TermOutOfBounds(
                f"第{item}项已于{ends[item]}届满,申请权已消灭",
                f"the right lapsed with the term on {ends[item]}",
                basis=f"T09:{O15}",
                where="items",
                do_zh="请由执法人员依职权另行考虑",
                do_en="an officer may still use discretion",
            )
        if until <= ends[item]:
            raise TermOutOfBounds(
                f"延长后的期限{until}不晚于第{item}项现有期限{ends[item]}",
                f"{until} is not after the present end {ends[item]}",
                basis=f"T09:{O15}",
                where="until",
                do_zh="请填写更晚的日期",
                do_en="give a later day",
            )
        if (until - ends[item]).days > at_most:
            raise TermOutOfBounds(
                f"第{item}项最多延长{at_most}天,即到{ends[item] + timedelta(days=at_most)}",
                f"item {item} may be extended by {at_most} days at most",
                basis=f"T09:{O15};{at_most}日为内部上限(P)",
                where="until",
                do_zh="请缩短延长的时间",
                do_en="ask for less",
            )
        if order.items[item].extension_asked is not None:
            raise WrongStage(
                f"第{item}项已有待答复的延期申请",
                f"a request for item {item} waits for its answer",
                basis=O15,
                where="items",
                do_zh="请先答复前一份申请",
                do_en="answer the earlier request first",
            )
    late = any(ends[item] - on < timedelta(days=10) for item in items)
    return ExtensionRequested(order.id, items, until, grounds, late)


def answer_extension(
    order: Order, *, items: tuple[int, ...], granted: bool, reasons: str
) -> ExtensionGranted | ExtensionRefused:
    """Grant what was asked or refuse it, with reasons; silence is not consent."""
    _needs(order, Stage.SERVED, "答复延期", O15)
    asked = [_item(order, n).extension_asked for n in items]
    if not items or any(until is None for until in asked) or len(set(asked)) > 1:
        raise WrongStage(
            "所列整改项没有同一份待答复的延期申请", "these items have no pending request in common",
            basis=O15, where="items", do_zh="请按申请逐份答复", do_en="answer one request at a time",
        )  # fmt: skip
    if not reasons.strip():
        raise BadInput(
            "答复须说明理由",
            "reasons are needed",
            where="reasons",
            do_zh="请填写",
            do_en="say why",
        )
    until = asked[0]
    if granted and until is not None:
        return ExtensionGranted(order.id, items, until, reasons)
    return ExtensionRefused(order.id, items, reasons)


def report_completion(
    order: Order,
    *,
    items: tuple[int, ...],
    measures: str,
    evidence: tuple[Evidence, ...],
) -> CompletionReported:
    """The party says that these items are done; a failed item may be reported again."""
    _live(order, items, "登记整改完成", ItemStage.RUNNING, ItemStage.FAILED)
    _fresh(order, evidence)
    return CompletionReported(order.id, items, measures, evidence)


def reinspect(
    order: Order, *, results: tuple[ItemResult, ...], ends: Mapping[int, date], on: date
) -> OrderReinspected:
    """Look at items that have not passed yet; the next round holds failed items only.

    An item fails only after its term or after the party reported it done: until then the party still has time.
    """
    items = tuple(result.item for result in results)
    _live(order, items, "复查", ItemStage.RUNNING, ItemStage.REPORTED, ItemStage.FAILED)
    for result in results:
        _fresh(order, result.evidence)
        if (
            not result.passed
            and order.items[result.item].stage is ItemStage.RUNNING
            and on <= ends[result.item]
        ):
            raise TermOutOfBounds(
                f"第{result.item}项的整改期限到{ends[result.item]}才届满,且未报告完成,不能认定复查不合格",
                f"the term of item {result.item} runs until {ends[result.item]}",
                basis=f"安全生产法第65条第1款第2项;{O15}",
                where="results",
                do_zh="请在期限届满或收到整改完成报告后复查",
                do_en="re-inspect after the term or after a report of completion",
            )
    return OrderReinspected(order.id, order.round + 1, order.enterprise, results)


def issue_opinion(order: Order, *, number: str) -> OpinionIssued:
    """The opinion on the latest round (整改复查意见书), once."""
    _needs(order, Stage.SERVED, "出具复查意见", O15)
    if order.round == 0 or order.opinions >= order.round:
        raise WrongStage(
            "没有待出具意见的复查", "no round of re-inspection waits for its opinion",
            basis=O15, do_zh="请先复查", do_en="re-inspect first",
        )  # fmt: skip
    return OpinionIssued(order.id, order.round, number)


def withdraw(order: Order, *, reasons: str) -> OrderWithdrawn:
    """Take back an order while nothing of it has been re-inspected (行政处罚法 Art. 75(2))."""
    if order.stage not in (Stage.ISSUED, Stage.SERVED) or order.round:
        raise _wrong(order, "撤回", "行政处罚法第75条第2款")
    if not reasons.strip():
        raise BadInput(
            "撤回须说明理由",
            "reasons are needed",
            where="reasons",
            do_zh="请填写",
            do_en="say why",
        )
    return OrderWithdrawn(order.id, reasons)


def _term_given(item: OrderItem, at_most: int | None, on: date) -> None:
    if (item.days is None) == (item.until is None):
        raise BadInput(
            f"第{item.number}项须且只能填写“天数”或“截止日期”之一", "give days or a fixed day, not both",
            where=f"items/{item.number}", do_zh="请只填一项", do_en="give exactly one",
        )  # fmt: skip
    days = item.days if item.days is not None else (item.until - on).days if item.until else 0
    if days < 1 or (at_most is not None and days > at_most):
        raise TermOutOfBounds(
            f"第{item.number}项期限为{days}天,应在1至{at_most}天之间",
            f"item {item.number} has {days} days; 1 to {at_most} are allowed",
            basis="T07:安全生产法第65条第1款第2项;30日为内部上限(P)",
            where=f"items/{item.number}",
            do_zh="请调整期限",
            do_en="change the term",
        )


def _fresh(order: Order, evidence: tuple[Evidence, ...]) -> None:
    used = [e.sha256 for e in evidence if e.sha256 in order.photos]
    if used:
        raise BadInput(
            "同一张照片已作为本指令书的证据用过", "this photo was used before as evidence of this order",
            where="evidence", do_zh="请重新拍照", do_en="take a new photo",
        )  # fmt: skip


def _live(order: Order, items: tuple[int, ...], act: str, *stages: ItemStage) -> None:
    _needs(order, Stage.SERVED, act, O15)
    if not items or len(set(items)) != len(items):
        raise BadInput(
            "请列出整改项,不得重复",
            "name items, each once",
            where="items",
            do_zh="请核对",
            do_en="check",
        )
    for number in items:
        found = _item(order, number).stage
        if found not in stages:
            raise WrongStage(
                f"第{number}项现为“{ITEM_ZH[found]}”,不能{act}",
                f"item {number} is {found}, which does not allow this",
                basis=O15,
                where="items",
                do_zh="请核对整改项",
                do_en="check the items",
            )


def _item(order: Order, number: int) -> Item:
    if number not in order.items:
        raise BadInput(
            f"指令书没有第{number}项", f"the order has no item {number}", where="items",
            do_zh="请核对项号", do_en="check the number",
        )  # fmt: skip
    return order.items[number]


def _each(order: Order, items: tuple[int, ...], **changes: object) -> Order:
    changed = {n: replace(order.items[n], **changes) for n in items}  # type: ignore[arg-type]
    return replace(order, items={**order.items, **changed})


def _needs(order: Order, stage: Stage, act: str, basis: str) -> None:
    if order.stage is not stage:
        raise _wrong(order, act, basis)


def _wrong(order: Order, act: str, basis: str) -> WrongStage:
    return WrongStage(
        f"指令书现为“{ZH[order.stage]}”,不能{act}",
        f"the order is {order.stage}, which does not allow this",
        basis=basis,
        where="stage",
        do_zh="请先办理前一步",
        do_en="do the earlier step first",
    )


ZH = {
    Stage.NONE: "不存在",
    Stage.ISSUED: "已下达待送达",
    Stage.SERVED: "已送达",
    Stage.WITHDRAWN: "已撤回",
}
ITEM_ZH = {
    ItemStage.RUNNING: "整改期内",
    ItemStage.REPORTED: "已报完成待复查",
    ItemStage.PASSED: "复查通过",
    ItemStage.FAILED: "复查未通过",
}
