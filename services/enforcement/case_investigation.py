"""From filing to the decision's door: evidence, proposal, legal review, notice, statement and defence."""

from __future__ import annotations

from collections.abc import Sequence

from services.enforcement.case import Case, Stage, needs
from services.enforcement.powers import within_cap
from shared.law.penalties import Penalties, PenaltyItem, yuan
from shared.vocabulary.case_facts import (
    EvidencePreserved,
    EvidenceTaken,
    LegalReviewed,
    NoticeServed,
    Penalty,
    PenaltyProposed,
    PreservationEnded,
    StatementMade,
    StatementWaived,
    Tier,
)
from shared.vocabulary.hazard_facts import Evidence
from shared.vocabulary.order_facts import ServiceMode
from shared.vocabulary.refusals import BadInput, TermOutOfBounds, WrongStage
from shared.vocabulary.registry_facts import AuthorityGranted


def take_evidence(
    case: Case, *, record: str, kind: str, summary: str, evidence: tuple[Evidence, ...]
) -> EvidenceTaken:
    """Two certified officers take evidence (行政处罚法 Arts. 42, 54, 55)."""
    needs(case, "调查取证", "行政处罚法第54、55条", Stage.FILED)
    return EvidenceTaken(case.id, record, kind, summary, evidence)


def preserve(case: Case, *, preservation: str, things: tuple[str, ...], reasons: str) -> EvidencePreserved:
    """The head approves that things which may be lost are registered and kept (行政处罚法 Art. 56)."""
    needs(case, "先行登记保存", "行政处罚法第56条", Stage.FILED)
    return EvidencePreserved(case.id, preservation, things, reasons)


def end_preservation(case: Case, *, preservation: str, disposal: str) -> PreservationEnded:
    """Within seven working days it is decided what becomes of them."""
    if preservation not in case.preserved:
        raise WrongStage(
            "没有这一项登记保存,或已作出处理", "no such preservation is in force", basis="行政处罚法第56条",
            where="preservation", do_zh="请核对编号", do_en="check the id",
        )  # fmt: skip
    return PreservationEnded(case.id, preservation, disposal)


def propose(
    case: Case, *, report: str, penalties: tuple[Penalty, ...], items: Sequence[PenaltyItem]
) -> PenaltyProposed:
    """The handlers report and propose; what was stated in defence never leads to a heavier proposal (Art. 45)."""
    needs(case, "提出处罚建议", "行政处罚法第5、34、40、57条", Stage.FILED, Stage.NOTICED)
    if case.decisions:
        raise WrongStage(
            "已对部分当事人作出决定,不能重新提出建议", "a party was decided about already", basis="行政处罚法第57条",
            do_zh="请对其余当事人作出决定", do_en="decide about the others",
        )  # fmt: skip
    if not case.evidence:
        raise WrongStage(
            "尚未调查取证,不能提出处罚建议", "nothing was investigated yet", basis="行政处罚法第40、54条",
            do_zh="请先由两名执法人员取证并登记", do_en="let two officers take evidence first",
        )  # fmt: skip
    if len({p.party.id for p in penalties}) < len(penalties):
        raise BadInput(
            "同一当事人列了两次", "a party is listed twice", where="penalties",
            do_zh="每名当事人一项", do_en="one entry for each party",
        )  # fmt: skip
    for n, (penalty, item) in enumerate(zip(penalties, items, strict=True)):
        fits_tier(case, penalty, item, f"penalties/{n}/tier")
        _no_heavier(case, penalty, n)
    return PenaltyProposed(case.id, case.round + 1, report, penalties)


def fits_tier(case: Case, penalty: Penalty, item: PenaltyItem, where: str) -> None:
    """Who let the term run out is judged by the tier for that, where the law has one; order first where it says so."""
    if case.overdue and penalty.tier is Tier.FIRST and item.range(penalty.party.kind, Tier.OVERDUE):
        raise TermOutOfBounds(
            f"责令限期改正后逾期未改正,{item.code}应按逾期档次提出",
            f"the term of the order ran out: {item.code} has a tier for that", basis=item.basis,
            where=where, do_zh="请改为逾期档次,或说明不属逾期并移送",
            do_en="use the tier overdue",
        )  # fmt: skip
    if not case.overdue and (penalty.tier is Tier.OVERDUE or item.order_first):
        raise TermOutOfBounds(
            f"没有逾期未改正的复查结论,不能按逾期档次或{item.code}处罚",
            "no re-inspection found the term to have run out", basis=item.basis,
            where=where, do_zh="请先责令限期改正并复查", do_en="order and re-inspect first",
        )  # fmt: skip


def _no_heavier(case: Case, penalty: Penalty, n: int) -> None:
    most = case.heard.get(penalty.party.id)
    if most is not None and penalty.fine > most:
        raise TermOutOfBounds(
            f"当事人陈述申辩后不得加重处罚:陈述申辩时拟罚{yuan(most)}元", "no heavier penalty after a statement",
            basis="行政处罚法第45条第2款", where=f"penalties/{n}/fine",
            do_zh="请不高于该数额", do_en="propose no more than that",
        )  # fmt: skip


def review(case: Case, *, passed: bool, opinion: str) -> LegalReviewed:
    """Someone who did not investigate checks it; without it there is no decision (行政处罚法 Art. 58)."""
    needs(case, "法制审核", "行政处罚法第58条", Stage.PROPOSED)
    return LegalReviewed(case.id, case.round, passed, opinion)


def serve_notice(
    case: Case,
    *,
    number: str,
    how: ServiceMode,
    receipt: str,
    law: Penalties,
    profile: AuthorityGranted | None,
) -> NoticeServed:
    """Tell the parties, inside the office's authority and below the right to a hearing (行政处罚法 Arts. 44, 63)."""
    needs(case, "告知", "行政处罚法第44、62条", Stage.REVIEWED)
    for penalty in case.penalties:
        within_cap(profile, law, penalty)
    parties = tuple(party.id for party in case.parties)
    return NoticeServed(case.id, case.round, number, how, receipt, parties)


def make_statement(case: Case, *, party: str, summary: str, accepted: bool, answer: str) -> StatementMade:
    """What a party says is heard, re-checked and answered (行政处罚法 Art. 45)."""
    _heard(case, party)
    return StatementMade(case.id, party, summary, accepted, answer)


def waive_statement(case: Case, *, party: str, receipt: str) -> StatementWaived:
    """A waiver is explicit and on paper; silence is none (行政处罚法 Art. 62)."""
    _heard(case, party)
    return StatementWaived(case.id, party, receipt)


def _heard(case: Case, party: str) -> None:
    needs(case, "登记陈述申辩", "行政处罚法第44、45条", Stage.NOTICED)
    if all(known.id != party for known in case.parties):
        raise BadInput(
            f"{party}不是本案当事人", f"{party} is not a party to this case", where="party",
            do_zh="请核对当事人", do_en="check the party",
        )  # fmt: skip
