"""Visits into dated acts: what each officer did when, as the commands that record it.

An act of which only the day is known takes effect as early on that day as the rest of the visit allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Literal

from bihuan.loading.catalogue import Catalogue
from bihuan.loading.identity import MAKE_VISIT, body_hash, command_id, made_by
from bihuan.loading.photos import Photos
from bihuan.loading.problems import Path
from bihuan.loading.roster import Roster
from bihuan.loading.visit_row import CompletionRow, ItemRow, ReinspectionRow, VisitRow
from bihuan.loading.visits_file import Visit
from services.rectification import asks
from services.rectification.acts import ACTS
from shared.law.periods import SHANGHAI
from shared.runtime.asks import Ask
from shared.runtime.deeds import Deed
from shared.runtime.desk import Call
from shared.vocabulary.hazard_facts import Grade
from shared.vocabulary.order_facts import ItemResult

REASON = "imported"
DEEDS: Mapping[str, Deed] = MappingProxyType({deed.name: deed for deed in ACTS})
DAY_STARTS = time(8, 0)
LONGEST_TEXT = 1980  # of 2000, as the item numbers in an order may be longer than those counted from 1
_RANKS = (
    "make_visit", "report_up", "transfer_hazard", "serve_order", "request_extension", "answer_extension",
    "report_completion", "reinspect", "issue_opinion",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Act:
    """One act: which deed, of which visit, when, by whom, on what, asking what; `path`: where the file says so."""

    visit: Visit
    key: str
    deed: str
    at: datetime
    person: str
    second: str | None
    thing: str | None
    ask: Ask
    path: Path


@dataclass(frozen=True, slots=True)
class Plan:
    """All acts of a file for one ledger, in the order of their moments."""

    ledger: str
    sha256: str
    acts: tuple[Act, ...] = ()
    visits: tuple[Visit, ...] = ()

    def command(self, act: Act) -> str:
        """The id of the command that records an act."""
        return command_id(self.sha256, act.visit.row.visit, act.key)

    def call(self, act: Act) -> Call:
        """The request that records an act."""
        command = self.command(act)
        return Call(
            command, body_hash(self.sha256, command), act.person, f"import:{self.sha256[:16]}", act.second,
            effective=act.at, reason=REASON, imported=True,
        )  # fmt: skip


def clock_after(plan: Plan) -> datetime:
    """The morning (08:00) of the day after the last event of a plan, when a demonstration's clock may start."""
    last = max(act.at for act in plan.acts).astimezone(SHANGHAI).date()
    return datetime.combine(last + timedelta(days=1), DAY_STARTS, SHANGHAI)


def make_plan(
    ledger: str, sha256: str, visits: tuple[Visit, ...], roster: Roster, catalogue: Catalogue, photos: Photos
) -> Plan:
    """The acts of checked visits in the order of their moments, so that papers are numbered by date."""
    acts = [
        act
        for visit in sorted(visits, key=lambda v: (v.row.at, v.row.visit))
        for act in _Planner(ledger, sha256, visit, roster, catalogue, photos).acts()
    ]
    acts.sort(key=lambda act: (act.at, act.visit.row.at, act.visit.row.visit, _RANKS.index(act.deed)))
    return Plan(ledger, sha256, tuple(acts), visits)


@dataclass(frozen=True, slots=True)
class _Planner:
    """One visit on its way to acts."""

    ledger: str
    sha256: str
    visit: Visit
    roster: Roster
    catalogue: Catalogue
    photos: Photos
    order: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "order", made_by(self.ledger, self.sha256, self.row.visit, "order"))

    @property
    def row(self) -> VisitRow:
        return self.visit.row

    def acts(self) -> Iterator[Act]:
        """Every act of the visit."""
        row = self.row
        first, second = row.officers
        yield self._act("make_visit", MAKE_VISIT, row.at, first, second, None, self._visit(), ())
        for i, item in enumerate(row.items):
            yield from self._handed_on(i, item)
        if row.served is None or not row.under_order:
            return
        served = asks.ServeOrder(how=row.served.how, receipt=row.served.receipt)
        yield self._act("serve_order", "serve", row.served.at, first, second, self.order, served, ("served",))
        yield from self._extension(row.served.at)
        yield from self._completions(row.served.at)
        for i, again in enumerate(row.reinspections or ()):
            yield from self._round(i, again)

    def _act(
        self, deed: str, key: str, at: datetime, person: str, second: str | None, thing: str | None, ask: Ask,
        path: Path,
    ) -> Act:  # fmt: skip
        return Act(self.visit, key, deed, at, person, second, thing, ask, path)

    def _visit(self) -> asks.MakeVisit:
        row = self.row
        items = tuple(self._item(item) for item in row.items)
        return asks.MakeVisit(
            enterprise=row.enterprise.id, community=row.community, items=items, experts=tuple(row.experts)
        )

    def _item(self, item: ItemRow) -> asks.VisitItem:
        measure: Literal["order", "on_spot", "none"] = "none"
        if item.measure == "on_spot":
            measure = "on_spot"
        elif item.measure == "order" and item.grade is Grade.GENERAL:
            measure = "order"
        ordered = measure == "order"
        return asks.VisitItem(
            defect=item.defect, place=item.place, legal_item=item.legal_item, measure=measure, grade=item.grade,
            criterion=item.criterion, evidence=self.photos.evidence(item.photo, "整改前"),
            after=self.photos.evidence(item.photo_after, "整改后"),
            days=item.term_days if ordered else None, until=item.deadline if ordered else None,
            remedy=self.catalogue.remedies.get(item.catalogue or "", ""),
        )  # fmt: skip

    def _handed_on(self, i: int, item: ItemRow) -> Iterator[Act]:
        """By the head on the day of the visit: a transfer to its agency, a major hazard to the office above."""
        hazard = made_by(self.ledger, self.sha256, self.row.visit, "hazard", str(i + 1))
        head, path = self.roster.head or "", ("items", i, "measure")
        if item.measure == "transfer":
            target = self.catalogue.targets[item.transfer_to or ""]
            ask = asks.TransferHazard(agency=target.office, reasons=f"属于{target.name}职责范围")
            yield self._act(
                "transfer_hazard", f"transfer-{item.no}", self.row.at, head, None, hazard, ask, path
            )
        elif item.grade is Grade.MAJOR:
            office = self.roster.people[self.row.officers[0]].office
            upper = self.roster.offices[office].upper if office in self.roster.offices else None
            up = asks.ReportUp(to=upper or office)
            yield self._act("report_up", f"report-up-{item.no}", self.row.at, head, None, hazard, up, path)

    def _extension(self, served: datetime) -> Iterator[Act]:
        asked = self.row.extension
        if asked is None:
            return
        numbers = self._numbers(asked.items)
        at = max(_midnight(asked.requested), served)
        ask = asks.RequestExtension(items=numbers, until=asked.until, grounds=asked.reason)
        person, path = self.row.officers[0], ("extension", "requested")
        yield self._act("request_extension", "request-extension", at, person, None, self.order, ask, path)
        if asked.granted is None or asked.by is None or asked.on is None:
            return
        answer = asks.AnswerExtension(
            items=numbers, granted=asked.granted,
            reasons=f"原始记录：{'同意' if asked.granted else '不同意'}延期至{asked.until}",
        )  # fmt: skip
        at, path = max(_midnight(asked.on), at), ("extension", "on")
        yield self._act("answer_extension", "answer-extension", at, asked.by, None, self.order, answer, path)

    def _completions(self, served: datetime) -> Iterator[Act]:
        """One report a day for all items reported done on it; one for each item when that would be too long."""
        reports = self.row.completion or []
        for day in sorted({report.reported for report in reports}):
            same = sorted((r for r in reports if r.reported == day), key=lambda r: r.item)
            if len(_measures([*enumerate(same, start=1)])) <= LONGEST_TEXT:
                yield self._report(served, day, same, f"complete-{day}")
            else:
                for report in same:
                    yield self._report(served, day, [report], f"complete-{day}-{report.item}")

    def _report(self, served: datetime, day: date, same: list[CompletionRow], key: str) -> Act:
        numbers = self._numbers(report.item for report in same)
        at = max(_midnight(day), served)
        ask = asks.ReportCompletion(items=numbers, measures=_measures([*zip(numbers, same, strict=True)]))
        path = ("completion", (self.row.completion or []).index(same[0]), "reported")
        return self._act("report_completion", key, at, self.row.officers[0], None, self.order, ask, path)

    def _round(self, i: int, again: ReinspectionRow) -> Iterator[Act]:
        results = tuple(
            ItemResult(
                self.row.under_order[r.item], r.passed, r.note or "", self.photos.evidence(r.photo, "复查")
            )
            for r in sorted(again.results, key=lambda result: result.item)
        )
        (first, second), key = again.officers, f"{again.at:%Y-%m-%dT%H%M}"
        path, asked = ("reinspections", i, "date"), asks.Reinspect(results=results)
        yield self._act("reinspect", f"reinspect-{key}", again.at, first, second, self.order, asked, path)
        at = max(_midnight(again.opinion_date or again.date), again.at)
        path, opinion = ("reinspections", i, "opinion_date"), asks.IssueOpinion()
        yield self._act("issue_opinion", f"opinion-{key}", at, first, second, self.order, opinion, path)

    def _numbers(self, items: Iterable[int]) -> tuple[int, ...]:
        """The numbers in the order of items of the visit."""
        return tuple(self.row.under_order[item] for item in items)


def _measures(reports: list[tuple[int, CompletionRow]]) -> str:
    """What was done, by item when there are several."""
    if len(reports) == 1:
        return reports[0][1].measures
    return "\n".join(
        f"第{number}项：{report.measures}" for number, report in reports if report.measures.strip()
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
