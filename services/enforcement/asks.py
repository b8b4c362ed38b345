"""What can be asked of enforcement; unknown fields are refused. Money is in fen."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from shared.runtime.asks import Ask, Id, Said, Text
from shared.vocabulary.case_facts import PartyKind, PenaltyOutcome, Tier
from shared.vocabulary.hazard_facts import Evidence
from shared.vocabulary.order_facts import ServiceMode
from shared.vocabulary.source_facts import Outcome

Fen = Annotated[int, Field(ge=0, le=10**12)]
Files = Annotated[tuple[Evidence, ...], Field(max_length=50)]
Reasons = Annotated[tuple[Said, ...], Field(min_length=1, max_length=20)]


class Proposal(Ask):
    """提出案源处置建议 / propose what to do with a case source."""

    outcome: Outcome
    """filed 立案,waived 不予立案,transferred 移送 / the outcome"""
    reasons: Said
    """理由 / reasons"""
    basis: Said
    """法律依据 / the legal basis"""


class Disposition(Proposal):
    """决定案源处置;移送须写明接收机关 / decide it; a transfer names its agency."""

    agency: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None = None
    """移送时:接收机关 / if transferred: the agency"""


class TakeEvidence(Ask):
    """调查取证 / take evidence."""

    record: Said
    """笔录或文书编号 / the number of the record"""
    kind: Said
    """种类:询问、勘验、抽样、书证等 / inquiry, inspection, sample, document ..."""
    summary: Said
    """要点,中性表述 / what it shows, in neutral words"""
    evidence: Files = ()
    """照片等证据 / photos and other evidence"""


class PreserveEvidence(Ask):
    """先行登记保存 / register and preserve evidence."""

    things: Reasons
    """物品,逐件写明 / the things, one by one"""
    reasons: Said
    """理由 / reasons"""


class EndPreservation(Ask):
    """处理登记保存物品 / decide what becomes of preserved things."""

    preservation: Id
    """登记保存的编号 / the preservation's id"""
    disposal: Said
    """如何处理 / what becomes of them"""


class ProposedParty(Ask):
    """当事人:企业写企业编号,个人写不透明编号、职务和姓名(姓名、证件号密封) / the enterprise by its id, or a person."""

    id: Id
    """当事人编号:企业编号或不透明的个人编号 / the party: the enterprise's id, or a person's opaque id"""
    kind: PartyKind
    """entity 单位,person 个人 / entity or person"""
    post: Text = ""
    """个人的职务 / a person's post"""
    name: Annotated[str, Field(max_length=100)] = ""
    """个人姓名,密封保存 / a person's name, sealed"""
    id_number: Annotated[str, Field(pattern=r"^([0-9]{17}[0-9X])?$")] = ""
    """身份证号,密封保存 / the identity number, sealed"""


class ProposedPenalty(Ask):
    """对一名当事人的处罚建议 / the proposal for one party."""

    party: ProposedParty
    """当事人 / the party"""
    item: Said
    """违反的法律条款代码 / the item of law"""
    fine: Fen
    """罚款数额,分 / the fine, in fen"""
    tier: Tier
    """first 首次责令时,overdue 逾期未改 / at the first order, or after its term"""
    cell: Said
    """裁量权基准的档次 / the cell of the discretion benchmark"""
    factors: Reasons
    """裁量因素,逐条 / what speaks for this amount"""
    warning: bool = False
    """是否并处警告 / with a warning"""


class ProposePenalty(Ask):
    """提出处罚建议 / propose the penalty."""

    report: Said
    """调查报告编号 / the number of the investigation report"""
    penalties: Annotated[tuple[ProposedPenalty, ...], Field(min_length=1, max_length=20)]
    """每名当事人一条 / one for each party"""


class ReviewCase(Ask):
    """法制审核 / legal review."""

    passed: bool
    """是否通过 / passed or not"""
    opinion: Said
    """审核意见 / the opinion"""


class ServePaper(Ask):
    """送达文书 / a paper was served."""

    how: ServiceMode
    """送达方式:direct 直接,leave 留置,email 电子,post 邮寄,public_notice 公告 / how it was served"""
    receipt: Said
    """回执编号 / the number of the receipt"""


class MakeStatement(Ask):
    """登记陈述申辩,原话留在纸面笔录 / a statement; what was said verbatim is kept on paper."""

    party: Id
    """当事人编号:企业编号或不透明的个人编号 / the party: the enterprise's id, or a person's opaque id"""
    summary: Said
    """要点,中性表述 / what was said, in neutral words"""
    accepted: bool
    """是否采纳 / accepted or not"""
    answer: Said
    """答复 / the answer"""


class WaiveStatement(Ask):
    """登记放弃陈述申辩,须有书面材料 / being heard was waived, on paper."""

    party: Id
    """当事人编号:企业编号或不透明的个人编号 / the party: the enterprise's id, or a person's opaque id"""
    receipt: Said
    """书面材料编号 / the number of the paper"""


class DecideCase(Ask):
    """作出处罚决定;不写 fine 即按告知书 / decide; without fine as in the notice."""

    party: Id
    """当事人编号:企业编号或不透明的个人编号 / the party: the enterprise's id, or a person's opaque id"""
    outcome: PenaltyOutcome
    """penalty 处罚,no_penalty 不予处罚,not_proven 违法事实不成立 / the outcome"""
    fine: Fen | None = None
    """罚款数额,分;不填即按告知书 / the fine in fen; else as in the notice"""
    surcharge_told: bool = True
    """决定书是否告知加处罚款标准 / whether the decision tells the surcharge"""
    reasons: Said
    """理由 / reasons"""


class PenaliseOnSpot(Ask):
    """当场处罚 / a penalty on the spot."""

    penalty: ProposedPenalty
    """处罚 / the penalty"""
    receipt: Said
    """回执编号 / the number of the receipt"""
    reasons: Said
    """理由 / reasons"""


class ServeDecision(ServePaper):
    """送达处罚决定书 / the decision was served."""

    party: Id
    """当事人编号:企业编号或不透明的个人编号 / the party: the enterprise's id, or a person's opaque id"""


class RecordOnSpot(Ask):
    """当场处罚备案 / a penalty on the spot is recorded."""

    party: Id
    """当事人编号:企业编号或不透明的个人编号 / the party: the enterprise's id, or a person's opaque id"""


class PublishDecision(Ask):
    """公示处罚决定 / publish the decision."""

    party: Id
    """当事人编号:企业编号或不透明的个人编号 / the party: the enterprise's id, or a person's opaque id"""
    where: Said
    """公示的网址 / the address where it is published"""


class RecordPayment(Ask):
    """登记缴款,缴款日写在 effective / a payment; its day is the effective time."""

    party: Id
    """当事人编号:企业编号或不透明的个人编号 / the party: the enterprise's id, or a person's opaque id"""
    amount: Annotated[int, Field(gt=0, le=10**12)]
    """金额,分 / the amount, in fen"""
    receipt: Said
    """银行回单编号 / the number of the bank's receipt"""


class OfParty(Ask):
    """对一名当事人的决定 / a decision about one party."""

    party: Id
    """当事人编号:企业编号或不透明的个人编号 / the party: the enterprise's id, or a person's opaque id"""


class WaiveSurcharge(OfParty):
    """决定不加处罚款 / no surcharge."""

    reasons: Said
    """理由 / reasons"""


class OpenParty(Ask):
    """查阅当事人身份;先记录理由再显示 / show who a party is; the reason is logged first."""

    party: Id
    """当事人编号 / the party"""
    reason: Said
    """查阅理由 / the reason"""


class HandOver(Ask):
    """移交案件 / hand the case over."""

    to: Id
    """接收机关的机构编号 / the id of the office that has the authority"""
    reasons: Said
    """理由 / reasons"""


class RecordAnswer(Ask):
    """登记对方的书面签收(回执)或者退回(理由),二者填一 / the other office's answer on paper."""

    receipt: Text = ""
    """回执 / its receipt"""
    reasons: Text = ""
    """退回理由 / why it was returned"""


class AcknowledgeHandOver(Ask):
    """签收移交案件 / acknowledge."""

    receipt: Said
    """签收回执 / the receipt"""


class ReturnHandOver(Ask):
    """退回移交案件 / return."""

    reasons: Said
    """理由 / reasons"""


class CloseCase(Ask):
    """结案 / close the case."""

    ground: Said
    """结案理由 / why it is closed"""
