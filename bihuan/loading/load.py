"""Loading visits: the whole file is checked and rehearsed, then its acts are recorded one command each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

from bihuan.loading.catalogue import Catalogue
from bihuan.loading.checks import Checker
from bihuan.loading.identity import body_hash, made_by
from bihuan.loading.photos import Photos, find_photos, named
from bihuan.loading.plan import DEEDS, Act, Plan, clock_after, make_plan
from bihuan.loading.problems import Place, Problem, Words, ordered
from bihuan.loading.registry_once import RegistryOnceDesk
from bihuan.loading.rehearsal import rehearse
from bihuan.loading.roster import Roster, read_roster
from bihuan.loading.visit_row import VisitRow
from bihuan.loading.visits_file import Visit, VisitsFile, read_visits
from shared.law.periods import SHANGHAI
from shared.ledger.sealed import Sealed
from shared.runtime.desk import Desk
from shared.vocabulary.hazard_facts import Grade
from shared.vocabulary.refusals import StaleVersion

Told = Callable[[int, int], None]
"""Told how many acts are recorded, of how many."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file ready to be loaded, or everything wrong with it; `done`: the commands recorded already."""

    file: VisitsFile
    plan: Plan
    photos: Photos
    problems: tuple[Problem, ...]
    done: frozenset[str] = frozenset()

    @property
    def counts(self) -> dict[str, int]:
        """What the file holds, for people and for programs."""
        return counts([visit.row for visit in self.file.visits])


def prepare(path: Path, desk: Desk, catalogue: Catalogue, *, advance: bool = False) -> Prepared:
    """Check a whole file against the ledger and write nothing; `advance`: the clock may be moved on to fit it."""
    file = read_visits(path)
    nothing = Plan(desk.ledger.name, file.sha256)
    if file.problems:
        return Prepared(file, nothing, Photos(file.folder), file.problems)
    roster = read_roster(desk.ledger)
    now = desk.clock.now()
    if advance:
        now = max(now, _last(file.visits))
    problems = Checker(roster, catalogue, desk.law, file.sha256, now).check(file.visits)
    problems += _nobody_to_hand_on(file.visits, roster)
    photos, missing = find_photos(file.folder, file.visits)
    problems += missing
    if problems:
        return Prepared(file, nothing, photos, ordered(problems))
    plan = make_plan(desk.ledger.name, file.sha256, file.visits, roster, catalogue, photos)
    if advance and plan.acts:
        now = max(now, clock_after(plan))
    done = frozenset(plan.command(act) for act in plan.acts if _answered(desk, plan, act))
    if len(done) < len(plan.acts):
        problems = rehearse(plan, desk.ledger, desk.law, now)
    return Prepared(file, plan, photos, ordered(problems), done)


def carry_out(prepared: Prepared, desk: Desk, sealed: Sealed, told: Told) -> int:
    """Record every act once, in order; answers how many were new. May be killed and run again."""
    if prepared.problems:
        raise ValueError("a file with problems is not loaded")
    plan, photos = prepared.plan, prepared.photos
    own = RegistryOnceDesk(desk.ledger, desk.law, desk.clock)
    for n, act in enumerate(plan.acts, start=1):
        if plan.command(act) not in prepared.done:
            # Sealed before the append: a sealed photo without a fact harms nobody.
            for path, subject in _photos_of(plan, act):
                sealed.put_file(subject, photos.found[path].sha256, photos.content(path))
            try:
                DEEDS[act.deed].do(own, plan.call(act), act.thing, act.ask)
            except StaleVersion:
                own = RegistryOnceDesk(desk.ledger, desk.law, desk.clock)
                DEEDS[act.deed].do(own, plan.call(act), act.thing, act.ask)
        told(n, len(plan.acts))
    return len(plan.acts) - len(prepared.done)


def counts(visits: list[VisitRow]) -> dict[str, int]:
    """Visits, hazards by what was done about them, and how the items of orders went."""
    found = Counter[str](visits=len(visits))
    for visit in visits:
        found["hazards"] += len(visit.items)
        for item in visit.items:
            found["reported_up"] += item.grade is Grade.MAJOR
            found[item.measure] += item.grade is not Grade.MAJOR
        found["orders"] += bool(visit.under_order)
        found["served"] += bool(visit.under_order and visit.served)
        found["completed"] += len({report.item for report in visit.completion or ()})
        results = [
            r for again in sorted(visit.reinspections or (), key=lambda r: r.at) for r in again.results
        ]
        last = {result.item: result.passed for result in results}
        found["passed"] += sum(last.values())
        found["failed"] += sum(not result.passed for result in results)
        found["not_yet_reinspected"] += len(visit.under_order.keys() - last.keys())
    names = {"order": "under_order", "on_spot": "corrected_on_spot", "transfer": "transferred"}
    keys = "visits hazards on_spot transfer reported_up order orders served completed passed failed not_yet_reinspected"
    return {names.get(key, key): found[key] for key in keys.split()}


def _answered(desk: Desk, plan: Plan, act: Act) -> bool:
    command = plan.command(act)
    return desk.ledger.answer(command, body_hash(plan.sha256, command)) is not None


def _photos_of(plan: Plan, act: Act) -> list[tuple[str, str]]:
    """The photos that an act refers to, each with the subject under whose key it is sealed."""
    row = act.visit.row
    subject = f"visit:{made_by(plan.ledger, plan.sha256, row.visit, 'visit')}"
    if act.deed == "make_visit":
        return [(path, subject) for path, at in named(act.visit) if at[0] == "items"]
    if act.deed == "reinspect":
        return [(path, subject) for path, at in named(act.visit) if at[:2] == act.path[:2]]
    return []


def _nobody_to_hand_on(visits: tuple[Visit, ...], roster: Roster) -> list[Problem]:
    handed = any(
        item.measure == "transfer" or item.grade is Grade.MAJOR for v in visits for item in v.row.items
    )
    if not handed or roster.head is not None:
        return []
    words = Words(
        "没有登记应急办主任，不能移送或上报", "no office head is registered to transfer or report up",
        "请先登记岗位为office_head的人员", "register a person with the role office_head",
    )  # fmt: skip
    return [Problem(Place(), words)]


def _last(visits: tuple[Visit, ...]) -> datetime:
    """A moment after everything in a file, which is only an upper bound: the end of its last day."""

    days = [visit.row.date for visit in visits]
    for visit in visits:
        row = visit.row
        days += [row.served.at.date()] if row.served else []
        days += [report.reported for report in row.completion or ()]
        days += [d for again in row.reinspections or () for d in (again.date, again.opinion_date) if d]
        days += [d for d in (row.extension.requested, row.extension.on) if d] if row.extension else []
    return datetime.combine(max(days), time(23, 59, 59), SHANGHAI)
