"""Which things hang together: what a fact says about other things, as pairs of streams."""

from __future__ import annotations

from shared.vocabulary.case_facts import CaseFiled
from shared.vocabulary.fact import Fact, Recorded
from shared.vocabulary.hand_over_facts import CaseHandedOver, HandOverReceived
from shared.vocabulary.hazard_facts import HazardMerged, HazardPutUnderOrder, HazardReported, Source
from shared.vocabulary.identities import handed_source, stream_of
from shared.vocabulary.order_facts import OrderIssued, VisitMade
from shared.vocabulary.report_facts import ReportTriaged
from shared.vocabulary.source_facts import SourceOpened


def named(fact: Fact) -> frozenset[str]:
    """The streams of the other things that a fact names."""
    match fact:
        case HazardReported():
            kind = "report" if fact.source is Source.REPORT else "visit"
            return _streams((kind, fact.source_id), ("hazard", fact.recurrence_of))
        case HazardPutUnderOrder():
            return _streams(("order", fact.order))
        case HazardMerged():
            return _streams(("hazard", fact.into))
        case VisitMade():
            return _streams(("order", fact.order), *(("hazard", hazard) for hazard in fact.hazards))
        case OrderIssued():
            hazards = (("hazard", item.hazard) for item in fact.items)
            return _streams(("visit", fact.visit), ("order", fact.supersedes), *hazards)
        case ReportTriaged():
            return _streams(("report", fact.duplicate_of))
        case CaseFiled():
            hazards = (("hazard", hazard) for hazard in fact.hazards)
            return _streams(("source", fact.source), ("order", fact.order), *hazards)
        case SourceOpened():
            hazards = (("hazard", hazard) for hazard in fact.hazards)
            return _streams(("order", fact.order), *hazards) | {fact.cause_stream}
        case _:
            return frozenset()


def elsewhere(record: Recorded) -> list[dict[str, str]]:
    """The thing in another office's book that a hand-over became or came from; whoever reads that book finds it there."""
    match record.fact:
        case CaseHandedOver(ledger=str(ledger)):
            return [_place(ledger, "source", handed_source(record.ledger, record.position))]
        case HandOverReceived():
            return [_place(record.fact.from_ledger, "case", record.fact.case)]
        case _:
            return []


def _place(ledger: str, kind: str, thing: str) -> dict[str, str]:
    return {"ledger": ledger, "thing": stream_of(kind, thing)}


def _streams(*things: tuple[str, str | None]) -> frozenset[str]:
    return frozenset(stream_of(kind, thing) for kind, thing in things if thing)
