"""The lists that people work from: the register, what is late or due, and what the sweep finds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Engine, Select, TableClause, and_, case, func, or_, select
from sqlalchemy.sql import ColumnElement, FromClause

from services.oversight.cursors import cursor, read_cursor
from services.oversight.duplicates import DUPLICATES, pairs, proposal_row
from services.oversight.filters import LateFilter, RegisterFilter, hazards_where, owed_where, rights
from services.oversight.names import NAMES
from services.oversight.tables import HAZARD_REGISTER, PROPOSAL, THING_NAME
from services.oversight.views import REGISTER
from services.oversight.words import Language, word
from services.oversight.workdays import days_left, urgency
from shared.bus.projection import reflected, serving
from shared.law.periods import SHANGHAI
from shared.ledger.instants import microseconds, moment
from shared.ledger.reading import reading
from shared.runtime import armed
from shared.runtime.armed import OBLIGATIONS, OPEN_OBLIGATION
from shared.runtime.law_files import Law

LONGEST_PAGE = 200
SWEPT = 1000
COUNTED = 10_000
"""Up to how many hazards are counted: beyond that people narrow the filter."""
GRACE = timedelta(hours=1)
"""How long after a legal due the sweep waits for the lapse to be recorded (mark P)."""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, the ledger position that they reflect, and the cursor of the next page if there may be one."""

    rows: list[dict[str, Any]]
    reflects: int
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """At most `limit` rows (200 at most) after a page's cursor."""

    limit: int = 50
    after: str | None = None


def register(engine: Engine, ledger: str, law: Law, wanted: RegisterFilter, window: Window) -> Page:
    """Hazards in the order in which they became known, each with the nearest due of a duty about it."""
    r, o = HAZARD_REGISTER.c, OPEN_OBLIGATION.c
    due = (
        select(func.min(o.legal_due))
        .where(
            o.ledger == r.ledger,
            o.generation == serving(ledger, OBLIGATIONS),
            o.hazard == r.hazard,
            o.state == "open",
            o.row.not_in(rights(law)),
        )
        .scalar_subquery()
    )
    joined, names = _named(
        ledger, HAZARD_REGISTER, enterprise=r.enterprise, community=r.community, order=r.under_order
    )
    query = select(HAZARD_REGISTER, due.label("due"), *names).select_from(joined)
    query = query.where(*hazards_where(ledger, wanted))
    if window.after:
        [opened] = read_cursor(window.after, int)
        query = query.where(r.opened > opened)
    position = min(reflected(engine, ledger, REGISTER), reflected(engine, ledger, OBLIGATIONS))
    rows = _rows(engine, query.order_by(r.opened), window)
    following = cursor(rows[-1]["opened"]) if len(rows) == _limit(window) else None
    return Page([_register_row(row) for row in rows], position, following)


def hazards_counted(engine: Engine, ledger: str, wanted: RegisterFilter) -> int:
    """How many hazards a filter leaves, counted up to `COUNTED`."""
    some = select(HAZARD_REGISTER.c.hazard).where(*hazards_where(ledger, wanted)).limit(COUNTED).subquery()
    with reading(engine) as connection:
        return connection.execute(select(func.count()).select_from(some)).scalar_one()


def hazards_of(engine: Engine, ledger: str, hazards: Collection[str]) -> dict[str, dict[str, Any]]:
    """What is wrong where, and where it stands, of some hazards, by their ids."""
    r = HAZARD_REGISTER.c
    query = select(r.hazard, r.defect, r.place, r.stage).where(
        r.ledger == ledger, r.generation == serving(ledger, REGISTER), r.hazard.in_(sorted(hazards))
    )
    with reading(engine) as connection:
        return {row["hazard"]: dict(row) for row in connection.execute(query).mappings()}


def late(
    engine: Engine, ledger: str, law: Law, wanted: LateFilter, window: Window, at: datetime, lang: Language
) -> Page:
    """What is past its legal due, or planned for today or earlier, the most urgent first."""
    o, r = OPEN_OBLIGATION.c, HAZARD_REGISTER.c
    joined, names = _named(ledger, OPEN_OBLIGATION, enterprise=o.enterprise, community=o.community)
    about = (r.ledger == o.ledger, r.generation == serving(ledger, REGISTER), r.hazard == o.hazard)
    joined = joined.outerjoin(HAZARD_REGISTER, and_(*about))
    query = select(OPEN_OBLIGATION, r.defect, r.place, *names).select_from(joined)
    query = query.where(*owed_where(ledger, law, wanted, at))
    if window.after:
        due, stream, obligation = read_cursor(window.after, int, str, str)
        query = query.where(
            or_(
                o.legal_due > due,
                and_(o.legal_due == due, o.stream > stream),
                and_(o.legal_due == due, o.stream == stream, o.obligation > obligation),
            )
        )
    position = reflected(engine, ledger, OBLIGATIONS)
    rows = _rows(engine, query.order_by(o.legal_due, o.stream, o.obligation), window)
    following = None
    if len(rows) == _limit(window):
        following = cursor(*(rows[-1][key] for key in ("legal_due", "stream", "obligation")))
    return Page([_late_row(row, law, at, lang) for row in rows], position, following)


def duplicates(
    engine: Engine, ledger: str, community: str | None, enterprise: str | None, window: Window, lang: Language
) -> Page:
    """Pairs of hazards proposed as the same and not decided yet, in the order in which they arose."""
    p, query = PROPOSAL.c, pairs(ledger, community, enterprise)
    if window.after:
        opened, other = read_cursor(window.after, int, int)
        query = query.where(or_(p.opened > opened, and_(p.opened == opened, p.other_opened > other)))
    position = reflected(engine, ledger, DUPLICATES)
    rows = _rows(engine, query.order_by(p.opened, p.other_opened), window)
    full = len(rows) == _limit(window)
    following = cursor(rows[-1]["opened"], rows[-1]["other_opened"]) if full else None
    return Page([proposal_row(row, lang) for row in rows], position, following)


def late_counted(engine: Engine, ledger: str, law: Law, at: datetime) -> dict[str, tuple[int, int]]:
    """For each row of the rulebook under which something is late or due: how many are late, how many due."""
    o = OPEN_OBLIGATION.c
    late_ones = func.sum(case((o.legal_due <= microseconds(at), 1), else_=0))
    query = select(o.row, func.count().label("all"), late_ones.label("late"))
    query = query.where(*owed_where(ledger, law, LateFilter(), at)).group_by(o.row).order_by(o.row)
    with reading(engine) as connection:
        return {row.row: (int(row.late), row.all - int(row.late)) for row in connection.execute(query)}


def _named(
    ledger: str, rows: TableClause, **kinds: ColumnElement[Any]
) -> tuple[FromClause, list[ColumnElement[Any]]]:
    """The rows joined with the names of the things in these columns: `enterprise_name` and so on."""
    joined: FromClause = rows
    columns: list[ColumnElement[Any]] = []
    for kind, thing in kinds.items():
        n = THING_NAME.alias(f"{kind}_named")
        generation = n.c.generation == serving(ledger, NAMES)
        joined = joined.outerjoin(
            n, and_(n.c.ledger == ledger, generation, n.c.kind == kind, n.c.thing == thing)
        )
        columns.append(n.c.name.label(f"{kind}_name"))
    return joined, columns


def sweep(engine: Engine, ledger: str, at: datetime) -> dict[str, Any]:
    """What nobody noticed: overdue without a lapse, unwatched, behind, stuck, at most `SWEPT` of each.

    Needs the database alone.
    """
    return {
        "overdue": [
            {"stream": o.stream, "obligation": o.obligation, "name": o.name, "due": _local(o.due)}
            for o in armed.overdue(engine, ledger, at, GRACE, SWEPT)
        ],
        "unarmed": [{"stream": u.stream, "due": _local(u.due)} for u in armed.unarmed(engine, ledger, SWEPT)],
        "behind": [
            {"stream": u.stream, "version": u.version, "seen": u.seen}
            for u in armed.behind(engine, ledger, SWEPT)
        ],
        "stuck": [
            {"stream": s.stream, "since": _local(s.failing_since), "failure": s.failure}
            for s in armed.stuck(engine, ledger, SWEPT)
        ],
        "reflects": reflected(engine, ledger, OBLIGATIONS),
    }


def _register_row(row: dict[str, Any]) -> dict[str, Any]:
    shown = {key: row[key] for key in row if key not in ("ledger", "generation", "opened", "under_order")}
    moments = {key: _local_or_none(row[key]) for key in ("reported_at", "closed_at")}
    moments["due"] = _last_day(row["due"])
    return shown | moments | {"order": row["under_order"], "violation": bool(row["violation"])}


_SUBJECT = ("hazard", "defect", "place", "enterprise", "enterprise_name", "community", "community_name")


def _late_row(row: dict[str, Any], law: Law, at: datetime, lang: Language) -> dict[str, Any]:
    zh = lang is Language.ZH
    due = moment(row["legal_due"]).astimezone(SHANGHAI)
    left = days_left(at, due, law.calendar)
    derivation = row["derivation" if zh else "derivation_en"].split("\n")
    return {
        "stream": row["stream"],
        "obligation": row["obligation"],
        "row": row["row"],
        "name": row["name"] if zh else law.rulebook.row(row["row"]).name_en,
        "state": "late" if due <= at else "due",
        "bearer": row["bearer"],
        "answerable": [{"role": r, "name": word(r, lang)} for r in row["answerable"].split(",")],
        **{key: row[key] for key in _SUBJECT},
        "start": row["start"],
        "legal_due": row["legal"],
        "internal_due": row["internal"],
        "working_days_left": left,
        **urgency(left, at, due, lang),
        "provisional": bool(row["provisional"]),
        "lapsed": bool(row["lapsed"]),
        "revision": row["revision"],
        "mark": row["mark"],
        "basis": row["source"],
        "derivation": derivation,
        "position": row["position"],
    }


def _rows(engine: Engine, query: Select[Any], window: Window) -> list[dict[str, Any]]:
    with reading(engine) as connection:
        return [dict(row) for row in connection.execute(query.limit(_limit(window))).mappings()]


def _limit(window: Window) -> int:
    return max(1, min(window.limit, LONGEST_PAGE))


def _local(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat()


def _last_day(end: int | None) -> str | None:
    """How people say when a period ends: its last day, or the moment where it is counted in hours."""
    if end is None:
        return None
    at = moment(end).astimezone(SHANGHAI)
    return _local(at) if at.time() != time() else (at - timedelta(days=1)).date().isoformat()


def _local_or_none(at: int | None) -> str | None:
    return None if at is None else _local(moment(at))
