"""A hazard (事故隐患): its state is a fold of its facts; each decision returns facts or refuses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.vocabulary.fact import Fact
from shared.vocabulary.hazard_facts import (
    Evidence,
    Grade,
    HazardClosed,
    HazardCorrectedOnSpot,
    HazardFoundUnfounded,
    HazardGraded,
    HazardMerged,
    HazardPutUnderOrder,
    HazardRectified,
    HazardReleasedFromOrder,
    HazardReported,
    HazardReportedUp,
    HazardSeparated,
    HazardTransferAcknowledged,
    HazardTransferred,
    HazardVerified,
    HazardViolationFound,
)
from shared.vocabulary.refusals import BadInput, WrongStage


class Stage(StrEnum):
    """Where a hazard stands (domain: reported → verified → graded → … → closed)."""

    NONE = "none"
    REPORTED = "reported"
    VERIFIED = "verified"
    GRADED = "graded"
    CORRECTED_ON_SPOT = "corrected_on_spot"
    UNDER_ORDER = "under_order"
    TRANSFERRED = "transferred"
    UNFOUNDED = "unfounded"
    REPORTED_UP = "reported_up"
    RECTIFIED = "rectified"
    CLOSED = "closed"
    MERGED = "merged"


ZH = {
    Stage.NONE: "不存在",
    Stage.REPORTED: "已登记待核查",
    Stage.VERIFIED: "已核查待定级",
    Stage.GRADED: "已定级待处置",
    Stage.CORRECTED_ON_SPOT: "已当场纠正",
    Stage.UNDER_ORDER: "限期整改中",
    Stage.TRANSFERRED: "已移送",
    Stage.UNFOUNDED: "不属实",
    Stage.REPORTED_UP: "重大隐患已上报",
    Stage.RECTIFIED: "已整改待销号",
    Stage.CLOSED: "已销号",
    Stage.MERGED: "已合并",
}


@dataclass(frozen=True, slots=True)
class Hazard:
    """A hazard as its facts have it; one that was merged away says into which, and at what stage."""

    id: str = ""
    stage: Stage = Stage.NONE
    enterprise: str | None = None
    community: str = ""
    defect: str = ""
    place: str = ""
    grade: Grade | None = None
    legal_item: str = ""
    order: str | None = None
    item: int | None = None
    violation: bool = False
    acknowledged: bool = False
    merged_into: str | None = None
    merged_at: Stage | None = None


def evolve(hazard: Hazard, fact: Fact) -> Hazard:
    """The hazard after one more fact; facts of the clock change nothing."""
    match fact:
        case HazardReported():
            known = (fact.enterprise, fact.community, fact.defect, fact.place)
            return Hazard(fact.hazard, Stage.REPORTED, *known)
        case HazardVerified():
            return replace(hazard, stage=Stage.VERIFIED)
        case HazardFoundUnfounded():
            return replace(hazard, stage=Stage.UNFOUNDED)
        case HazardGraded():
            return replace(hazard, stage=Stage.GRADED, grade=fact.grade, legal_item=fact.legal_item)
        case HazardCorrectedOnSpot():
            return replace(hazard, stage=Stage.CORRECTED_ON_SPOT)
        case HazardTransferred():
            return replace(hazard, stage=Stage.TRANSFERRED)
        case HazardTransferAcknowledged():
            return replace(hazard, acknowledged=True)
        case HazardReportedUp():
            return replace(hazard, stage=Stage.REPORTED_UP)
        case HazardPutUnderOrder():
            return replace(hazard, stage=Stage.UNDER_ORDER, order=fact.order, item=fact.item)
        case HazardReleasedFromOrder():
            return replace(hazard, stage=Stage.GRADED, order=None, item=None)
        case HazardRectified():
            return replace(hazard, stage=Stage.RECTIFIED)
        case HazardViolationFound():
            return replace(hazard, violation=True)
        case HazardClosed():
            return replace(hazard, stage=Stage.CLOSED)
        case HazardMerged():
            return replace(hazard, stage=Stage.MERGED, merged_into=fact.into, merged_at=hazard.stage)
        case HazardSeparated():
            return replace(hazard, stage=Stage(fact.stage), merged_into=None, merged_at=None)
        case _:
            return hazard


def replay(facts: Iterable[Fact]) -> Hazard:
    """The fold of a hazard's facts."""
    hazard = Hazard()
    for fact in facts:
        hazard = evolve(hazard, fact)
    return hazard


def verify(hazard: Hazard, *, record: str, note: str, evidence: tuple[Evidence, ...]) -> HazardVerified:
    """Two officers saw it on the spot (安全生产法 Arts. 67-68)."""
    _needs(hazard, "核查", "安全生产法第67、68条", Stage.REPORTED)
    return HazardVerified(hazard.id, record, note, evidence)


def find_unfounded(hazard: Hazard, *, record: str, reasons: str) -> HazardFoundUnfounded:
    """There is no hazard; only before an order or another agency took it up."""
    _needs(hazard, "认定不属实", "安全生产法第67条", Stage.REPORTED, Stage.VERIFIED)
    _said(reasons, "reasons")
    return HazardFoundUnfounded(hazard.id, record, reasons)


def grade(hazard: Hazard, *, grade: Grade, legal_item: str, criterion: str | None) -> HazardGraded:
    """General, or major with the criterion's article (安全生产法 Art. 118)."""
    _needs(hazard, "定级", "安全生产法第118条", Stage.VERIFIED)
    _said(legal_item, "legal_item")
    if grade is Grade.MAJOR and not (criterion and criterion.strip()):
        raise BadInput(
            "定为重大隐患须写明所符合的判定标准条款",
            "a major grade cites the article of the criterion",
            where="criterion",
            do_zh="请填写判定标准名称和条款号",
            do_en="give the criterion and its article",
        )
    return HazardGraded(hazard.id, grade, legal_item, criterion)


def correct_on_spot(
    hazard: Hazard, *, before: tuple[Evidence, ...], after: tuple[Evidence, ...]
) -> HazardCorrectedOnSpot:
    """Fixed in the officers' presence, with a pair of different photos (安全生产法 Art. 65)."""
    _needs(hazard, "当场纠正", "安全生产法第65条第1款第2项", Stage.GRADED)
    _not_major(hazard, "按当场纠正办结")
    if not before or not after or {e.sha256 for e in before} & {e.sha256 for e in after}:
        raise BadInput(
            "当场纠正须有整改前、整改后两张不同的照片",
            "correction on the spot takes two different photos, before and after",
            where="after",
            do_zh="请补充整改前后照片",
            do_en="add a photo before and one after",
        )
    return HazardCorrectedOnSpot(hazard.id, before, after)


def transfer(hazard: Hazard, *, agency: str, letter: str, reasons: str) -> HazardTransferred:
    """Hand it to the agency whose matter it is (安全生产法 Art. 69)."""
    _needs(hazard, "移送", "安全生产法第69条", Stage.REPORTED, Stage.VERIFIED, Stage.GRADED)
    _said(reasons, "reasons")
    _not_major(hazard, "径行移送")
    return HazardTransferred(hazard.id, agency, letter, reasons)


def acknowledge_transfer(hazard: Hazard, *, receipt: str) -> HazardTransferAcknowledged:
    """The agency signed for it."""
    _needs(hazard, "登记移送签收", "安全生产法第69条", Stage.TRANSFERRED)
    _said(receipt, "receipt")
    return HazardTransferAcknowledged(hazard.id, receipt)


def report_up(hazard: Hazard, *, to: str, receipt: str) -> HazardReportedUp:
    """A major hazard goes to the county bureau at once (安全生产法 Art. 41)."""
    _needs(hazard, "上报", "安全生产法第41条第3款", Stage.GRADED)
    if hazard.grade is not Grade.MAJOR:
        raise WrongStage(
            "一般隐患不走重大隐患上报",
            "a general hazard is not reported up",
            basis="安全生产法第118条",
            do_zh="请下达整改指令或当场纠正",
            do_en="order or correct it",
        )
    return HazardReportedUp(hazard.id, to, receipt)


def put_under_order(hazard: Hazard, *, order: str, item: int) -> HazardPutUnderOrder:
    """Under one live item at most; major hazards take their own path (安全生产法 Art. 65)."""
    _needs(hazard, "列入整改指令", "安全生产法第65条第1款第2项", Stage.GRADED)
    _not_major(hazard, "只下达限期整改指令")
    return HazardPutUnderOrder(hazard.id, order, item)


def find_violation(hazard: Hazard, *, legal_item: str, finding: str) -> HazardViolationFound:
    """An explicit finding; every violation then needs a disposition (行政处罚法 Arts. 54, 76)."""
    if hazard.stage in (Stage.NONE, Stage.REPORTED, Stage.UNFOUNDED, Stage.MERGED):
        raise _wrong(hazard, "认定违法行为", "行政处罚法第54条", "核查属实之后")
    if hazard.violation:
        raise WrongStage(
            "该隐患已认定过违法行为",
            "a violation was already found",
            basis="行政处罚法第29条",
            do_zh="请查看已有案件来源",
            do_en="see the case source there is",
        )
    _said(finding, "finding")
    return HazardViolationFound(hazard.id, legal_item, finding, hazard.enterprise)


def close(hazard: Hazard, *, note: str) -> HazardClosed:
    """Strike it off the register (销号); only after removal was seen."""
    _needs(
        hazard,
        "销号",
        "安全生产事故隐患排查治理暂行规定第23条(未核对)",
        Stage.RECTIFIED,
        Stage.CORRECTED_ON_SPOT,
        Stage.TRANSFERRED,
    )
    if hazard.stage is Stage.TRANSFERRED and not hazard.acknowledged:
        raise WrongStage(
            "移送尚未签收,不能销号",
            "the agency has not signed for it yet",
            basis="安全生产法第69条",
            do_zh="请先登记移送签收",
            do_en="register the acknowledgement first",
        )
    return HazardClosed(hazard.id, note)


def recurs(closed: Hazard, closed_at: datetime, *, at: datetime, window_days: int) -> bool:
    """Whether a hazard found now is a recurrence of a closed one (window P, from the authority profile)."""
    return closed.stage is Stage.CLOSED and at - closed_at <= timedelta(days=window_days)


def _needs(hazard: Hazard, act: str, basis: str, *stages: Stage) -> None:
    if hazard.stage not in stages:
        raise _wrong(hazard, act, basis, "、".join(ZH[s] for s in stages))


def _not_major(hazard: Hazard, act: str) -> None:
    if hazard.grade is Grade.MAJOR:
        raise WrongStage(
            f"重大隐患须先上报,不能{act}",
            "a major hazard is reported up before anything else",
            basis="安全生产法第41条第3款",
            do_zh="请先上报重大隐患",
            do_en="report it upward",
        )


def _wrong(hazard: Hazard, act: str, basis: str, needs: str) -> WrongStage:
    return WrongStage(
        f"隐患现为“{ZH[hazard.stage]}”,不能{act};需要:{needs}",
        f"the hazard is {hazard.stage}, which does not allow this",
        basis=basis,
        where="stage",
        do_zh="请先办理前一步",
        do_en="do the earlier step first",
    )


def _said(text: str, where: str) -> None:
    if not text.strip():
        raise BadInput(
            "此项须填写",
            "this must not be empty",
            where=where,
            do_zh="请填写",
            do_en="fill it in",
        )
