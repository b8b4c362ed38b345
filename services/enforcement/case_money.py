"""Money of a decision: payments as the bank reports them, and the surcharge of a late one. Amounts in fen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.enforcement.case import Case, Decision
from services.enforcement.case_decision import decision_of
from shared.law.penalties import SurchargeRule, surcharge, yuan
from shared.vocabulary.case_facts import FinePaid, PaymentReceived, SurchargeImposed, SurchargeWaived
from shared.vocabulary.fact import Fact
from shared.vocabulary.refusals import BadInput, LegalRefusal, WrongStage


def pay(case: Case, *, party: str, amount: int, receipt: str, paid: date, due: date) -> tuple[Fact, ...]:
    """The bank received money: first for the fine, then for a surcharge that was imposed (行政处罚法 Arts. 66, 67).

    `paid`: the day of the latest payment for the fine. One paid in time has no surcharge, and that is said at once.
    """
    made = _served(case, party)
    owed = made.fine - made.paid
    also = (made.surcharge or 0) - made.surcharge_paid
    if not 0 < amount <= owed + also:
        raise BadInput(
            f"缴款{yuan(amount)}元与应缴{yuan(owed + also)}元不符", f"{yuan(owed + also)} yuan is owed, not {yuan(amount)}",
            where="amount", do_zh="请核对银行回单;多缴的应退还", do_en="check the bank's receipt",
        )  # fmt: skip
    to_fine = min(amount, owed)
    facts: list[Fact] = [PaymentReceived(case.id, party, receipt, amount, to_fine, amount - to_fine)]
    if to_fine and to_fine == owed:
        facts.append(FinePaid(case.id, party))
        if paid <= due:
            facts.append(SurchargeWaived(case.id, party, "按期缴纳,无加处罚款"))
    return tuple(facts)


def impose_surcharge(
    case: Case, *, party: str, rule: SurchargeRule, due: date, payments: Sequence[tuple[date, int]]
) -> SurchargeImposed:
    """What the days late cost; only where the decision had told the rate (行政强制法 Art. 45(1))."""
    made = _late(case, party, rule)
    if not made.surcharge_told:
        raise LegalRefusal(
            "处罚决定书未告知加处罚款的标准,不得加处罚款", "the decision did not tell the rate",
            basis="行政强制法第45条第1款;罚款决定与罚款收缴分离实施办法第7条", do_zh="请作不加处决定并说明理由",
            do_en="waive it, with reasons",
        )  # fmt: skip
    found = surcharge(rule, made.fine, due, payments)
    return SurchargeImposed(case.id, party, found.days, found.amount, found.derivation)


def waive_surcharge(case: Case, *, party: str, rule: SurchargeRule, reasons: str) -> SurchargeWaived:
    """The agency may impose it and need not; why not is kept."""
    _late(case, party, rule)
    return SurchargeWaived(case.id, party, reasons)


def _late(case: Case, party: str, rule: SurchargeRule) -> Decision:
    made = _served(case, party)
    if not made.settled or made.surcharge is not None:
        raise WrongStage(
            "罚款尚未缴清,或加处罚款已有结论", "the fine is not paid yet, or this was decided", basis=rule.basis,
            do_zh="请在罚款缴清后办理一次", do_en="decide it once, when the fine is paid",
        )  # fmt: skip
    return made


def _served(case: Case, party: str) -> Decision:
    made = decision_of(case, party)
    if not made.served or not made.payable:
        raise WrongStage(
            "决定尚未送达,或没有罚款", "not served, or nothing to pay", basis="行政处罚法第67条",
            do_zh="请先送达", do_en="serve it first",
        )  # fmt: skip
    return made
