"""A report as Open311 shows it: how far it is, and nothing of what is sealed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.intake import report
from services.intake.open311.services import service_for
from services.intake.report import Report
from shared.law.periods import SHANGHAI
from shared.runtime.desk import Loaded
from shared.vocabulary.report_facts import (
    ReportAnswered,
    ReportAnswerWithdrawn,
    ReportReceived,
    ReportTriaged,
    Triage,
)

OPEN, CLOSED = "open", "closed"

_TOLD = (ReportReceived, ReportTriaged, ReportAnswered, ReportAnswerWithdrawn)


def document(number: str, it: Loaded) -> dict[str, Any]:
    """The request of a tracking number; the words, the place and whatever else is sealed is null."""
    state = report.replay(it.facts)
    received = received_as(it)
    service = service_for(serious=received.serious)
    zh, en = report.for_reporter(state)
    return {
        "service_request_id": number,
        "status": status(state),
        "status_notes": f"{zh} / {en}",
        "service_name": service.name,
        "service_code": service.code,
        "description": None,
        "agency_responsible": None,
        "service_notice": None,
        "requested_datetime": _written(it.records[0].recorded_at),
        "updated_datetime": _written(
            [one.recorded_at for one in it.records if isinstance(one.fact, _TOLD)][-1]
        ),
        "expected_datetime": None,
        "address": None,
        "address_id": None,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }


def received_as(it: Loaded) -> ReportReceived:
    """The fact with which a report begins."""
    first = it.facts[0]
    if not isinstance(first, ReportReceived):
        raise LookupError(it.stream)
    return first


def status(state: Report) -> str:
    """Closed once it has its result, or is found not to be about safety; a repetition waits for the result."""
    over = state.result is not None or state.outcome is Triage.NOT_SAFETY
    return CLOSED if over else OPEN


def _written(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).isoformat(timespec="seconds")
