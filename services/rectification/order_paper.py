"""Decisions on a rectification order as a paper: issue, serve, withdraw."""

from __future__ import annotations

from datetime import date

from services.rectification.order import Order, Stage, needs, wrong
from shared.vocabulary.order_facts import (
    ItemTerm,
    OrderIssued,
    OrderItem,
    OrderServed,
    OrderWithdrawn,
    ServiceMode,
)
from shared.vocabulary.refusals import BadInput, TermOutOfBounds


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
    needs(order, Stage.ISSUED, "送达", "行政处罚法第61条(类推);民事诉讼法第88—95条")
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


def withdraw(order: Order, *, reasons: str) -> OrderWithdrawn:
    """Take back an order while nothing of it has been re-inspected (行政处罚法 Art. 75(2))."""
    if order.stage not in (Stage.ISSUED, Stage.SERVED) or order.round:
        raise wrong(order, "撤回", "行政处罚法第75条第2款")
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
