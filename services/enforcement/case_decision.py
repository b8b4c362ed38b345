"""The decision about each party, on the spot or after notice; its service and publication; closing."""

from __future__ import annotations

from collections.abc import Sequence

from services.enforcement.case import Case, Decision, Stage, needs
from services.enforcement.case_investigation import fits_tier
from services.enforcement.powers import may_punish_on_spot, within_cap
from shared.law.penalties import Penalties, PenaltyItem, yuan
from shared.vocabulary.case_facts import (
    CaseClosed,
    CaseConcluded,
    CaseRecorded,
    DecisionMade,
    DecisionPublished,
    DecisionServed,
    PartyKind,
    Penalty,
    PenaltyOutcome,
    Procedure,
)
from shared.vocabulary.fact import Fact
from shared.vocabulary.order_facts import ServiceMode
from shared.vocabulary.refusals import BadInput, TermOutOfBounds, WrongStage
from shared.vocabulary.registry_facts import AuthorityGranted


def decide(
    case: Case,
    *,
    party: str,
    number: str,
    outcome: PenaltyOutcome,
    fine: int | None,
    surcharge_told: bool,
    reasons: str,
    may_still_be_heard: Sequence[str],
    law: Penalties,
    profile: AuthorityGranted | None,
) -> tuple[Fact, ...]:
    """One party's decision: inside the authority of the day, never heavier than the notice, never while it may be heard.

    `may_still_be_heard`: the parties whose time for statement and defence is not over and who have not waived it.
    行政处罚法 Arts. 44, 45, 57, 58, 62; 行政强制法 Art. 45 wants the rate of the surcharge told in the decision.
    """
    needs(case, "作出决定", "行政处罚法第57、58条", Stage.NOTICED)
    noticed = case.penalty_of(party)
    if noticed is None or party in case.decisions:
        raise BadInput(
            f"{party}不是本案待决定的当事人", f"{party} is no party that waits for a decision", where="party",
            do_zh="请核对当事人", do_en="check the party",
        )  # fmt: skip
    if party in may_still_be_heard:
        raise WrongStage(
            "陈述申辩期限未满,当事人也未明确放弃,不能作出处罚决定",
            "the time for statement and defence is not over, and was not waived",
            basis="行政处罚法第44、45、62条", do_zh="请等期限届满,或登记当事人书面放弃",
            do_en="wait until it ends, or register an explicit waiver",
        )  # fmt: skip
    penalty = _imposed(noticed, outcome, fine)
    if penalty is not None:
        within_cap(profile, law, penalty)
    made = DecisionMade(
        case.id, party, number, case.procedure, outcome, noticed.party.kind, penalty, case.acting_name,
        surcharge_told, reasons,
    )  # fmt: skip
    last = {*case.decisions, party} >= {known.id for known in case.parties}
    return (made, CaseConcluded(case.id)) if last else (made,)


def _imposed(noticed: Penalty, outcome: PenaltyOutcome, fine: int | None) -> Penalty | None:
    if outcome is not PenaltyOutcome.PENALTY:
        if fine:
            raise BadInput(
                "不予处罚不得有罚款", "no penalty means no fine", where="fine",
                do_zh="请删去罚款数额", do_en="leave the fine out",
            )  # fmt: skip
        return None
    amount = noticed.fine if fine is None else fine
    if amount > noticed.fine:
        raise TermOutOfBounds(
            f"决定{yuan(amount)}元高于告知的{yuan(noticed.fine)}元", "the decision is heavier than the notice",
            basis="行政处罚法第44、45条", where="fine", do_zh="请重新提出、审核并告知", do_en="propose and notify again",
        )  # fmt: skip
    if amount < noticed.least:
        raise TermOutOfBounds(
            f"{yuan(amount)}元低于法定幅度下限{yuan(noticed.least)}元", "below the law's range", basis=noticed.basis,
            where="fine", do_zh="减轻处罚须重新提出建议并写明行政处罚法第32条事由",
            do_en="a mitigated penalty needs a proposal of its own (Art. 32)",
        )  # fmt: skip
    fields = {name: getattr(noticed, name) for name in noticed.__slots__}
    return Penalty(**{**fields, "fine": amount})


def decide_on_spot(
    case: Case,
    *,
    number: str,
    penalty: Penalty,
    item: PenaltyItem,
    receipt: str,
    reasons: str,
    law: Penalties,
    profile: AuthorityGranted | None,
) -> tuple[DecisionMade, CaseConcluded, DecisionServed]:
    """Two officers decide and hand it over at once, within the limits of the simplified procedure (Arts. 51, 52)."""
    granted = may_punish_on_spot(profile)
    fits_tier(case, penalty, item, "penalty/tier")
    within_cap(granted, law, penalty)
    limit = law.limits.simplified[penalty.party.kind]
    if penalty.fine > limit:
        who = "单位" if penalty.party.kind is PartyKind.ENTITY else "个人"
        raise TermOutOfBounds(
            f"当场处罚对{who}罚款不得超过{yuan(limit)}元,拟罚{yuan(penalty.fine)}元",
            f"on the spot at most {yuan(limit)} yuan", basis=law.limits.simplified_basis, where="fine",
            do_zh="请按普通程序立案", do_en="file the case",
        )  # fmt: skip
    made = DecisionMade(
        case.id, penalty.party.id, number, Procedure.SIMPLIFIED, PenaltyOutcome.PENALTY, penalty.party.kind, penalty, case.acting_name, True, reasons,
    )  # fmt: skip
    served = DecisionServed(case.id, penalty.party.id, ServiceMode.DIRECT, receipt, penalty.fine > 0)
    return made, CaseConcluded(case.id), served


def serve(case: Case, *, party: str, how: ServiceMode, receipt: str) -> DecisionServed:
    """Service was proven; the time to pay runs (行政处罚法 Arts. 61, 67)."""
    made = decision_of(case, party)
    if made.served:
        raise WrongStage(
            "决定书已送达", "the decision was served", basis="行政处罚法第61条",
            do_zh="请查看送达回执", do_en="see the receipt",
        )  # fmt: skip
    return DecisionServed(case.id, party, how, receipt, made.payable)


def record(case: Case, *, party: str, by: str) -> CaseRecorded:
    """A decision on the spot is put on record with the agency (行政处罚法 Art. 52)."""
    made = decision_of(case, party)
    if case.procedure is not Procedure.SIMPLIFIED or made.recorded:
        raise WrongStage(
            "不是当场处罚,或已备案", "not a decision on the spot, or on record already", basis="行政处罚法第52条",
            do_zh="请核对案件", do_en="check the case",
        )  # fmt: skip
    return CaseRecorded(case.id, party, by)


def publish(case: Case, *, party: str, where: str) -> DecisionPublished:
    """Published where the public can read it (安全生产法 Art. 78(2))."""
    made = decision_of(case, party)
    if made.outcome is not PenaltyOutcome.PENALTY or made.published:
        raise WrongStage(
            "没有处罚,或已公示", "no penalty, or published already", basis="安全生产法第78条第2款;行政处罚法第48条",
            do_zh="请核对决定", do_en="check the decision",
        )  # fmt: skip
    return DecisionPublished(case.id, party, where)


def close(case: Case, *, ground: str) -> CaseClosed:
    """Everything decided is served, paid with its surcharge, published or on record as the law wants it."""
    needs(case, "结案", "原安监总局令第15号第65条(二手)", Stage.DECIDED)
    for made in case.decisions.values():
        if missing := _missing(case, made):
            raise WrongStage(
                f"当事人{made.party}的决定{missing},不能结案", f"the decision about {made.party} is not done with",
                basis="行政处罚法第61、66、67、72条;安全生产法第78条第2款",
                do_zh="请先办完该项", do_en="finish it first",
            )  # fmt: skip
    if case.preserved:
        raise WrongStage(
            "登记保存的物品尚未处理,不能结案", "preserved things wait for a decision", basis="行政处罚法第56条",
            do_zh="请先作出处理决定", do_en="decide what becomes of them",
        )  # fmt: skip
    return CaseClosed(case.id, ground)


def _missing(case: Case, made: Decision) -> str:
    if not made.served:
        return "尚未送达"
    if made.payable and not made.settled:
        return "罚款尚未缴清"
    if made.payable and made.surcharge is None:
        return "缴款逾期,尚未决定是否加处罚款"
    if made.surcharge and made.surcharge_paid < made.surcharge:
        return "加处罚款尚未缴清"
    public = made.kind is PartyKind.ENTITY and made.outcome is PenaltyOutcome.PENALTY
    if public and not made.published:
        return "尚未公示"
    return "尚未备案" if case.procedure is Procedure.SIMPLIFIED and not made.recorded else ""


def decision_of(case: Case, party: str) -> Decision:
    """The decision about a party; raises BadInput."""
    known = case.decisions.get(party)
    if known is None:
        raise BadInput(
            f"本案对{party}尚无决定", f"nothing was decided about {party}", where="party",
            do_zh="请核对当事人", do_en="check the party",
        )  # fmt: skip
    return known
