"""A case source (案件来源): a failed re-inspection, a finding or another office's case, ended by a disposition."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from services.enforcement.powers import INSPECTS_ONLY
from shared.vocabulary.fact import Fact
from shared.vocabulary.hand_over_facts import HandOverAcknowledged, HandOverReceived, HandOverReturned
from shared.vocabulary.refusals import BadInput, OutsideAuthority, WrongStage
from shared.vocabulary.source_facts import (
    DispositionProposed,
    Ground,
    Outcome,
    SourceDisposed,
    SourceOpened,
)

BASIS = "行政处罚法第54条第2款、第76条第2款"


class Stage(StrEnum):
    """Where a case source stands."""

    NONE = "none"
    RECEIVED = "received"
    RETURNED = "returned"
    OPENED = "opened"
    PROPOSED = "disposition_proposed"
    DISPOSED = "disposed"


@dataclass(frozen=True, slots=True)
class CaseSource:
    """A case source as its facts have it."""

    id: str = ""
    stage: Stage = Stage.NONE
    enterprise: str | None = None
    legal_items: tuple[str, ...] = ()
    hazards: tuple[str, ...] = ()
    order: str | None = None
    overdue: bool = False
    received_for: str = ""
    proposed: Outcome | None = None
    outcome: Outcome | None = None


def evolve(source: CaseSource, fact: Fact) -> CaseSource:
    """The source after one more fact; facts of the clock change nothing."""
    match fact:
        case SourceOpened():
            overdue = fact.ground is Ground.FAILED_REINSPECTION
            return CaseSource(
                fact.source,
                Stage.OPENED,
                fact.enterprise,
                fact.legal_items,
                fact.hazards,
                fact.order,
                overdue,
            )
        case HandOverReceived():
            # Hazards and order stay in the book that they came from; the index of papers names them.
            told = fact.package
            return CaseSource(
                fact.source, Stage.RECEIVED, told.enterprise, told.legal_items,
                overdue=told.overdue, received_for=fact.to,
            )  # fmt: skip
        case HandOverAcknowledged():
            return replace(source, stage=Stage.OPENED)
        case HandOverReturned():
            return replace(source, stage=Stage.RETURNED)
        case DispositionProposed():
            return replace(source, stage=Stage.PROPOSED, proposed=fact.outcome)
        case SourceDisposed():
            return replace(source, stage=Stage.DISPOSED, outcome=fact.outcome)
        case _:
            return source


def replay(facts: Iterable[Fact]) -> CaseSource:
    """The fold of a source's facts."""
    source = CaseSource()
    for fact in facts:
        source = evolve(source, fact)
    return source


def acknowledge(source: CaseSource, *, office: str, receipt: str) -> HandOverAcknowledged:
    """The office to which a case was handed takes it over; from now on it needs a disposition here."""
    _addressed(source, "签收", office)
    return HandOverAcknowledged(source.id, receipt)


def send_back(source: CaseSource, *, office: str, reasons: str) -> HandOverReturned:
    """The office to which a case was handed does not take it over, and says why."""
    _addressed(source, "退回", office)
    return HandOverReturned(source.id, reasons)


def propose(source: CaseSource, *, outcome: Outcome, reasons: str, basis: str) -> DispositionProposed:
    """The handler proposes; a later proposal replaces an earlier one until it is decided."""
    _needs(source, "提出处置建议", Stage.OPENED, Stage.PROPOSED)
    _reasoned(reasons, basis)
    return DispositionProposed(source.id, outcome, reasons, basis)


def dispose(
    source: CaseSource,
    *,
    outcome: Outcome,
    reasons: str,
    basis: str,
    number: str | None,
    agency: str | None,
    mode: str | None,
) -> SourceDisposed:
    """The head decides; a filing has its number, a transfer its agency, a waiver its reasons (Art. 33).

    `mode`: of the authority profile; without the power to punish nothing is filed.
    """
    _needs(source, "决定处置", Stage.PROPOSED)
    _reasoned(reasons, basis)
    if outcome is Outcome.FILED:
        _may_punish(mode)
    if outcome is Outcome.TRANSFERRED and not agency:
        raise BadInput(
            "移送须写明接收机关",
            "a transfer names its agency",
            where="agency",
            do_zh="请填写",
            do_en="name it",
        )
    return SourceDisposed(source.id, outcome, reasons, basis, number, agency)


def dispose_on_spot(source: CaseSource, *, number: str, reasons: str) -> SourceDisposed:
    """A plain matter is decided at once by the officers themselves (行政处罚法 Art. 51): that disposes of the source."""
    _needs(source, "当场处罚", Stage.OPENED, Stage.PROPOSED)
    return SourceDisposed(source.id, Outcome.FILED, reasons, "行政处罚法第51条", number)


def _addressed(source: CaseSource, act: str, office: str) -> None:
    _needs(source, f"{act}移交案件", Stage.RECEIVED)
    if office != source.received_for:
        raise OutsideAuthority(
            f"案件移交的是{source.received_for},不是{office},不能{act}",
            f"the case was handed to {source.received_for}, not to {office}",
            basis="行政处罚法第20、22条",
            do_zh="请由接收机关的人员办理",
            do_en="let someone of that office act",
        )


def _may_punish(mode: str | None) -> None:
    if mode == INSPECTS_ONLY:
        raise OutsideAuthority(
            "本单位没有行政处罚权(A模式),不能立案",
            "this office inspects, orders and reports; it has no power to punish",
            basis="行政处罚法第20、24条",
            where="outcome",
            do_zh="请移送县级应急管理部门",
            do_en="transfer it to the county bureau",
        )


def _reasoned(reasons: str, basis: str) -> None:
    for where, text in (("reasons", reasons), ("basis", basis)):
        if not text.strip():
            raise BadInput(
                "处置须写明理由和法律依据", "a disposition gives reasons and its legal basis",
                where=where, do_zh="请填写", do_en="fill it in",
            )  # fmt: skip


def _needs(source: CaseSource, act: str, *stages: Stage) -> None:
    if source.stage not in stages:
        raise WrongStage(
            f"案件来源现为“{ZH[source.stage]}”,不能{act}",
            f"the case source is {source.stage}, which does not allow this",
            basis=BASIS,
            where="stage",
            do_zh=_NEXT[source.stage][0],
            do_en=_NEXT[source.stage][1],
        )


_ENDED = ("请查看处置结果", "see what was decided")
_NEXT = dict.fromkeys(Stage, _ENDED) | {
    Stage.RECEIVED: (
        "请先签收或者退回移交的案件",
        "acknowledge or return the case that was handed over first",
    ),
    Stage.OPENED: ("请先由承办人提出处置建议", "let the handler propose first"),
}
ZH = {
    Stage.NONE: "不存在",
    Stage.RECEIVED: "移交来的案件,待签收",
    Stage.RETURNED: "已退回移交机关",
    Stage.OPENED: "待处置",
    Stage.PROPOSED: "已提出处置建议",
    Stage.DISPOSED: "已处置",
}
