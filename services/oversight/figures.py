"""The figures of the monthly report: what each counts, in words and as a fold of the facts of one thing.

No figure compares officers, offices or months by fines, and none sets a target for them (行政处罚法第74条第3款).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from shared.law.penalties import yuan
from shared.law.periods import SHANGHAI
from shared.vocabulary.case_facts import CaseConcluded, CaseFiled, DecisionMade, PartyKind, PenaltyOutcome
from shared.vocabulary.fact import Fact, Recorded
from shared.vocabulary.hand_over_facts import CaseHandOverAcknowledged, HandOverAcknowledged
from shared.vocabulary.hazard_facts import (
    HazardCorrectedOnSpot,
    HazardFoundUnfounded,
    HazardMerged,
    HazardRectified,
    HazardReportedUp,
    HazardSeparated,
    HazardTransferred,
    HazardVerified,
)
from shared.vocabulary.identities import stream_of
from shared.vocabulary.obligation_facts import LapseWithdrawn, ObligationLapsed
from shared.vocabulary.order_facts import OrderIssued, OrderReinspected, OrderWithdrawn, VisitMade
from shared.vocabulary.source_facts import Outcome, SourceDisposed, SourceOpened


class Counted(StrEnum):
    """How the amounts of a figure's facts are put together."""

    SUM = "sum"
    """Those of the period."""
    THINGS = "things"
    """Of the period, each subject once."""
    STANDING = "standing"
    """All up to the end of the period: what is still there on that day."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report; `means` and `means_en` say exactly what is counted. Money is in fen."""

    id: str
    zh: str
    en: str
    counted: Counted
    means: str
    means_en: str
    money: bool = False

    def written(self, value: int, *, zh: bool = True) -> str:
        """A value as people read it."""
        if not self.money:
            return str(value)
        return f"{yuan(value)}元" if zh else f"{yuan(value)} yuan"


FIGURES: dict[str, Figure] = {
    figure.id: figure
    for figure in (
        Figure("visits", "检查企业(家次)", "visits", Counted.SUM,
               "现场检查记录数",
               "records of inspections on site"),
        Figure("orders", "下达责令限期整改指令书(份)", "orders issued", Counted.SUM,
               "已编号下达的指令书,含以后撤回的",
               "orders numbered and issued, also those withdrawn later"),
        Figure("found", "查出问题隐患(条)", "hazards found", Counted.SUM,
               "核查属实的隐患,减去其后认定不属实的和并入其他隐患的",
               "hazards verified, less those found unfounded or merged into others later"),
        Figure("rectified", "已整改(条)", "hazards rectified", Counted.SUM,
               "当场纠正的和复查合格的隐患",
               "hazards corrected on the spot or passed on re-inspection"),
        Figure("transferred", "移送其他部门(条)", "hazards transferred", Counted.SUM,
               "核查属实后移送的隐患",
               "hazards handed to other departments once verified"),
        Figure("reported_up", "上报重大隐患(条)", "major hazards reported up", Counted.SUM,
               "已上报的重大隐患",
               "major hazards that were reported up"),
        Figure("open", "尚未整改(条)", "hazards still open", Counted.STANDING,
               "期末仍在的隐患:核查属实,未整改、未移送、未认定不属实、未并入其他隐患",
               "hazards still there when the period ends: verified, and not rectified, transferred, found unfounded or merged"),
        Figure("overdue", "其中超过整改期限(条)", "of these past their term", Counted.STANDING,
               "期末仍在、整改期限已届满的隐患",
               "hazards still there when the period ends whose term of rectification is over"),
        Figure("sources", "发现违法行为(件)", "violations found", Counted.SUM,
               "案件来源数:认定违法行为和复查不合格",
               "case sources: a violation found, or a re-inspection failed"),
        Figure("waived", "不予立案处罚(件)", "not pursued", Counted.SUM,
               "处置为不予立案的案件来源",
               "case sources on which no case was filed"),
        Figure("undisposed", "案件来源待处置(件)", "violations not yet disposed of", Counted.STANDING,
               "期末尚未处置的案件来源,含已签收的移交案件",
               "case sources not disposed of when the period ends, with the cases taken over from other offices"),
        Figure("penalised", "已处罚企业(家)", "enterprises penalised", Counted.THINGS,
               "作出处罚决定的单位,同一单位计一次",
               "entities with a penalty decision, each counted once"),
        Figure("fines", "罚款金额", "fines decided", Counted.SUM,
               "处罚决定书所载罚款之和,不含加处罚款",
               "the fines written in the decisions, without surcharges", money=True),
        Figure("under_way", "立案正在办理(件)", "cases under way", Counted.STANDING,
               "期末已立案、尚未对全部当事人作出决定、也未由其他机关签收的案件",
               "cases filed when the period ends, not decided for every party and not taken over by another office"),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact that counts: for which figure, on which day (Shanghai), about what, how much."""

    figure: str
    day: date
    position: int
    subject: str
    amount: int


@dataclass(slots=True)
class _Known:
    """What of a thing's earlier facts decides how a later one counts."""

    verified: bool = False
    hazards: dict[int, str] = field(default_factory=dict)
    late: set[int] = field(default_factory=set)


def entries(history: Sequence[Recorded], after: int) -> Iterator[Entry]:
    """What the facts beyond a version of one thing's history count for."""
    known = _Known()
    for record in history:
        day = record.effective.astimezone(SHANGHAI).date()
        for figure, subject, amount in [*_counts(record, known), *_lateness(record.fact, known)]:
            if record.version > after:
                yield Entry(figure, day, record.position, subject, amount)


def _counts(record: Recorded, known: _Known) -> Iterator[tuple[str, str, int]]:
    fact, stream = record.fact, record.stream
    match fact:
        case VisitMade():
            yield "visits", stream, 1
        case OrderIssued():
            yield "orders", stream, 1
        case HazardVerified():
            known.verified = True
            yield "found", stream, 1
            yield "open", stream, 1
        case HazardRectified() | HazardCorrectedOnSpot():
            yield "rectified", stream, 1
            yield "open", stream, -1
        case HazardFoundUnfounded() if known.verified:
            yield "found", stream, -1
            yield "open", stream, -1
        case HazardTransferred() if known.verified:
            yield "transferred", stream, 1
            yield "open", stream, -1
        case HazardMerged() if known.verified:
            yield "found", stream, -1
            yield "open", stream, -1
        case HazardSeparated() if known.verified:
            yield "found", stream, 1
            yield "open", stream, 1
        case HazardReportedUp():
            yield "reported_up", stream, 1
        case SourceOpened():
            yield "sources", stream, 1
            yield "undisposed", stream, 1
        case HandOverAcknowledged():
            yield "undisposed", stream, 1
        case SourceDisposed():
            yield "undisposed", stream, -1
            if fact.outcome is Outcome.WAIVED:
                yield "waived", stream, 1
        case CaseFiled():
            yield "under_way", stream, 1
        case CaseConcluded() | CaseHandOverAcknowledged():
            yield "under_way", stream, -1
        case DecisionMade() if fact.outcome is PenaltyOutcome.PENALTY:
            if fact.kind is PartyKind.ENTITY:
                yield "penalised", stream_of("enterprise", fact.party), 1
            if fact.penalty is not None:
                yield "fines", f"{stream}:{fact.party}", fact.penalty.fine
        case _:
            pass


def _lateness(fact: Fact, known: _Known) -> Iterator[tuple[str, str, int]]:
    """Items of an order past their term (T07) until they pass a re-inspection or the lapse is taken back."""
    gone: Iterable[int] = ()
    match fact:
        case OrderIssued():
            known.hazards = {item.number: stream_of("hazard", item.hazard) for item in fact.items}
        case ObligationLapsed(row="T07"):
            known.late.add(_item(fact.obligation))
            yield "overdue", known.hazards[_item(fact.obligation)], 1
        case LapseWithdrawn(row="T07"):
            gone = [_item(fact.obligation)]
        case OrderReinspected():
            gone = [result.item for result in fact.results if result.passed]
        case OrderWithdrawn():
            gone = list(known.late)
        case _:
            pass
    for item in gone:
        if item in known.late:
            known.late.remove(item)
            yield "overdue", known.hazards[item], -1


def _item(obligation: str) -> int:
    """The number in `T07/3#1`."""
    return int(obligation.partition("/")[2].partition("#")[0])
