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
    """核查属实 / the hazard is as reported."""

    note: Text = ""
    """说明 / a note"""
    evidence: Files = ()
    """照片等证据 / photos and other evidence"""


class FindUnfounded(Ask):
    """核查不属实 / there is no such hazard."""

    reasons: Said
    """理由 / reasons"""


class GradeHazard(Ask):
    """隐患定级,重大隐患须引用判定标准 / the grade; a major one cites its criterion."""

    grade: Grade
    """等级:general 一般,major 重大 / the grade"""
    legal_item: Said
    """违反的法律条款代码,例如 AQ105(2) / the item of law, such as AQ105(2)"""
    criterion: Text | None = None
    """重大隐患判定标准的条文,重大时必填 / the criterion; a major grade needs it"""


class CorrectOnSpot(Ask):
    """当场纠正,须有整改前后照片 / corrected on the spot, with a photo before and one after."""

    before: Files
    """整改前照片 / photos before"""
    after: Files
    """整改后照片 / photos after"""


class TransferHazard(Ask):
    """移送有权部门 / transfer to the agency in charge."""

    agency: Said
    """接收机关的机构编号 / the id of the agency"""
    reasons: Said
    """理由 / reasons"""


class AcknowledgeTransfer(Ask):
    """登记移送签收 / the agency signed for it."""

    receipt: Said
    """回执编号 / the number of the receipt"""


class ReportUp(Ask):
    """上报重大隐患 / report a major hazard up."""

    to: Said
    """上报的机构编号 / the id of the office above"""
    receipt: Text = ""
    """回执编号 / the number of the receipt"""


class FindViolation(Ask):
    """认定违法行为 / a violation is found."""

    legal_item: Said
    """违反的法律条款代码 / the item of law"""
    finding: Said
    """认定的事实 / what was found"""


class CloseHazard(Ask):
    """隐患销号 / strike it off the register."""

    note: Text = ""
    """说明 / a note"""


class MergeHazard(Ask):
    """并入同一隐患,由保留的隐患一并办理 / merge it into the same hazard, which is dealt with for both."""

    into: Id
    """保留的隐患编号 / the id of the hazard that stays"""
    reasons: Said
    """理由 / reasons"""


class KeepApart(Ask):
    """认定不是同一隐患,不再提示 / they are not the same hazard, and are not proposed again."""

    other: Id
    """另一隐患编号 / the id of the other hazard"""
    reasons: Said
    """理由 / reasons"""


class SeparateHazard(Ask):
    """撤销合并,隐患按原阶段重新办理 / undo a merging; the hazard goes on where it stood."""

    reasons: Said
    """理由 / reasons"""


class Term(Ask):
    """期限:自送达起的天数,或者固定的最后一日 / days from proven service, or a fixed last day."""

    days: int | None = Field(default=None, ge=1, le=366)
    """自送达次日起的天数,与 until 二选一 / days from the day after service; this or until"""
    until: date | None = None
    """固定的最后一日,与 days 二选一 / a fixed last day; this or days"""


class VisitItem(Term):
    """检查发现的一条隐患 / one hazard found on a visit."""

    defect: Said
    """什么隐患,中性表述,不写个人 / what is wrong, in neutral words that name nobody"""
    place: Said
    """部位 / where"""
    legal_item: Said
    """违反的法律条款代码 / the item of law"""
    measure: Literal["order", "on_spot", "none"]
    """处置:order 列入整改指令,on_spot 当场纠正,none 定级后由负责人移送或上报 / under the order, corrected on the spot, or left to the head"""
    grade: Grade = Grade.GENERAL
    """等级:general 一般,major 重大 / the grade"""
    criterion: Text | None = None
    """重大隐患判定标准的条文 / the criterion of a major one"""
    evidence: Files = ()
    """整改前照片等证据 / photos and other evidence before"""
    after: Files = ()
    """当场纠正后的照片 / photos after correction on the spot"""
    remedy: Text = ""
    """整改要求 / what is to be done"""
    owner: Text = ""
    """整改责任人的岗位 / the post of who is answerable"""
    money: int | None = Field(default=None, ge=0, le=10**13)
    """整改资金,分 / money, in fen"""
    plan: Text = ""
    """应急措施 / the plan meanwhile"""
    recurrence_of: Id | None = None
    """重复发生时:原隐患编号 / the hazard that has come back"""


class MakeVisit(Ask):
    """现场检查:一次登记多条隐患,至多下达一份整改指令 / an inspection: many hazards and at most one order in one act."""

    enterprise: Id
    """企业编号 / the enterprise's id"""
    community: Id
    """社区编号 / the community's id"""
    items: Annotated[tuple[VisitItem, ...], Field(max_length=200)]
    """发现的隐患 / the hazards found"""
    experts: Annotated[tuple[Said, ...], Field(max_length=20)] = ()
    """参加的专家类别,不写姓名 / kinds of experts, no names"""


class OrderedHazard(Term):
    """列入整改指令的一条已定级隐患 / a graded hazard that goes under the order."""

    hazard: Id
    """隐患编号 / the hazard's id"""
    remedy: Text = ""
    """整改要求 / what is to be done"""
    owner: Text = ""
    """整改责任人的岗位 / the post of who is answerable"""
    money: int | None = Field(default=None, ge=0, le=10**13)
    """整改资金,分 / money, in fen"""
    plan: Text = ""
    """应急措施 / the plan meanwhile"""


class IssueOrder(Ask):
    """下达责令限期整改指令书,用于已定级的隐患 / an order for hazards already graded."""

    enterprise: Id
    """企业编号 / the enterprise's id"""
    community: Id
    """社区编号 / the community's id"""
    items: Annotated[tuple[OrderedHazard, ...], Field(min_length=1, max_length=200)]
    """整改项 / the items"""


class ServeOrder(Ask):
    """送达整改指令书 / the order was served."""

    how: ServiceMode
    """送达方式:direct 直接,leave 留置,email 电子,post 邮寄,public_notice 公告 / how it was served"""
    receipt: Said
    """回执编号 / the number of the receipt"""


class RequestExtension(Ask):
    """登记延期申请 / more time is asked for."""

    items: ItemNumbers
    """指令书的项号,例如[1,2] / numbers of the items of the order, such as [1,2]"""
    until: date
    """申请延至哪一日 / until which day"""
    grounds: Said
    """申请理由 / the grounds given"""


class AnswerExtension(Ask):
    """答复延期申请 / the answer to it."""

    items: ItemNumbers
    """指令书的项号,例如[1,2] / numbers of the items of the order, such as [1,2]"""
    granted: bool
    """是否同意 / granted or not"""
    reasons: Said
    """理由 / reasons"""


class ReportCompletion(Ask):
    """登记整改完成报告 / items are reported done."""

    items: ItemNumbers
    """指令书的项号,例如[1,2] / numbers of the items of the order, such as [1,2]"""
    measures: Text = ""
    """采取的措施 / what was done"""
    evidence: Files = ()
    """照片等证据 / photos and other evidence"""


class Reinspect(Ask):
    """复查,每项一个结果 / re-inspection, one result per item."""

    results: Annotated[tuple[ItemResult, ...], Field(min_length=1, max_length=200)]
    """每项:item 项号,passed 是否合格,note 说明,evidence 证据 / per item: number, passed, note, evidence"""


class IssueOpinion(Ask):
    """出具整改复查意见书 / the opinion on a round of re-inspection."""

    round: int | None = Field(default=None, ge=1, le=10**6)
    """第几次复查;不填为最早未出具的一次 / which round; else the earliest without one"""


class WithdrawOrder(Ask):
    """撤回整改指令 / withdraw the order."""

    reasons: Said
    """理由 / reasons"""
