"""What can be asked of rectification; the rim parses requests into these, unknown fields are refused."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.runtime.asks import Ask, Id, Said, Text
from shared.vocabulary.hazard_facts import Evidence, Grade
from shared.vocabulary.order_facts import ItemResult, ServiceMode

Files = Annotated[tuple[Evidence, ...], Field(max_length=20)]
ItemNumbers = Annotated[tuple[int, ...], Field(min_length=1, max_length=200)]


class VerifyHazard(Ask):
    """核查属实."""

    note: Text = ""
    evidence: Files = ()


class FindUnfounded(Ask):
    """核查不属实."""

    reasons: Said


class GradeHazard(Ask):
    """定级; a major grade cites its criterion."""

    grade: Grade
    legal_item: Said
    criterion: Text | None = None


class CorrectOnSpot(Ask):
    """当场纠正, with a photo before and one after."""

    before: Files
    after: Files


class TransferHazard(Ask):
    """移送."""

    agency: Said
    reasons: Said


class AcknowledgeTransfer(Ask):
    """移送签收."""

    receipt: Said


class ReportUp(Ask):
    """重大隐患上报."""

    to: Said
    receipt: Text = ""


class FindViolation(Ask):
    """认定违法行为."""

    legal_item: Said
    finding: Said


class CloseHazard(Ask):
    """销号."""

    note: Text = ""


class MergeHazard(Ask):
    """合并重复隐患: this one into the one that is dealt with for both."""

    into: Id
    reasons: Said


class KeepApart(Ask):
    """认定不是同一隐患."""

    other: Id
    reasons: Said


class SeparateHazard(Ask):
    """撤销合并."""

    reasons: Said


class Term(Ask):
    """Days from proven service, or a fixed last day."""

    days: int | None = Field(default=None, ge=1, le=366)
    until: date | None = None


class VisitItem(Term):
    """One hazard found on a visit; `none` leaves it graded, to be transferred or reported up by the head."""

    defect: Said
    place: Said
    legal_item: Said
    measure: Literal["order", "on_spot", "none"]
    grade: Grade = Grade.GENERAL
    criterion: Text | None = None
    evidence: Files = ()
    after: Files = ()
    remedy: Text = ""
    owner: Text = ""
    money: int | None = Field(default=None, ge=0, le=10**13)
    plan: Text = ""
    recurrence_of: Id | None = None


class MakeVisit(Ask):
    """现场检查: many hazards and at most one order in one act."""

    enterprise: Id
    community: Id
    items: Annotated[tuple[VisitItem, ...], Field(max_length=200)]
    experts: Annotated[tuple[Said, ...], Field(max_length=20)] = ()


class OrderedHazard(Term):
    """A graded hazard that goes under an order."""

    hazard: Id
    remedy: Text = ""
    owner: Text = ""
    money: int | None = Field(default=None, ge=0, le=10**13)
    plan: Text = ""


class IssueOrder(Ask):
    """下达责令限期整改指令书 for hazards already graded."""

    enterprise: Id
    community: Id
    items: Annotated[tuple[OrderedHazard, ...], Field(min_length=1, max_length=200)]


class ServeOrder(Ask):
    """送达."""

    how: ServiceMode
    receipt: Said


class RequestExtension(Ask):
    """延期申请."""

    items: ItemNumbers
    until: date
    grounds: Said


class AnswerExtension(Ask):
    """延期答复."""

    items: ItemNumbers
    granted: bool
    reasons: Said


class ReportCompletion(Ask):
    """整改完成报告."""

    items: ItemNumbers
    measures: Text = ""
    evidence: Files = ()


class Reinspect(Ask):
    """复查, one result per item."""

    results: Annotated[tuple[ItemResult, ...], Field(min_length=1, max_length=200)]


class IssueOpinion(Ask):
    """出具整改复查意见书, on the round named or else the earliest without one."""

    round: int | None = Field(default=None, ge=1, le=10**6)


class WithdrawOrder(Ask):
    """撤回指令书."""

    reasons: Said
