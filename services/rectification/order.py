"""A rectification order (责令限期整改指令书): its state is a fold; each decision returns facts or refuses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from shared.vocabulary.fact import Fact
from shared.vocabulary.hazard_facts import Evidence
from shared.vocabulary.order_facts import (
    CompletionReported,
    ExtensionGranted,
    ExtensionRefused,
    ExtensionRequested,
    OpinionIssued,
    OrderIssued,
    OrderItem,
    OrderReinspected,
    OrderServed,
    OrderWithdrawn,
)
from shared.vocabulary.refusals import BadInput, WrongStage

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
    opinions: frozenset[int] = frozenset()
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
            waiting = tuple(n for n in fact.items if n not in fact.overtaken)
            return replace(_each(order, waiting, stage=ItemStage.REPORTED), photos=seen)
        case OrderReinspected():
            for result in fact.results:
                stage = ItemStage.PASSED if result.passed else ItemStage.FAILED
                order = _each(order, (result.item,), stage=stage, extension_asked=None)
            seen = order.photos | {e.sha256 for result in fact.results for e in result.evidence}
            return replace(order, round=fact.round, photos=seen)
        case OpinionIssued():
            return replace(order, opinions=order.opinions | {fact.round})
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


def _each(order: Order, items: tuple[int, ...], **changes: object) -> Order:
    changed = {n: replace(order.items[n], **changes) for n in items}  # type: ignore[arg-type]
    return replace(order, items={**order.items, **changed})


def fresh(order: Order, *evidence: tuple[Evidence, ...]) -> None:
    """Refuse a photo that proved something of this order before, or that is to prove two things at once."""
    given = [e.sha256 for many in evidence for e in many]
    if len(set(given)) < len(given) or order.photos & set(given):
        raise BadInput(
            "同一张照片已作为本指令书的证据用过", "this photo was used before as evidence of this order",
            where="evidence", do_zh="请重新拍照", do_en="take a new photo",
        )  # fmt: skip


def live(order: Order, items: Sequence[int], act: str, *allowed: ItemStage) -> None:
    """Refuse unless the order was served and each item, named once, stands where the act needs it."""
    named(order, items, act)
    stages(order, items, act, *allowed)


def named(order: Order, items: Sequence[int], act: str) -> None:
    """Refuse unless the order was served and has each of the items, named once."""
    needs(order, Stage.SERVED, act, O15)
    if not items or len(set(items)) != len(items):
        raise BadInput(
            "请列出整改项,不得重复", "name items, each once", where="items", do_zh="请核对", do_en="check"
        )
    for number in items:
        item_of(order, number)


def stages(order: Order, items: Sequence[int], act: str, *allowed: ItemStage) -> None:
    """Refuse unless each item stands where the act needs it."""
    for number in items:
        found = item_of(order, number).stage
        if found not in allowed:
            raise WrongStage(
                f"第{number}项现为“{ITEM_ZH[found]}”,不能{act}",
                f"item {number} is {found}, which does not allow this",
                basis=O15,
                where="items",
                do_zh="请核对整改项",
                do_en="check the items",
            )


def item_of(order: Order, number: int) -> Item:
    """One item of the order, which must have it."""
    if number not in order.items:
        raise BadInput(
            f"指令书没有第{number}项", f"the order has no item {number}", where="items",
            do_zh="请核对项号", do_en="check the number",
        )  # fmt: skip
    return order.items[number]


def needs(order: Order, stage: Stage, act: str, basis: str) -> None:
    """Refuse unless the paper stands where the act needs it."""
    if order.stage is not stage:
        raise wrong(order, act, basis)


def wrong(order: Order, act: str, basis: str) -> WrongStage:
    """The refusal of an act that the paper's stage does not allow."""
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
