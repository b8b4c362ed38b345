"""A report (举报、上报): its state is a fold of its facts; an officer's triage decides what becomes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from shared.vocabulary.fact import Fact
from shared.vocabulary.refusals import BadInput, WrongStage
from shared.vocabulary.report_facts import (
    Attachment,
    ReportForgotten,
    ReportReceived,
    ReportTriaged,
    Triage,
)

TRIAGE_BASIS = "T01:安全生产法第73条"


class Stage(StrEnum):
    """Where a report stands."""

    NONE = "none"
    RECEIVED = "received"
    TRIAGED = "triaged"


@dataclass(frozen=True, slots=True)
class Report:
    """A report as its facts have it."""

    id: str = ""
    stage: Stage = Stage.NONE
    outcome: Triage | None = None
    attachments: tuple[Attachment, ...] = ()
    forgotten: bool = False


def evolve(report: Report, fact: Fact) -> Report:
    """The report after one more fact; facts of the clock change nothing."""
    match fact:
        case ReportReceived():
            return Report(fact.report, Stage.RECEIVED, attachments=fact.attachments)
        case ReportTriaged():
            return replace(report, stage=Stage.TRIAGED, outcome=fact.outcome)
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


def forget(report: Report) -> ReportForgotten:
    """What was sealed for the report is to be unreadable for ever; once."""
    if report.forgotten:
        raise WrongStage(
            "该举报的密封信息已经销毁", "it was forgotten already", basis="个人信息保护法第47条(未核对)",
            where="stage", do_zh="无需再办", do_en="nothing to do",
        )  # fmt: skip
    return ReportForgotten(report.id)


def for_reporter(report: Report) -> tuple[str, str]:
    """What the reporter is told, in Chinese and English; nothing of how the office works inside."""
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


def _missing(where: str, zh: str, en: str) -> BadInput:
    return BadInput(zh, en, where=where, do_zh="请更正", do_en="correct it")
