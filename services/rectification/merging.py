"""Merging hazards that are the same, and keeping apart those that only look so. People decide; each decision is a fact."""

from __future__ import annotations

from services.rectification.hazard import ZH, Hazard, Stage
from shared.law.likeness import Obstacle, Traits, obstacle
from shared.vocabulary.fact import Fact
from shared.vocabulary.hazard_facts import HazardAbsorbed, HazardKeptApart, HazardMerged, HazardSeparated
from shared.vocabulary.refusals import BadInput, Refusal, WrongStage

BASIS = "内部管理要求(重复线索合并办理);安全生产法第73条"

_NOT_MEANT: dict[Obstacle, tuple[str, str]] = {
    Obstacle.ITSELF: ("不能与自身合并", "a hazard is not merged into itself"),
    Obstacle.OTHER_ENTERPRISE: ("两条隐患属于不同单位", "the two hazards are of different enterprises"),
    Obstacle.OTHER_LEGAL_ITEM: (
        "两条隐患已按不同条款定级,不是同一隐患",
        "the two were graded under different items of law",
    ),
}
_NOT_NOW: dict[Obstacle, tuple[str, str, str]] = {
    Obstacle.OVER: ("该隐患已了结,不能再合并", "it is at its end already", BASIS),
    Obstacle.DEALT_WITH: (
        "对该隐患已采取措施,不能并入其他隐患",
        "measures were taken about it; it cannot vanish into another",
        "安全生产法第65条",
    ),
    Obstacle.VIOLATION: (
        "该隐患已认定违法行为,不能并入其他隐患",
        "a violation was found on it; it cannot vanish into another",
        "行政处罚法第54条第2款",
    ),
    Obstacle.INTO_OVER: ("所并入的隐患已了结或已合并", "the other is at its end, or merged itself", BASIS),
    Obstacle.KEPT_APART: ("已认定两条隐患不是同一隐患", "they were found not to be the same", BASIS),
    Obstacle.AFTER_REMOVAL: (
        "该隐患是在所并入的隐患确认消除之后发现的,须另行核查",
        "it became known after the other was seen removed; look at it by itself",
        "安全生产法第67条",
    ),
    Obstacle.GRAVER: (
        "重大隐患不能并入未定为重大的隐患",
        "a major hazard is not merged into one that is not",
        "安全生产法第41条第3款、第118条",
    ),
    Obstacle.FURTHER: ("该隐患办理进度在先,应保留该隐患", "it is further along; keep it", BASIS),
    Obstacle.DUE_EARLIER: (
        "该隐患到期在先,合并不得推迟期限",
        "it is due earlier; merging puts nothing off",
        BASIS,
    ),
}
_DO = {
    Obstacle.OVER: ("请查看办理结果", "see what came of it"),
    Obstacle.INTO_OVER: ("请并入现在办理的隐患;确有再现的,按新隐患办理", "merge into the one dealt with now, or treat it as new"),
    Obstacle.KEPT_APART: ("两条隐患分别办理", "deal with both"),
    Obstacle.AFTER_REMOVAL: ("请现场核查,属再现的按新隐患办理", "verify it on the spot"),
}  # fmt: skip


def merge(merged: Traits, into: Traits, *, reasons: str) -> tuple[HazardMerged, HazardAbsorbed]:
    """One hazard ends in another that survives: a fact for each. Refuses what would put off a duty or lose a finding."""
    _said(reasons)
    stands = obstacle(merged, into)
    if stands is not None:
        raise _refusal(stands)
    return (
        HazardMerged(merged.hazard, into.hazard, reasons),
        HazardAbsorbed(into.hazard, merged.hazard, reasons),
    )


def keep_apart(one: Traits, other: Traits, *, reasons: str) -> tuple[HazardKeptApart, HazardKeptApart]:
    """They are not the same, for good: a fact for each, and the pair is not proposed again."""
    _said(reasons)
    if one.hazard == other.hazard:
        raise _refusal(Obstacle.ITSELF, "other")
    if other.hazard in one.apart or one.hazard in other.apart:
        raise _refusal(Obstacle.KEPT_APART)
    for it in (one, other):
        if it.stage == Stage.MERGED:
            raise _not_now(
                f"隐患{it.hazard}已合并", f"{it.hazard} is merged", "如合并有误,请撤销合并", "if that was wrong, undo it"
            )  # fmt: skip
    return (
        HazardKeptApart(one.hazard, other.hazard, reasons),
        HazardKeptApart(other.hazard, one.hazard, reasons),
    )


def separate(hazard: Hazard, *, reasons: str) -> tuple[Fact, HazardKeptApart]:
    """The merging was wrong: the hazard goes on where it stood, its duties begin anew, and the pair stays apart."""
    _said(reasons)
    if hazard.merged_into is None or hazard.merged_at is None:
        raise _not_now(
            f"隐患现为“{ZH[hazard.stage]}”,没有可撤销的合并", f"the hazard is {hazard.stage}, not merged",
            "请核对编号", "check the id",
        )  # fmt: skip
    other, stage = hazard.merged_into, str(hazard.merged_at)
    return (
        HazardSeparated(hazard.id, other, stage, hazard.grade, reasons),
        HazardKeptApart(other, hazard.id, reasons),
    )


def _refusal(stands: Obstacle, where: str = "into") -> Refusal:
    if stands in _NOT_MEANT:
        zh, en = _NOT_MEANT[stands]
        return BadInput(zh, en, where=where, do_zh="请核对编号", do_en="check the id")
    zh, en, basis = _NOT_NOW[stands]
    do_zh, do_en = _DO.get(stands, ("请反向合并,或分别办理", "merge the other way, or deal with both"))
    return _not_now(zh, en, do_zh, do_en, basis)


def _not_now(zh: str, en: str, do_zh: str, do_en: str, basis: str = BASIS) -> WrongStage:
    return WrongStage(zh, en, basis=basis, where="stage", do_zh=do_zh, do_en=do_en)


def _said(reasons: str) -> None:
    if not reasons.strip():
        raise BadInput(
            "须说明理由", "give the reasons", where="reasons", do_zh="请填写", do_en="fill it in"
        )  # fmt: skip
