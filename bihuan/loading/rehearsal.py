"""The whole plan on a ledger in memory first: whatever an act would be refused for is a problem of its row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bihuan.loading.plan import DEEDS, Act, Plan
from bihuan.loading.problems import Problem, Words
from bihuan.loading.registry_once import REGISTRY_KINDS, RegistryOnceDesk
from services.rectification import asks, order
from shared.law.periods import SHANGHAI
from shared.law.reckoning import obligations
from shared.ledger.memory import MemoryLedger
from shared.ledger.port import Ledger, NewFact, StoredFact, Write
from shared.runtime.desk import Desk
from shared.runtime.law_files import Law
from shared.vocabulary.identities import kind_of, stream_of
from shared.vocabulary.refusals import ManyWrong, Refusal


@dataclass(frozen=True, slots=True)
class _Standing:
    """A clock that stands at the last moment at which anything may have happened."""

    at: datetime

    def now(self) -> datetime:
        return self.at


def rehearse(plan: Plan, ledger: Ledger, law: Law, now: datetime) -> list[Problem]:
    """Every refusal that carrying out the plan would meet; after one, the rest of its visit is passed over."""
    copy = MemoryLedger(plan.ledger, lambda: now)
    _copy_registry(ledger, copy)
    desk = RegistryOnceDesk(copy, law, _Standing(now))
    problems: list[Problem] = []
    stopped: set[str] = set()
    for act in plan.acts:
        if act.visit.row.visit in stopped:
            continue
        words = _too_early(desk, act) or _refused(desk, plan, act)
        if words is not None:
            stopped.add(act.visit.row.visit)
            problems.append(Problem(act.visit.document.place(*act.path), words))
    return problems


def _refused(desk: Desk, plan: Plan, act: Act) -> Words | None:
    try:
        DEEDS[act.deed].do(desk, plan.call(act), act.thing, act.ask)
    except ManyWrong as many:
        return Words(
            ";".join(bad.zh for bad in many.each),
            "; ".join(bad.en for bad in many.each),
            many.do_zh,
            many.do_en,
        )
    except Refusal as refusal:
        basis = f"（{refusal.basis}）" if refusal.basis else ""
        return Words(refusal.zh + basis, refusal.en, refusal.do_zh or "请核对", refusal.do_en or "check it")
    return None


def _too_early(desk: Desk, act: Act) -> Words | None:
    """A re-inspection of items neither reported done nor past their term (T11 runs from either)."""
    if not isinstance(act.ask, asks.Reinspect) or act.thing is None:
        return None
    records = desk.load(stream_of("order", act.thing)).records
    state = order.replay(record.fact for record in records)
    ends = {
        o.key: o.due.legal
        for o in obligations(records, desk.law.rulebook, desk.law.calendar)
        if o.row.id == "T07"
    }
    on = act.at.astimezone(SHANGHAI).date()
    numbers = {number: no for no, number in act.visit.row.under_order.items()}
    for result in act.ask.results:
        item, end = state.items.get(result.item), ends.get(str(result.item))
        if item is None or item.stage is not order.ItemStage.RUNNING or end is None:
            continue
        if on <= end:
            no = numbers[result.item]
            return Words(
                f"第{no}项在复查前没有完成报告，期限{end}也未届满",
                f"item {no} was neither reported done before it nor past its term, {end}",
                "请补填完成报告或核对复查日期", "add the report or check the day",
            )  # fmt: skip
    return None


def _copy_registry(source: Ledger, copy: MemoryLedger) -> None:
    streams: dict[str, list[StoredFact]] = {}
    after = 0
    while page := source.read(after, 2000):
        after = page[-1].position
        for stored in page:
            if kind_of(stored.stream) in REGISTRY_KINDS:
                streams.setdefault(stored.stream, []).append(stored)
    for name, found in streams.items():
        facts = tuple(NewFact(fact.type, fact.body) for fact in found)
        copy.append(f"copy:{name}", b"", [Write(name, 0, facts)])
