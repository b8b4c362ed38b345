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
    """处置建议."""

    outcome: Outcome
    reasons: Said
    basis: Said


class Disposition(Proposal):
    """处置决定; a transfer names its agency."""

    agency: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None = None


class TakeEvidence(Ask):
    """调查取证; `kind`: 询问、勘验、抽样、书证……"""

    record: Said
    kind: Said
    summary: Said
    evidence: Files = ()


class PreserveEvidence(Ask):
    """先行登记保存."""

    things: Reasons
    reasons: Said


class EndPreservation(Ask):
    """处理登记保存物品."""

    preservation: Id
    disposal: Said


class ProposedParty(Ask):
    """当事人: the enterprise by its id, or a person by an opaque id and the post; name and number are sealed."""

    id: Id
    kind: PartyKind
    post: Text = ""
    name: Annotated[str, Field(max_length=100)] = ""
    id_number: Annotated[str, Field(pattern=r"^([0-9]{17}[0-9X])?$")] = ""


class ProposedPenalty(Ask):
    """对一名当事人的处罚建议; `cell`: the benchmark's cell, `factors`: what speaks for this amount."""

    party: ProposedParty
    item: Said
    fine: Fen
    tier: Tier
    cell: Said
    factors: Reasons
    warning: bool = False


class ProposePenalty(Ask):
    """处罚建议."""

    report: Said
    penalties: Annotated[tuple[ProposedPenalty, ...], Field(min_length=1, max_length=20)]


class ReviewCase(Ask):
    """法制审核."""

    passed: bool
    opinion: Said


class ServePaper(Ask):
    """送达."""

    how: ServiceMode
    receipt: Said


class MakeStatement(Ask):
    """陈述申辩; `summary` in neutral words, what was said verbatim is kept on paper."""

    party: Id
    summary: Said
    accepted: bool
    answer: Said


class WaiveStatement(Ask):
    """书面放弃陈述申辩."""

    party: Id
    receipt: Said


class DecideCase(Ask):
    """处罚决定; without `fine` as in the notice."""

    party: Id
    outcome: PenaltyOutcome
    fine: Fen | None = None
    surcharge_told: bool = True
    reasons: Said


class PenaliseOnSpot(Ask):
    """当场处罚."""

    penalty: ProposedPenalty
    receipt: Said
    reasons: Said


class ServeDecision(ServePaper):
    """送达处罚决定书."""

    party: Id


class RecordOnSpot(Ask):
    """当场处罚备案."""

    party: Id


class PublishDecision(Ask):
    """公示; `where`: the address."""

    party: Id
    where: Said


class RecordPayment(Ask):
    """登记缴款: the bank's receipt; the day of payment is the effective time."""

    party: Id
    amount: Annotated[int, Field(gt=0, le=10**12)]
    receipt: Said


class OfParty(Ask):
    """对一名当事人的决定."""

    party: Id


class WaiveSurcharge(OfParty):
    """不加处罚款的理由."""

    reasons: Said


class OpenParty(Ask):
    """查阅当事人身份; the reason is logged before anything is shown."""

    party: Id
    reason: Said


class HandOver(Ask):
    """移交案件; `to`: the office that has the authority."""

    to: Id
    reasons: Said


class RecordAnswer(Ask):
    """登记对方的书面签收(回执)或者退回(理由),二者填一."""

    receipt: Text = ""
    reasons: Text = ""


class AcknowledgeHandOver(Ask):
    """签收移交案件."""

    receipt: Said


class ReturnHandOver(Ask):
    """退回移交案件."""

    reasons: Said


class CloseCase(Ask):
    """结案."""

    ground: Said
