"""Violations of the campaign: waived, fined, or still under investigation on the last day."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import date, datetime, time, timedelta

from bihuan.town.acts import DEPUTY, HEAD, STAFF, Act, Course, Diary, Done
from bihuan.town.plan import PAIRS, After, Visit
from bihuan.town.registry import MAYOR
from services.enforcement import asks
from services.rectification.asks import FindViolation
from shared.vocabulary.case_facts import PartyKind, PenaltyOutcome, Tier
from shared.vocabulary.order_facts import ServiceMode
from shared.vocabulary.source_facts import Outcome

REVIEWER = "p-003"
PUNISHABLE = ("AQ97", "AQ99", "AQ101", "AQ102", "AQ105")
"""Articles under which an entity may be fined together with the first order."""


def waived(visit: Visit, hazard: str, diary: Diary) -> Course:
    """A slight violation, corrected at once, without harm: not punished, with the reasons on record (Art. 33)."""
    officer, _second = PAIRS[visit.pair]
    item = next(found.defect.legal_item for found in visit.found if found.days is None)
    finding = FindViolation(legal_item=item, finding="现场检查发现,已当场改正")
    done = yield Act(visit.at + timedelta(minutes=80), "find_violation", (officer,), finding, hazard)
    source, basis = done.sources[0], "行政处罚法第33条第1款"
    day = diary.after(visit.at.date(), 1)
    reasons = "违法行为轻微并当场改正,没有造成危害后果"
    proposal = asks.Proposal(outcome=Outcome.WAIVED, reasons=reasons, basis=basis)
    yield Act(
        diary.at(day, time(9, 30), visit.number % 30), "propose_disposition", (officer,), proposal, source
    )
    decision = asks.Disposition(outcome=Outcome.WAIVED, reasons=f"同意:{reasons},予以教育", basis=basis)
    yield Act(diary.at(day, time(16, 0), visit.number % 30), "dispose_source", (DEPUTY,), decision, source)
    return []


def fined(visit: Visit, hazards: Sequence[str], diary: Diary) -> Course:
    """A violation found on the visit: punished on the spot, or in the ordinary procedure to the end of the case."""
    pair = PAIRS[visit.pair]
    n, item = next(
        (n, one.defect.legal_item)
        for n, one in enumerate(visit.ordered)
        if one.defect.legal_item.partition("(")[0] in PUNISHABLE
    )
    finding = FindViolation(legal_item=item, finding=visit.ordered[n].defect.defect)
    at = visit.at + timedelta(minutes=75)
    done = yield Act(at, "find_violation", pair[:1], finding, hazards[n])
    source, party = done.sources[0], visit.enterprise.enterprise
    penalty = asks.ProposedPenalty(
        party=asks.ProposedParty(id=party, kind=PartyKind.ENTITY), item=item, fine=visit.fine,
        tier=Tier.FIRST, cell="一处,尚未造成后果", factors=("初次发现", "积极配合"),
    )  # fmt: skip
    if visit.after is After.FINED_ON_SPOT:
        ask = asks.PenaliseOnSpot(penalty=penalty, receipt="当场送达", reasons="事实确凿,有法定依据")
        yield Act(at + timedelta(minutes=20), "penalise_on_spot", pair, ask, source)
        recorded = diary.at(diary.after(at.date(), 1), time(9, 0))
        yield Act(recorded, "record_on_spot", (HEAD,), asks.RecordOnSpot(party=party), source)
        served = at.date()
    else:
        filed = yield from _filed(visit, source, at.date(), diary)
        served = yield from _decided(visit, source, penalty, filed, diary)
    yield from _paid(visit, source, served, diary)
    return []


def under_way(visit: Visit, source: str, failed: date, diary: Diary) -> Course:
    """A failed re-inspection, filed and investigated; what was failed is put right meanwhile."""
    filed = yield from _filed(visit, source, failed, diary)
    yield _evidence(visit, source, diary.at(diary.after(filed, 2), time(10, 0)))
    return []


def _filed(visit: Visit, source: str, since: date, diary: Diary) -> Generator[Act, Done, date]:
    officer = PAIRS[visit.pair][0]
    day = diary.after(since, 1)
    proposal = asks.Proposal(outcome=Outcome.FILED, reasons="违法事实清楚", basis="行政处罚法第54条第2款")
    yield Act(diary.at(day, time(9, 40)), "propose_disposition", (officer,), proposal, source)
    decision = asks.Disposition(outcome=Outcome.FILED, reasons="同意立案", basis="行政处罚法第54条第2款")
    yield Act(diary.at(day, time(16, 40)), "dispose_source", (DEPUTY,), decision, source)
    return day


def _evidence(visit: Visit, case: str, at: datetime) -> Act:
    ask = asks.TakeEvidence(record=f"询问笔录-{visit.number}", kind="询问", summary="负责人对违法事实无异议")
    return Act(at, "take_evidence", PAIRS[visit.pair], ask, case)


def _decided(
    visit: Visit, case: str, penalty: asks.ProposedPenalty, filed: date, diary: Diary
) -> Generator[Act, Done, date]:
    """From the evidence to the decision served; the day of service."""
    pair, party = PAIRS[visit.pair], penalty.party.id
    yield _evidence(visit, case, diary.at(diary.after(filed, 2), time(10, 0)))
    proposal = asks.ProposePenalty(report="违法事实成立,证据充分", penalties=(penalty,))
    yield Act(diary.at(diary.after(filed, 5), time(9, 20)), "propose_penalty", pair, proposal, case)
    review = asks.ReviewCase(passed=True, opinion="事实清楚,裁量适当")
    yield Act(diary.at(diary.after(filed, 6), time(9, 20)), "review_case", (REVIEWER,), review, case)
    told = diary.after(filed, 7)
    notice = asks.ServePaper(how=ServiceMode.DIRECT, receipt=f"告知回执-{visit.number}")
    yield Act(diary.at(told, time(9, 20)), "serve_notice", pair, notice, case)
    decided = diary.after(told, 7)  # two days more than the party has to state its case
    decision = asks.DecideCase(party=party, outcome=PenaltyOutcome.PENALTY, reasons="同意处罚")
    yield Act(diary.at(decided, time(10, 0)), "decide_case", (MAYOR,), decision, case)
    served = diary.after(decided, 1)
    paper = asks.ServeDecision(party=party, how=ServiceMode.DIRECT, receipt=f"决定回执-{visit.number}")
    yield Act(diary.at(served, time(9, 20)), "serve_decision", pair, paper, case)
    return served


def _paid(visit: Visit, case: str, served: date, diary: Diary) -> Generator[Act, Done, None]:
    party = visit.enterprise.enterprise
    published = asks.PublishDecision(party=party, where="县政府网站行政处罚公示栏")
    yield Act(diary.at(diary.after(served, 2), time(9, 50)), "publish_decision", (HEAD,), published, case)
    paid = diary.after(served, 5)
    payment = asks.RecordPayment(party=party, amount=visit.fine, receipt=f"银行回单-{visit.number}")
    yield Act(diary.at(paid, time(15, 0)), "record_payment", STAFF[:1], payment, case)
    closing = diary.at(diary.after(paid, 1), time(9, 0))
    yield Act(closing, "close_case", (DEPUTY,), asks.CloseCase(ground="已履行"), case)
