"""What a story is about: the thing's title and what is known of it, from its own facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from services.oversight.hazard_entry import entry
from shared.law.penalties import yuan
from shared.vocabulary.case_facts import CaseClosed, CaseFiled, DecisionMade
from shared.vocabulary.fact import Fact, Recorded
from shared.vocabulary.hand_over_facts import (
    CaseHandedOver,
    CaseHandOverReturned,
    HandOverAcknowledged,
    HandOverReceived,
    HandOverReturned,
)
from shared.vocabulary.hazard_facts import HazardReported
from shared.vocabulary.identities import stream_of
from shared.vocabulary.order_facts import OrderIssued, OrderItem, OrderWithdrawn, VisitMade
from shared.vocabulary.report_facts import ReportReceived, ReportTriaged
from shared.vocabulary.source_facts import SourceDisposed, SourceOpened


@dataclass(frozen=True, slots=True)
class Field:
    """One line: what it is (a key of the texts), its value; `code` where the value is a word of ours."""

    key: str
    value: str
    code: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """Title (empty: the kind's name says it all), where it stands (a code word), its fields and, of an order, its items."""

    title: str
    standing: str | None = None
    fields: tuple[Field, ...] = ()
    items: tuple[OrderItem, ...] = field(default=())


def subject(kind: str, history: Sequence[Recorded], names: Mapping[str, str]) -> Subject:
    """The thing as its facts have it; `names` by stream."""
    facts = [record.fact for record in history]
    match kind:
        case "hazard":
            return _hazard(history, names)
        case "order":
            return _order(facts, names)
        case "source":
            return _source(facts, names)
        case "case":
            return _case(facts, names)
        case "visit":
            return _visit(facts, names)
        case _:
            return _report(facts, names)


def _hazard(history: Sequence[Recorded], names: Mapping[str, str]) -> Subject:
    line = entry(history)
    if line is None:
        return Subject("")
    known_from = next(record.fact for record in history if isinstance(record.fact, HazardReported))
    found = [
        _named("enterprise", line.enterprise, names),
        _named("community", line.community, names),
        Field("place", line.place),
        Field("grade", line.grade, code=True) if line.grade else None,
        Field("legal_item", line.legal_item) if line.legal_item else None,
        Field("known_from", known_from.source, code=True),
    ]
    return Subject(line.defect, line.stage, _there(found))


def _order(facts: Sequence[Fact], names: Mapping[str, str]) -> Subject:
    issued = next((fact for fact in facts if isinstance(fact, OrderIssued)), None)
    if issued is None:
        return Subject("")
    found = [
        _named("enterprise", issued.enterprise, names),
        _named("community", issued.community, names),
        Field("acting_name", issued.acting_name),
    ]
    withdrawn = any(isinstance(fact, OrderWithdrawn) for fact in facts)
    return Subject(issued.number, "withdrawn" if withdrawn else None, _there(found), issued.items)


def _source(facts: Sequence[Fact], names: Mapping[str, str]) -> Subject:
    received = next((fact for fact in facts if isinstance(fact, HandOverReceived)), None)
    if received is not None:
        return _handed_over(received, facts)
    opened = next((fact for fact in facts if isinstance(fact, SourceOpened)), None)
    if opened is None:
        return Subject("")
    found = [
        Field("ground", opened.ground, code=True),
        Field("legal_item", "、".join(opened.legal_items)),
    ]
    whose = opened.enterprise or ""
    return Subject(names.get(stream_of("enterprise", whose), whose), _disposed(facts), _there(found))


def _handed_over(received: HandOverReceived, facts: Sequence[Fact]) -> Subject:
    package = received.package
    found = (
        Field("from_office", received.from_office),
        Field("their_number", package.number),
        Field("legal_item", "、".join(package.legal_items)),
    )
    standing = "awaiting_acknowledgement"
    for fact in facts:
        match fact:
            case HandOverAcknowledged():
                standing = _disposed(facts)
            case HandOverReturned():
                standing = "returned"
            case _:
                pass
    return Subject(package.enterprise_name or package.enterprise or "", standing, found)


def _disposed(facts: Sequence[Fact]) -> str:
    disposed = next((fact for fact in facts if isinstance(fact, SourceDisposed)), None)
    return disposed.outcome if disposed else "awaiting_disposition"


_CASE_STANDING: Mapping[type[Fact], str] = {
    CaseHandedOver: "handed_over",
    CaseHandOverReturned: "in_procedure",
    CaseClosed: "case_closed",
}


def _case(facts: Sequence[Fact], names: Mapping[str, str]) -> Subject:
    filed = next((fact for fact in facts if isinstance(fact, CaseFiled)), None)
    if filed is None:
        return Subject("")
    found = [
        Field("procedure", filed.procedure, code=True),
        _named("enterprise", filed.enterprise, names),
        Field("legal_item", "、".join(filed.legal_items)),
        Field("acting_name", filed.acting_name),
        *(_decision(fact, names) for fact in facts if isinstance(fact, DecisionMade)),
    ]
    standing = "in_procedure"
    for fact in facts:
        standing = _CASE_STANDING.get(type(fact), standing)
    return Subject(filed.number, standing, _there(found))


def _decision(fact: DecisionMade, names: Mapping[str, str]) -> Field:
    party = names.get(stream_of("enterprise", fact.party), fact.party)
    fine = f" {yuan(fact.penalty.fine)}元" if fact.penalty else ""
    return Field("decision", f"{fact.number} {party}{fine}")


def _visit(facts: Sequence[Fact], names: Mapping[str, str]) -> Subject:
    made = next((fact for fact in facts if isinstance(fact, VisitMade)), None)
    if made is None:
        return Subject("")
    found = [_named("enterprise", made.enterprise, names), _named("community", made.community, names)]
    return Subject(made.record, None, _there(found))


def _report(facts: Sequence[Fact], names: Mapping[str, str]) -> Subject:
    received = next((fact for fact in facts if isinstance(fact, ReportReceived)), None)
    if received is None:
        return Subject("")
    triaged = next((fact for fact in facts if isinstance(fact, ReportTriaged)), None)
    found = [
        _named("channel", received.channel, names),
        _named("enterprise", (triaged or received).enterprise, names),
        _named("community", (triaged or received).community, names),
        Field("place", triaged.place) if triaged and triaged.place else None,
    ]
    standing = triaged.outcome if triaged else "awaiting_triage"
    return Subject(triaged.defect if triaged else "", standing, _there(found))


def _named(kind: str, thing: str | None, names: Mapping[str, str]) -> Field | None:
    return Field(kind, names.get(stream_of(kind, thing), thing)) if thing else None


def _there(found: Iterable[Field | None]) -> tuple[Field, ...]:
    return tuple(one for one in found if one is not None)
