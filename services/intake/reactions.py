"""What intake does on others' facts: when a hazard comes to its end, everyone who reported it gets the result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from services.intake import report
from shared.law.periods import SHANGHAI
from shared.runtime.desk import Change, Desk
from shared.runtime.reactions import react
from shared.vocabulary.fact import Fact, Recorded
from shared.vocabulary.hazard_facts import (
    HazardAbsorbed,
    HazardClosed,
    HazardFoundUnfounded,
    HazardMerged,
    HazardReported,
    HazardReportedUp,
    HazardSeparated,
    HazardTransferAcknowledged,
    Source,
)
from shared.vocabulary.identities import derived_id, stream_of
from shared.vocabulary.paper_facts import MessageOwed
from shared.vocabulary.report_facts import ReportAnswered, ReportAnswerWithdrawn, ReportReceived, Result

NAME = "intake.answer_reporters"


def answer_reporters(desk: Desk, record: Recorded) -> None:
    """Answer the reports of a hazard that ended and of all merged into it; of one merged too late for that, at once.

    Where a merging is undone, an answer given for the other hazard is withdrawn.
    """
    fact = record.fact
    match fact:
        case HazardMerged():
            decides = fact.into
        case HazardClosed() | HazardTransferAcknowledged() | HazardFoundUnfounded() | HazardReportedUp():
            decides = fact.hazard
        case HazardSeparated():
            decides = fact.hazard
        case _:
            return
    result = _result(_facts_then(desk, decides, record))
    reports = dict.fromkeys(_reports(desk, fact.hazard, record))
    changes = [change for one in reports for change in _told(desk, record, one, result, decides)]
    if changes:
        react(desk, NAME, record, *changes)


def _facts_then(desk: Desk, hazard: str, record: Recorded) -> list[Fact]:
    """A hazard's facts as of that record: what came after is answered when its own turn comes."""
    records = desk.load(stream_of("hazard", hazard)).records
    return [one.fact for one in records if one.position <= record.position]


def _result(facts: Iterable[Fact]) -> Result | None:
    """What came of a hazard, None while it is dealt with here."""
    result = None
    for fact in facts:
        match fact:
            case HazardTransferAcknowledged():
                result = Result.TRANSFERRED
            case HazardClosed():
                result = result or Result.REMOVED
            case HazardFoundUnfounded():
                result = Result.UNFOUNDED
            case HazardReportedUp():
                result = Result.REPORTED_UP
            case _:
                pass
    return result


def _reports(desk: Desk, hazard: str, record: Recorded) -> Iterator[str]:
    """The reports of a hazard, those that triage merged into them, and those of the hazards merged into it."""
    for fact in _facts_then(desk, hazard, record):
        match fact:
            case HazardReported(source=Source.REPORT):
                yield fact.source_id
                # As it stands now: from the answer on, triage merges nothing more into this report.
                yield from report.replay(desk.load(stream_of("report", fact.source_id)).facts).repeated_by
            case HazardAbsorbed() if _merged_into(_facts_then(desk, fact.merged, record)) == hazard:
                yield from _reports(desk, fact.merged, record)
            case _:
                pass


def _merged_into(facts: Iterable[Fact]) -> str | None:
    into = None
    for fact in facts:
        match fact:
            case HazardMerged():
                into = fact.into
            case HazardSeparated():
                into = None
            case _:
                pass
    return into


def _told_later(one: Recorded, record: Recorded) -> bool:
    """Whether this tells what came of a hazard by that record or a later one: done again, a reaction decides as it did."""
    cause = one.context.causation
    return cause is not None and int(cause.rpartition(":")[2]) >= record.position


def _told(
    desk: Desk, record: Recorded, reported: str, result: Result | None, hazard: str
) -> Iterator[Change]:
    """The answer on the report, or its withdrawal, and a message to the channel through which it came."""
    it = desk.load(stream_of("report", reported))
    state = report.replay(one.fact for one in it.records if not _told_later(one, record))
    if result is state.result:
        return  # they know already, or there is nothing to tell yet
    told = ReportAnswered(reported, result, hazard) if result else ReportAnswerWithdrawn(reported, hazard)
    yield Change(it, (told,))
    message = derived_id("message", record.ledger, it.stream, str(record.position))
    channels = tuple(fact.channel for fact in it.facts if isinstance(fact, ReportReceived))
    day = record.effective.astimezone(SHANGHAI).date().isoformat()
    words, _ = report.for_reporter(report.evolve(state, told))
    owed = MessageOwed(message, channels, it.stream, day, f"办理情况:{words}")
    yield Change(desk.load(stream_of("message", message)), (owed,))
