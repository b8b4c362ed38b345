"""What rectification does on others' facts: an accepted report becomes a hazard."""

from __future__ import annotations

from shared.runtime.desk import Change, Desk
from shared.runtime.reactions import react
from shared.vocabulary.fact import Recorded
from shared.vocabulary.hazard_facts import HazardReported, Source
from shared.vocabulary.identities import reaction_id, stream_of
from shared.vocabulary.report_facts import ReportTriaged, Triage

NAME = "rectification.open_hazard"


def open_hazard(desk: Desk, record: Recorded) -> None:
    """Open the hazard of an accepted report, in the officer's neutral words."""
    fact = record.fact
    if not isinstance(fact, ReportTriaged) or fact.outcome is not Triage.ACCEPTED:
        return
    hazard = reaction_id(record.ledger, record.position, NAME)
    reported = HazardReported(
        hazard,
        Source.REPORT,
        fact.report,
        fact.community,
        fact.place,
        fact.defect,
        fact.enterprise,
    )
    react(desk, NAME, record, Change(desk.load(stream_of("hazard", hazard)), (reported,)))
