"""What officers did: a visit, its order, re-inspection and striking-off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta

from bihuan.town.acts import HEAD, STAFF, Act, Course, Diary
from bihuan.town.cases import fined, under_way, waived
from bihuan.town.pictures import Picture, draw
from bihuan.town.plan import PAIRS, After, Found, Visit
from services.rectification import asks
from shared.vocabulary.order_facts import ItemResult, ServiceMode

REINSPECTED = time(15, 20)


def visited(visit: Visit, diary: Diary) -> Course:
    """The visit itself; then its order, the striking-off of what was corrected, and a violation if one was found."""
    pair = PAIRS[visit.pair]
    items: list[asks.VisitItem] = []
    pictures: list[Picture] = []
    for n, found in enumerate(visit.found, start=1):
        item, shown = _item(visit, n, found)
        items.append(item)
        pictures += shown
    whom = visit.enterprise
    ask = asks.MakeVisit(enterprise=whom.enterprise, community=whom.community, items=tuple(items))
    done = yield Act(visit.at, "make_visit", pair, ask, pictures=tuple(pictures))
    hazards = done.things("hazard")
    corrected = [h for h, one in zip(hazards, visit.found, strict=True) if one.days is None]
    ordered = [h for h, one in zip(hazards, visit.found, strict=True) if one.days is not None]
    follows: list[Course] = [struck_off(visit.number, corrected, visit.at.date(), diary)]
    if ordered:
        follows.append(under_order(visit, done.things("order")[0], ordered, diary))
    if visit.after is After.WAIVED:
        follows.append(waived(visit, corrected[0], diary))
    if visit.after in (After.FINED, After.FINED_ON_SPOT):
        follows.append(fined(visit, ordered, diary))
    return follows


def _item(visit: Visit, n: int, found: Found) -> tuple[asks.VisitItem, tuple[Picture, ...]]:
    what, days = found.defect, found.days
    before, after = (() if days else (draw(s, visit.number, n, s),) for s in ("整改前", "整改后"))
    item = asks.VisitItem(
        defect=what.defect, place=found.place, legal_item=what.legal_item, remedy=what.remedy if days else "",
        measure="order" if days else "on_spot", days=days,
        evidence=tuple(one.evidence for one in before), after=tuple(one.evidence for one in after),
    )  # fmt: skip
    return item, before + after


def struck_off(number: int, hazards: Sequence[str], since: date, diary: Diary) -> Course:
    """The head strikes off on the next working day what officers saw removed, if the campaign still lasts."""
    day = diary.after(since, 1)
    if day <= diary.last:
        for n, hazard in enumerate(hazards):
            at = diary.at(day, time(8, 30), number % 40) + timedelta(seconds=n)
            yield Act(at, "close_hazard", (HEAD,), asks.CloseHazard(note="经核实已消除"), hazard)
    return []


def under_order(visit: Visit, order: str, hazards: Sequence[str], diary: Diary) -> Course:
    """Served at once; unless it still runs, the party reports all items done within the shortest of their terms."""
    pair, day = PAIRS[visit.pair], visit.at.date()
    served = asks.ServeOrder(how=ServiceMode.DIRECT, receipt=f"送达回执-{visit.number}")
    yield Act(visit.at + timedelta(minutes=70), "serve_order", pair, served, order)
    if visit.running:
        return []
    shortest = min(found.days or 0 for found in visit.ordered)
    reported = diary.calendar.next_working(day + timedelta(days=2 + visit.number % (shortest - 2)))
    reported = min(reported, diary.after(diary.last, -3))
    fails = visit.after is After.UNDER_WAY
    return [reinspected(visit, order, dict(enumerate(hazards, start=1)), reported, diary, fails=fails)]


def reinspected(
    visit: Visit, order: str, hazards: Mapping[int, str], reported: date, diary: Diary, *, fails: bool
) -> Course:
    """Another pair looks at the items reported done; one that fails opens a case, and is reported again."""
    others, items = PAIRS[(visit.pair + 1) % len(PAIRS)], tuple(hazards)
    done = asks.ReportCompletion(items=items, measures="已按要求整改完毕")
    staff = STAFF[visit.number % len(STAFF)]
    yield Act(diary.at(reported, time(10, 0), visit.number % 50), "report_completion", (staff,), done, order)
    day = diary.after(reported, 1 + visit.number % 2)
    at = diary.at(day, REINSPECTED, visit.number % 16 * 6)
    results = tuple(ItemResult(item, not (fails and item == items[0]), "现场核实") for item in items)
    seen = yield Act(at, "reinspect", others, asks.Reinspect(results=results), order)
    yield Act(at + timedelta(minutes=25), "issue_opinion", others, asks.IssueOpinion(), order)
    passed = [hazards[result.item] for result in results if result.passed]
    follows = [struck_off(visit.number, passed, day, diary)]
    if fails:
        left = {items[0]: hazards[items[0]]}
        again = diary.after(day, 3)
        follows.append(under_way(visit, seen.sources[0], day, diary))
        follows.append(reinspected(visit, order, left, again, diary, fails=False))
    return follows
