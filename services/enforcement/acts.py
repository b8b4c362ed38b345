"""The acts of enforcement on case sources and cases."""

from __future__ import annotations

from services.enforcement import asks, case_handlers, hand_over_handlers, handlers, money_handlers
from shared.runtime.deeds import Deed

ACTS: tuple[Deed, ...] = (
    Deed("propose_disposition", "source", asks.Proposal, handlers.propose),
    Deed("dispose_source", "source", asks.Disposition, handlers.dispose),
    Deed("penalise_on_spot", "source", asks.PenaliseOnSpot, handlers.penalise_on_spot),
    Deed("take_evidence", "case", asks.TakeEvidence, case_handlers.take_evidence),
    Deed("preserve_evidence", "case", asks.PreserveEvidence, case_handlers.preserve),
    Deed("end_preservation", "case", asks.EndPreservation, case_handlers.end_preservation),
    Deed("propose_penalty", "case", asks.ProposePenalty, case_handlers.propose),
    Deed("review_case", "case", asks.ReviewCase, case_handlers.review),
    Deed("serve_notice", "case", asks.ServePaper, case_handlers.serve_notice),
    Deed("make_statement", "case", asks.MakeStatement, case_handlers.make_statement),
    Deed("waive_statement", "case", asks.WaiveStatement, case_handlers.waive_statement),
    Deed("decide_case", "case", asks.DecideCase, case_handlers.decide),
    Deed("hand_over_case", "case", asks.HandOver, hand_over_handlers.hand_over),
    Deed("record_hand_over_answer", "case", asks.RecordAnswer, hand_over_handlers.record_answer),
    Deed("acknowledge_hand_over", "source", asks.AcknowledgeHandOver, hand_over_handlers.acknowledge),
    Deed("return_hand_over", "source", asks.ReturnHandOver, hand_over_handlers.send_back),
    Deed("serve_decision", "case", asks.ServeDecision, money_handlers.serve_decision),
    Deed("record_on_spot", "case", asks.RecordOnSpot, money_handlers.record_on_spot),
    Deed("publish_decision", "case", asks.PublishDecision, money_handlers.publish),
    Deed("record_payment", "case", asks.RecordPayment, money_handlers.record_payment),
    Deed("impose_surcharge", "case", asks.OfParty, money_handlers.impose_surcharge),
    Deed("waive_surcharge", "case", asks.WaiveSurcharge, money_handlers.waive_surcharge),
    Deed("close_case", "case", asks.CloseCase, money_handlers.close),
)
