"""Penalty items: what an offence may cost whom, and the surcharge of a fine that is paid late. Money is in fen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from shared.law.rulebook import BadRulebook, Mark
from shared.vocabulary.case_facts import PartyKind, Tier
from shared.vocabulary.refusals import BadInput, TermOutOfBounds

FEN = 100
"""In a yuan."""


@dataclass(frozen=True, slots=True)
class Range:
    """A fine from `least` to `most`, both included."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class PenaltyItem:
    """One offence: article, whether a failed order must come first, and the range for each kind of party and tier."""

    code: str
    offence: str
    basis: str
    order_first: bool
    ranges: tuple[tuple[PartyKind, Tier, Range], ...]
    suspends: bool
    valid_from: date
    mark: Mark

    def range(self, kind: PartyKind, tier: Tier) -> Range | None:
        """The range, or None where the law has no fine for such a party at that tier."""
        return next((r for k, t, r in self.ranges if (k, t) == (kind, tier)), None)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the simplified procedure may impose, and from where on there is a right to a hearing."""

    simplified: Mapping[PartyKind, int]
    hearing: Mapping[PartyKind, int]
    simplified_basis: str
    hearing_basis: str
    hearing_mark: Mark


@dataclass(frozen=True, slots=True)
class SurchargeRule:
    """T38: `per_mille` of the unpaid fine a day, at most `cap_percent` of it."""

    per_mille: int
    cap_percent: int
    basis: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Penalties:
    """Everything that the rulebook says about money."""

    items: tuple[PenaltyItem, ...]
    limits: Limits
    surcharge: SurchargeRule

    def item(self, code: str, on: date) -> PenaltyItem:
        """The item by its code, or by the article of which the code is a part; raises BadInput."""
        article = code.partition("(")[0]
        for wanted in dict.fromkeys((code, article)):
            for item in self.items:
                if item.code == wanted and item.valid_from <= on:
                    return item
        raise BadInput(
            f"规则库中没有处罚条款{code}",
            f"no penalty item {code} in the rulebook",
            where="item",
            do_zh="请核对条款代码,或作不予立案、移送处理",
            do_en="check the code, or waive or transfer",
        )


def parse_penalties(raw: Mapping[str, Any]) -> Penalties:
    """The table from its parsed file; amounts there are in yuan."""
    limits = raw["limits"]
    surcharge = raw["surcharge"]
    items = tuple(_item(one) for one in raw["items"])
    if len({item.code for item in items}) < len(items):
        raise BadRulebook("a penalty item is listed twice")
    return Penalties(
        items,
        Limits(
            _by_kind(limits["simplified"]),
            _by_kind(limits["hearing"]),
            limits["simplified_basis"],
            limits["hearing_basis"],
            Mark(limits["hearing_mark"]),
        ),
        SurchargeRule(
            surcharge["per_mille"], surcharge["cap_percent"], surcharge["basis"], Mark(surcharge["mark"])
        ),
    )


def within(item: PenaltyItem, kind: PartyKind, tier: Tier, fine: int) -> Range:
    """The range that holds this fine; raises TermOutOfBounds with the article."""
    allowed = item.range(kind, tier)
    who = "单位" if kind is PartyKind.ENTITY else "个人"
    if allowed is None:
        raise TermOutOfBounds(
            f"{item.code}在此情形下没有对{who}的罚款",
            f"{item.code} has no fine for such a party at this tier",
            basis=item.basis,
            where="fine",
            do_zh="请核对当事人和情节档次",
            do_en="check party and tier",
        )
    if not allowed.least <= fine <= allowed.most:
        raise TermOutOfBounds(
            f"罚款{yuan(fine)}元超出法定幅度{yuan(allowed.least)}至{yuan(allowed.most)}元",
            f"{yuan(fine)} yuan is outside {yuan(allowed.least)}-{yuan(allowed.most)}",
            basis=item.basis,
            where="fine",
            do_zh="请在法定幅度内提出",
            do_en="propose an amount inside the range",
        )
    return allowed


@dataclass(frozen=True, slots=True)
class Surcharge:
    """What a late payment costs in addition: days late, fen, and why in words."""

    days: int
    amount: int
    derivation: str


def surcharge(rule: SurchargeRule, fine: int, due: date, payments: Sequence[tuple[date, int]]) -> Surcharge:
    """The surcharge of a fine that is now paid: each day after the due day, on what was unpaid that day, at most the cap.

    `payments` are days and fen, in order, and together make up the fine. On what is paid in part in time nothing
    runs: the law says “of the fine”, and the reading in favour of the party is taken.
    """
    unpaid = fine - sum(amount for paid, amount in payments if paid <= due)
    last, total, days, parts = due, 0, 0, []
    for paid, amount in payments:
        if paid <= due:
            continue
        late, daily = (paid - last).days, unpaid * rule.per_mille // 1000
        total, days = total + late * daily, days + late
        parts.append(f"{last + timedelta(days=1)}至{paid}共{late}日×{yuan(daily)}元")
        unpaid, last = unpaid - amount, paid
    cap = fine * rule.cap_percent // 100
    if not parts:
        return Surcharge(0, 0, f"{due}到期,按期缴纳")
    words = f"{due}到期;{';'.join(parts)},合计{yuan(total)}元"
    if total > cap:
        words += f",不超过罚款数额{yuan(cap)}元"
    return Surcharge(days, min(total, cap), words)


def yuan(fen: int) -> str:
    """3000000 → 30000; 50 → 0.50."""
    whole, rest = divmod(fen, FEN)
    return f"{whole}.{rest:02d}" if rest else str(whole)


def _by_kind(raw: Mapping[str, int]) -> Mapping[PartyKind, int]:
    return {PartyKind(kind): amount * FEN for kind, amount in raw.items()}


def _item(raw: Mapping[str, Any]) -> PenaltyItem:
    return PenaltyItem(
        code=raw["code"],
        offence=raw["offence"],
        basis=raw["basis"],
        order_first=bool(raw.get("order_first", False)),
        ranges=tuple(_ranges(raw["code"], raw.get("fines", {}))),
        suspends=bool(raw.get("suspends", False)),
        valid_from=raw["valid_from"],
        mark=Mark(raw["mark"]),
    )


def _ranges(
    code: str, fines: Mapping[str, Mapping[str, list[int]]]
) -> Iterable[tuple[PartyKind, Tier, Range]]:
    for kind, tiers in fines.items():
        for tier, (least, most) in tiers.items():
            if not 0 <= least <= most:
                raise BadRulebook(f"{code}: {least}-{most} is no range")
            yield PartyKind(kind), Tier(tier), Range(least * FEN, most * FEN)
