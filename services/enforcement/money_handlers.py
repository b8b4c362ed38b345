"""Acts on decisions: service, record, publication, payment, surcharge, closing."""

from __future__ import annotations

from datetime import date, datetime

from services.enforcement import asks, case_decision, case_money
from services.enforcement.case_handlers import begun
from services.enforcement.moments import not_before, not_before_the_day
from shared.law.periods import shanghai_day
from shared.ledger.port import Appended
from shared.runtime.desk import Call, Desk, Loaded
from shared.vocabulary.case_facts import DecisionMade, DecisionServed, FinePaid, PaymentReceived
from shared.vocabulary.refusals import WrongStage

PAYMENT_ROW = "T35"


def serve_decision(desk: Desk, call: Call, case_id: str, ask: asks.ServeDecision) -> Appended:
    """The decision reached its party."""
    it = not_before(begun(desk, call, "serve_decision", case_id), DecisionMade, ask.party)
    fact = case_decision.serve(it.state, party=ask.party, how=ask.how, receipt=ask.receipt)
    return it.append(fact)


def record_on_spot(desk: Desk, call: Call, case_id: str, ask: asks.RecordOnSpot) -> Appended:
    """A decision on the spot is put on record."""
    it = begun(desk, call, "record_on_spot", case_id)
    fact = case_decision.record(it.state, party=ask.party, by=call.person)
    return it.append(fact)


def publish(desk: Desk, call: Call, case_id: str, ask: asks.PublishDecision) -> Appended:
    """The decision is published."""
    it = not_before(begun(desk, call, "publish_decision", case_id), DecisionMade, ask.party)
    fact = case_decision.publish(it.state, party=ask.party, where=ask.where)
    return it.append(fact)


def record_payment(desk: Desk, call: Call, case_id: str, ask: asks.RecordPayment) -> Appended:
    """The bank's receipt is entered; the day of payment is the effective time.

    Receipts come in any order: the fine is paid with the latest payment, not with the one entered last.
    """
    it = not_before_the_day(begun(desk, call, "record_payment", case_id), DecisionServed, ask.party)
    latest = max([it.acting.effective, *(moment for moment, _amount in _payments(it.loaded, ask.party))])
    facts = case_money.pay(
        it.state,
        party=ask.party,
        amount=ask.amount,
        receipt=ask.receipt,
        paid=shanghai_day(latest),
        due=_due(desk, it.loaded, ask.party),
    )
    return it.append(*facts, moments={FinePaid.TYPE: latest})


def impose_surcharge(desk: Desk, call: Call, case_id: str, ask: asks.OfParty) -> Appended:
    """The agency imposes what the days late cost."""
    it = begun(desk, call, "impose_surcharge", case_id)
    fact = case_money.impose_surcharge(
        it.state,
        party=ask.party,
        rule=desk.law.penalties.surcharge,
        due=_due(desk, it.loaded, ask.party),
        payments=[
            (shanghai_day(moment), amount) for moment, amount in sorted(_payments(it.loaded, ask.party))
        ],
    )
    return it.append(fact)


def waive_surcharge(desk: Desk, call: Call, case_id: str, ask: asks.WaiveSurcharge) -> Appended:
    """The agency does not impose it, with reasons."""
    it = begun(desk, call, "waive_surcharge", case_id)
    fact = case_money.waive_surcharge(
        it.state, party=ask.party, rule=desk.law.penalties.surcharge, reasons=ask.reasons
    )
    return it.append(fact)


def close(desk: Desk, call: Call, case_id: str, ask: asks.CloseCase) -> Appended:
    """The case is closed by someone who did not handle it."""
    it = begun(desk, call, "close_case", case_id)
    return it.append(case_decision.close(it.state, ground=ask.ground))


def _due(desk: Desk, loaded: Loaded, party: str) -> date:
    """The last day to pay, as the obligation has it."""
    for obligation in desk.obligations(loaded):
        if (obligation.row.id, obligation.key) == (PAYMENT_ROW, party):
            return shanghai_day(obligation.due.legal)
    raise WrongStage(
        "决定尚未送达,缴款期限未起算", "the time to pay does not run yet", basis="行政处罚法第67条第3款",
        do_zh="请先登记送达", do_en="register the service first",
    )  # fmt: skip


def _payments(loaded: Loaded, party: str) -> list[tuple[datetime, int]]:
    """Moments and amounts paid for the fine, as they were entered."""
    return [
        (record.effective, record.fact.to_fine)
        for record in loaded.records
        if isinstance(record.fact, PaymentReceived) and record.fact.party == party and record.fact.to_fine
    ]
