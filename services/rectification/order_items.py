"""Decisions on the items of a served order: more time, completion, re-inspection, opinion."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from services.rectification.order import (
    O15,
    ItemStage,
    Order,
    Stage,
    fresh,
    item_of,
    live,
    named,
    needs,
    stages,
)
from shared.vocabulary.hazard_facts import Evidence
from shared.vocabulary.order_facts import (
    CompletionReported,
    ExtensionGranted,
    ExtensionRefused,
    ExtensionRequested,
    ItemResult,
    OpinionIssued,
    OrderReinspected,
)
from shared.vocabulary.refusals import BadInput, TermOutOfBounds, WrongStage


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
    live(order, items, "申请延期", ItemStage.RUNNING)
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
    needs(order, Stage.SERVED, "答复延期", O15)
    asked = [item_of(order, n).extension_asked for n in items]
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
    latest: Mapping[int, datetime],
    effective: datetime,
) -> CompletionReported:
    """The party says that these items are done; a failed item may be reported again.

    `latest`: when what was last recorded about an item took effect. A report that lay before it (a letter found late)
    leaves the item where it is, and counts for the party's term alone.
    """
    overtaken = tuple(n for n in items if n in latest and effective < latest[n])
    named(order, items, "登记整改完成")
    stages(
        order, [n for n in items if n not in overtaken], "登记整改完成", ItemStage.RUNNING, ItemStage.FAILED
    )
    fresh(order, evidence)
    return CompletionReported(order.id, items, measures, evidence, overtaken)


def reinspect(
    order: Order, *, results: tuple[ItemResult, ...], ends: Mapping[int, date], on: date
) -> OrderReinspected:
    """Look at items that have not passed yet; the next round holds failed items only.

    An item fails only after its term or after the party reported it done: until then the party still has time.
    """
    items = tuple(result.item for result in results)
    live(order, items, "复查", ItemStage.RUNNING, ItemStage.REPORTED, ItemStage.FAILED)
    fresh(order, *(result.evidence for result in results))
    for result in results:
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


def issue_opinion(order: Order, *, number: str, on_round: int | None = None) -> OpinionIssued:
    """The opinion on a round (整改复查意见书), once; on the earliest without one where none is named."""
    needs(order, Stage.SERVED, "出具复查意见", O15)
    waiting = [n for n in range(1, order.round + 1) if n not in order.opinions and on_round in (None, n)]
    if not waiting:
        raise WrongStage(
            "没有待出具意见的复查", "no round of re-inspection waits for its opinion",
            basis=O15, where="round", do_zh="请先复查,或核对轮次", do_en="re-inspect first, or check the round",
        )  # fmt: skip
    return OpinionIssued(order.id, waiting[0], number)
