"""A report (举报、上报): its state is a fold of its facts; an officer's triage decides what becomes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from shared.vocabulary.fact import Fact
from shared.vocabulary.refusals import BadInput, WrongStage
from shared.vocabulary.report_facts import (
    Attachment,
    ReportAnswered,
    ReportAnswerWithdrawn,
    ReportForgotten,
    ReportReceived,
    ReportRepeated,
    ReportTriaged,
    Result,
    Triage,
)

TRIAGE_BASIS = "T01:安全生产法第73条"


class Stage(StrEnum):
    """Where a report stands."""

    NONE = "none"
    RECEIVED = "received"
    TRIAGED = "triaged"


ZH = {Stage.NONE: "不存在", Stage.RECEIVED: "待初核", Stage.TRIAGED: "已初核"}


@dataclass(frozen=True, slots=True)
class Report:
    """A report as its facts have it; `repeated_by`: the reports that triage merged into it."""

    id: str = ""
    stage: Stage = Stage.NONE
    outcome: Triage | None = None
    attachments: tuple[Attachment, ...] = ()
    forgotten: bool = False
    duplicate_of: str | None = None
    repeated_by: tuple[str, ...] = ()
    result: Result | None = None


def evolve(report: Report, fact: Fact) -> Report:
    """The report after one more fact; facts of the clock change nothing."""
    match fact:
        case ReportReceived():
            return Report(fact.report, Stage.RECEIVED, attachments=fact.attachments)
        case ReportTriaged():
            return replace(report, stage=Stage.TRIAGED, outcome=fact.outcome, duplicate_of=fact.duplicate_of)
        case ReportRepeated():
            return replace(report, repeated_by=(*report.repeated_by, fact.by))
        case ReportAnswered():
            return replace(report, result=fact.result)
        case ReportAnswerWithdrawn():
            return replace(report, result=None)
        case ReportForgotten():
            return replace(report, forgotten=True)
        case _:
            return report


def replay(facts: Iterable[Fact]) -> Report:
    """The fold of a report's facts."""
    report = Report()
    for fact in facts:
        report = evolve(report, fact)
    return report


def triage(
    report: Report,
    *,
    outcome: Triage,
    community: str,
    reasons: str,
    defect: str,
    place: str,
    enterprise: str | None,
    duplicate_of: str | None,
) -> ReportTriaged:
    """Accept it in neutral words, merge it with an earlier report, or find that it is not about safety; once."""
    if report.stage is not Stage.RECEIVED:
        raise WrongStage(
            "该举报已经初核", "the report was triaged already", basis=TRIAGE_BASIS,
            where="stage", do_zh="请查看初核结果", do_en="see the outcome",
        )  # fmt: skip
    if not reasons.strip():
        raise _missing("reasons", "初核须说明理由", "triage gives its reasons")
    if outcome is Triage.ACCEPTED:
        if not defect.strip():
            raise _missing("defect", "受理须用中性文字写明隐患", "say in neutral words what is wrong")
        if not place.strip():
            raise _missing("place", "受理须写明地点", "say where it is")
    if (outcome is Triage.DUPLICATE) != (duplicate_of is not None):
        raise _missing(
            "duplicate_of",
            "重复举报须且仅须写明原举报编号",
            "name the earlier report if, and only if, it repeats one",
        )
    if duplicate_of == report.id:
        raise _missing("duplicate_of", "不能与自身重复", "a report does not repeat itself")
    return ReportTriaged(report.id, outcome, community, reasons, defect, place, enterprise, duplicate_of)


def repeat(earlier: Report, by: Report) -> ReportRepeated:
    """Merge a report into an earlier one: one whose hazard is being dealt with, so that nothing hangs on it unseen.

    So a report never waits for one that was merged or dismissed itself, and two cannot wait for each other.
    """
    if earlier.stage is not Stage.TRIAGED:
        raise _no_repeat(
            "原举报尚未初核,不能并入",
            "the earlier report is not triaged yet",
            "请先初核原举报",
            "triage it first",
        )
    if earlier.outcome is Triage.DUPLICATE:
        raise _no_repeat(
            f"原举报已并入举报{earlier.duplicate_of}", f"the earlier report was merged into {earlier.duplicate_of}",
            "请直接并入该举报", "merge into that one",
        )  # fmt: skip
    if earlier.outcome is not Triage.ACCEPTED:
        raise _no_repeat(
            "原举报未予受理,不能并入",
            "the earlier report was not accepted",
            "请单独初核",
            "triage this one by itself",
        )
    if earlier.result is not None:
        raise _no_repeat(
            "原举报已有办理结果,不能并入", "the earlier report has its result already",
            "请受理本件;仍是同一隐患的,受理后合并隐患", "accept this one; merge the hazards if they are the same",
        )  # fmt: skip
    return ReportRepeated(earlier.id, by.id)


def forget(report: Report) -> ReportForgotten:
    """What was sealed for the report is to be unreadable for ever; once."""
    if report.forgotten:
        raise WrongStage(
            "该举报的密封信息已经销毁", "it was forgotten already", basis="个人信息保护法第47条(未核对)",
            where="stage", do_zh="无需再办", do_en="nothing to do",
        )  # fmt: skip
    return ReportForgotten(report.id)


_RESULTS = {
    Result.REMOVED: ("经核实处理,隐患已消除", "The hazard was dealt with and is gone."),
    Result.TRANSFERRED: (
        "已移送主管部门处理,对方已签收",
        "It was handed to the agency in charge, which signed for it.",
    ),
    Result.UNFOUNDED: (
        "经现场核查,未发现所反映的隐患",
        "Officers looked on the spot and found no such hazard.",
    ),
    Result.REPORTED_UP: (
        "经核查属重大隐患,已上报上级应急管理部门",
        "It is a major hazard and was reported to the bureau above.",
    ),
}


def for_reporter(report: Report) -> tuple[str, str]:
    """What the reporter is told, in Chinese and English; nothing of how the office works inside."""
    if report.result is not None:
        return _RESULTS[report.result]
    match report.outcome:
        case None:
            return "已收到,正在核实", "Received; it is being looked into."
        case Triage.ACCEPTED:
            return "经初步核实,已受理并转入现场核查", "Accepted; officers will look on the spot."
        case Triage.DUPLICATE:
            return (
                "与此前反映的是同一问题,已合并办理",
                "It repeats an earlier report; both are handled together.",
            )
        case Triage.NOT_SAFETY:
            return "经核实,不属于安全生产事项", "It is not a matter of work safety."


def _no_repeat(zh: str, en: str, do_zh: str, do_en: str) -> WrongStage:
    return WrongStage(zh, en, basis=TRIAGE_BASIS, where="duplicate_of", do_zh=do_zh, do_en=do_en)


def _missing(where: str, zh: str, en: str) -> BadInput:
    return BadInput(zh, en, where=where, do_zh="请更正", do_en="correct it")
