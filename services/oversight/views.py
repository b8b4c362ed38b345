"""Oversight's read models. Each row follows from the history of one stream, so parking a stream leaves no other wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any

from sqlalchemy import Connection, TableClause, bindparam, delete, insert, text

from services.oversight.duplicates import LikelySame
from services.oversight.figure_rows import FigureFacts
from services.oversight.hazard_entry import Entry, entry
from services.oversight.links import named
from services.oversight.names import ThingNames
from services.oversight.tables import HAZARD_REGISTER, THING_LINK
from shared.bus.histories import Histories
from shared.bus.projection import Projection, write
from shared.law.obligations import Obligation
from shared.law.periods import end_of
from shared.law.reckoning import Reckonings
from shared.law.rungs import Kind, steps_owed
from shared.ledger.instants import microseconds
from shared.ledger.port import Ledger
from shared.runtime.armed import OBLIGATIONS, OPEN_OBLIGATION
from shared.runtime.law_files import Law
from shared.vocabulary.case_facts import CaseFiled
from shared.vocabulary.fact import Recorded
from shared.vocabulary.hand_over_facts import HandOverReceived
from shared.vocabulary.hazard_facts import HazardReported
from shared.vocabulary.order_facts import OrderIssued
from shared.vocabulary.report_facts import ReportReceived, ReportTriaged
from shared.vocabulary.source_facts import SourceOpened

REGISTER = "register"
LINKS = "links"

_LINK = text(
    "insert into thing_link (ledger, generation, stream, other, position)"
    " values (:ledger, :generation, :stream, :other, :position) on conflict do nothing"
)

# Built once: building a statement costs more than running it.
_WITHOUT_HAZARD = delete(HAZARD_REGISTER).where(
    HAZARD_REGISTER.c.ledger == bindparam("of_ledger"),
    HAZARD_REGISTER.c.generation == bindparam("of_generation"),
    HAZARD_REGISTER.c.hazard == bindparam("of_thing"),
)
_WITHOUT_STREAM = delete(OPEN_OBLIGATION).where(
    OPEN_OBLIGATION.c.ledger == bindparam("of_ledger"),
    OPEN_OBLIGATION.c.generation == bindparam("of_generation"),
    OPEN_OBLIGATION.c.stream == bindparam("of_thing"),
)
_ADD_HAZARD, _ADD_OBLIGATIONS = insert(HAZARD_REGISTER), insert(OPEN_OBLIGATION)


class HazardRegister:
    """One row per hazard."""

    name = REGISTER
    kinds = frozenset({"hazard"})

    def __init__(self, histories: Histories) -> None:
        self._histories = histories

    def derive(self, tx: Connection, streams: Sequence[Sequence[Recorded]], generation: int) -> None:
        """Write the hazards' rows anew."""
        lines = [(records[-1], entry(self._histories.upto(records))) for records in streams]
        rows = [_hazard_row(record, generation, line) for record, line in lines if line is not None]
        write(tx, _WITHOUT_HAZARD, [_of(row, row["hazard"]) for row in rows])
        write(tx, _ADD_HAZARD, rows)

    def clear(self, tx: Connection, ledger: str, generation: int) -> None:
        """Remove a generation."""
        _clear(tx, HAZARD_REGISTER, ledger, generation)


class OpenObligations:
    """What each thing owes, and lapses on record that late truth takes back."""

    name = OBLIGATIONS

    def __init__(self, histories: Histories, law: Law) -> None:
        self._histories, self._law = histories, law
        self._reckonings = Reckonings(law.rulebook, law.calendar)
        self.kinds = frozenset(row.thing for row in law.rulebook.rows)

    def derive(self, tx: Connection, streams: Sequence[Sequence[Recorded]], generation: int) -> None:
        """Write the streams' rows anew."""
        rows: list[dict[str, Any]] = []
        written: list[dict[str, Any]] = []
        for records in streams:
            record, history = records[-1], self._histories.upto(records)
            many = self._reckonings.of(history)
            owed = steps_owed(many, self._law.calendar, at=record.recorded_at)
            withdrawn = {o.step.obligation for o in owed if o.step.kind is Kind.WITHDRAWAL}
            subject = _subject(history)
            written.append(_of({"ledger": record.ledger, "generation": generation}, record.stream))
            rows += [
                _owed_row(record, generation, one, subject) for one in many if one.open or one.id in withdrawn
            ]
        write(tx, _WITHOUT_STREAM, written)
        write(tx, _ADD_OBLIGATIONS, rows)

    def clear(self, tx: Connection, ledger: str, generation: int) -> None:
        """Remove a generation."""
        _clear(tx, OPEN_OBLIGATION, ledger, generation)


class ThingLinks:
    """Which things hang together."""

    name = LINKS
    kinds = frozenset({"report", "visit", "hazard", "order", "source", "case"})

    def derive(self, tx: Connection, streams: Sequence[Sequence[Recorded]], generation: int) -> None:
        """Enter the pairs that the facts name; the first fact to name a pair counts."""
        pairs = [
            {
                "ledger": record.ledger,
                "generation": generation,
                "stream": record.stream,
                "other": other,
                "position": record.position,
            }
            for record in chain.from_iterable(streams)
            for other in sorted(named(record.fact) - {record.stream})
        ]
        write(tx, _LINK, pairs)

    def clear(self, tx: Connection, ledger: str, generation: int) -> None:
        """Remove a generation."""
        _clear(tx, THING_LINK, ledger, generation)


def read_models(ledger: Ledger, law: Law) -> tuple[Projection, ...]:
    """All read models of a ledger; each process, and each rebuild, makes its own."""
    histories = Histories(ledger)
    return (
        HazardRegister(histories),
        OpenObligations(histories, law),
        ThingLinks(),
        FigureFacts(histories),
        LikelySame(histories, law.likeness),
        ThingNames(),
    )


@dataclass(frozen=True, slots=True)
class _Subject:
    """Whom and where an obligation concerns; `hazards` by the number of the order's item."""

    enterprise: str | None = None
    community: str | None = None
    hazard: str | None = None
    hazards: tuple[tuple[str, str], ...] = ()


def _subject(history: Sequence[Recorded]) -> _Subject:
    subject = _Subject()
    for record in history:
        match record.fact:
            case HazardReported() as fact:
                subject = _Subject(fact.enterprise, fact.community, fact.hazard)
            case OrderIssued() as fact:
                hazards = tuple((str(item.number), item.hazard) for item in fact.items)
                subject = _Subject(fact.enterprise, fact.community, None, hazards)
            case ReportReceived() | ReportTriaged() as fact:
                subject = _Subject(fact.enterprise, fact.community)
            case SourceOpened() | CaseFiled() as fact:
                subject = _Subject(fact.enterprise)
            case HandOverReceived() as fact:
                subject = _Subject(fact.package.enterprise)
            case _:
                pass
    return subject


def _owed_row(record: Recorded, generation: int, one: Obligation, subject: _Subject) -> dict[str, Any]:
    return {
        "ledger": record.ledger,
        "generation": generation,
        "stream": one.stream,
        "obligation": one.id,
        "state": "open" if one.open else "withdrawal_owed",
        "row": one.row.id,
        "name": one.row.name,
        "bearer": str(one.bearer),
        "answerable": ",".join(one.row.answerable),
        "hazard": dict(subject.hazards).get(one.key, subject.hazard),
        "enterprise": subject.enterprise,
        "community": subject.community,
        "start": one.start.isoformat(),
        "legal": one.due.legal.isoformat(),
        "legal_due": _end(one.due.legal),
        "internal": one.due.internal.isoformat(),
        "internal_due": _end(one.due.internal),
        "provisional": one.due.provisional,
        "revision": one.revision,
        "lapsed": one.lapsed,
        "mark": str(one.rule.mark),
        "source": one.rule.source,
        "derivation": "\n".join(one.due.derivation),
        "derivation_en": "\n".join(one.due.derivation_en),
        "version": record.version,
        "position": record.position,
    }


def _hazard_row(record: Recorded, generation: int, line: Entry) -> dict[str, Any]:
    return {
        "ledger": record.ledger,
        "generation": generation,
        "hazard": line.hazard,
        "opened": line.opened,
        "enterprise": line.enterprise,
        "community": line.community,
        "defect": line.defect,
        "place": line.place,
        "grade": line.grade and str(line.grade),
        "legal_item": line.legal_item,
        "stage": str(line.stage),
        "under_order": line.order,
        "item": line.item,
        "violation": line.violation,
        "penalty_case": line.penalty_case and str(line.penalty_case),
        "reported_at": microseconds(line.reported_at),
        "closed_at": line.closed_at and microseconds(line.closed_at),
        "version": record.version,
        "position": record.position,
    }


def _of(row: dict[str, Any], thing: str) -> dict[str, Any]:
    return {"of_ledger": row["ledger"], "of_generation": row["generation"], "of_thing": thing}


def _end(due: date | datetime) -> int:
    return microseconds(end_of(due))


def _clear(tx: Connection, rows: TableClause, ledger: str, generation: int) -> None:
    tx.execute(delete(rows).where(rows.c.ledger == ledger, rows.c.generation == generation))
