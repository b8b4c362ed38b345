"""The acts of rectification: hazards and orders."""

from __future__ import annotations

from services.rectification import asks, hazard_handlers, merging_handlers, order_handlers, visit_handlers
from shared.runtime.deeds import Deed

ACTS: tuple[Deed, ...] = (
    Deed("make_visit", "visit", asks.MakeVisit, visit_handlers.make_visit, new=True),
    Deed("verify_hazard", "hazard", asks.VerifyHazard, hazard_handlers.verify),
    Deed("find_unfounded", "hazard", asks.FindUnfounded, hazard_handlers.find_unfounded),
    Deed("grade_hazard", "hazard", asks.GradeHazard, hazard_handlers.grade),
    Deed("correct_on_spot", "hazard", asks.CorrectOnSpot, hazard_handlers.correct_on_spot),
    Deed("transfer_hazard", "hazard", asks.TransferHazard, hazard_handlers.transfer),
    Deed(
        "acknowledge_transfer",
        "hazard",
        asks.AcknowledgeTransfer,
        hazard_handlers.acknowledge_transfer,
    ),
    Deed("report_up", "hazard", asks.ReportUp, hazard_handlers.report_up),
    Deed("find_violation", "hazard", asks.FindViolation, hazard_handlers.find_violation),
    Deed("close_hazard", "hazard", asks.CloseHazard, hazard_handlers.close),
    Deed("merge_hazard", "hazard", asks.MergeHazard, merging_handlers.merge),
    Deed("keep_apart", "hazard", asks.KeepApart, merging_handlers.keep_apart),
    Deed("separate_hazard", "hazard", asks.SeparateHazard, merging_handlers.separate),
    Deed("issue_order", "order", asks.IssueOrder, order_handlers.issue, new=True),
    Deed("serve_order", "order", asks.ServeOrder, order_handlers.serve),
    Deed(
        "request_extension",
        "order",
        asks.RequestExtension,
        order_handlers.request_extension,
    ),
    Deed(
        "answer_extension",
        "order",
        asks.AnswerExtension,
        order_handlers.answer_extension,
    ),
    Deed(
        "report_completion",
        "order",
        asks.ReportCompletion,
        order_handlers.report_completion,
    ),
    Deed("reinspect", "order", asks.Reinspect, order_handlers.reinspect),
    Deed("issue_opinion", "order", asks.IssueOpinion, order_handlers.issue_opinion),
    Deed("withdraw_order", "order", asks.WithdrawOrder, order_handlers.withdraw),
)
