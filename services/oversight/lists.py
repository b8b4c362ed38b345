"""The lists that people work from: the register, what is late or due, and what the sweep finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Engine, Select, and_, func, or_, select

from services.oversight.cursors import cursor, read_cursor
from services.oversight.duplicates import DUPLICATES, pairs, proposal_row
from services.oversight.hazard_entry import ENDED, Stage
from services.oversight.tables import HAZARD_REGISTER, PROPOSAL
from services.oversight.views import REGISTER
from services.oversight.words import Language, word
from services.oversight.workdays import days_left, urgency
from shared.bus.projection import reflected, serving
from shared.law.periods import SHANGHAI, end_of
from shared.law.rulebook import Bearer
from shared.ledger.instants import microseconds, moment
from shared.ledger.reading import reading
from shared.runtime import armed
from shared.runtime.armed import OBLIGATIONS, OPEN_OBLIGATION
from shared.runtime.law_files import Law
from shared.vocabulary.hazard_facts import Grade
from shared.vocabulary.refusals import BadInput

LONGEST_PAGE = 200
SWEPT = 1000
GRACE = timedelta(hours=1)
"""How long after a legal due the sweep waits for the lapse to be recorded (mark P)."""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, the ledger position that they reflect, and the cursor of the next page if there may be one."""

    rows: list[dict[str, Any]]
    reflects: int
    next: str | None = None


@dataclass(frozen=True, slots=True)
class RegisterFilter:
    """Which hazards; `open` True leaves out those closed or unfounded, False shows only those."""

    community: str | None = None
    enterprise: str | None = None
    stage: str | None = None
    grade: str | None = None
    open: bool | None = None


@dataclass(frozen=True, slots=True)
class LateFilter:
    """Whose: a role that is answerable, a bearer, a row of the rulebook."""

    role: str | None = None
    bearer: str | None = None
    row: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """At most `limit` rows (200 at most) after a page's cursor."""

    limit: int = 50
    after: str | None = None


def register(engine: Engine, ledger: str, law: Law, wanted: RegisterFilter, window: Window) -> Page:
    """Hazards in the order in which they became known, each with the nearest due of a duty about it."""
    _among("stage", wanted.stage, Stage)
    _among("grade", wanted.grade, Grade)
    r, o = HAZARD_REGISTER.c, OPEN_OBLIGATION.c
    due = (
        select(func.min(o.legal_due))
        .where(
            o.ledger == r.ledger,
            o.generation == serving(ledger, OBLIGATIONS),
            o.hazard == r.hazard,
            o.state == "open",
            o.row.not_in(_rights(law)),
        )
        .scalar_subquery()
    )
    query = select(HAZARD_REGISTER, due.label("due"))
    query = query.where(r.ledger == ledger, r.generation == serving(ledger, REGISTER))
    for column in ("community", "enterprise", "stage", "grade"):
        if (value := getattr(wanted, column)) is not None:
            query = query.where(r[column] == value)
    if wanted.open is not None:
        ended = [str(stage) for stage in ENDED]
        query = query.where(r.stage.not_in(ended) if wanted.open else r.stage.in_(ended))
    if window.after:
        [opened] = read_cursor(window.after, int)
        query = query.where(r.opened > opened)
    position = min(reflected(engine, ledger, REGISTER), reflected(engine, ledger, OBLIGATIONS))
    rows = _rows(engine, query.order_by(r.opened), window)
    following = cursor(rows[-1]["opened"]) if len(rows) == _limit(window) else None
    return Page([_register_row(row) for row in rows], position, following)


def late(
    engine: Engine, ledger: str, law: Law, wanted: LateFilter, window: Window, at: datetime, lang: Language
) -> Page:
    """What is past its legal due, or planned for today or earlier, the most urgent first."""
    timers = law.rulebook.rows
    _among("role", wanted.role, sorted({role for timer in timers for role in timer.answerable}))
    _among("bearer", wanted.bearer, Bearer)
    _among("row", wanted.row, [timer.id for timer in timers])
    o = OPEN_OBLIGATION.c
    tonight = microseconds(end_of(at.astimezone(SHANGHAI).date()))
    query = select(OPEN_OBLIGATION).where(
        o.ledger == ledger,
        o.generation == serving(ledger, OBLIGATIONS),
        o.state == "open",
        o.internal_due <= tonight,
        o.row.not_in(_rights(law)),
    )
    if wanted.role is not None:
        query = query.where(o.row.in_([r.id for r in law.rulebook.rows if wanted.role in r.answerable]))
    if wanted.bearer is not None:
        query = query.where(o.bearer == wanted.bearer)
    if wanted.row is not None:
        query = query.where(o.row == wanted.row)
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


def _among(where: str, given: str | None, known: Iterable[str]) -> None:
    """Refuse a filter that can match nothing: an empty list would read as if all were well."""
    choices = [str(one) for one in known]
    if given is not None and given not in choices:
        raise BadInput(
            f"没有“{given}”", f"there is no {given!r}", where=where,
            do_zh=f"可选:{'、'.join(choices)}", do_en=f"choose from {', '.join(choices)}",
        )  # fmt: skip


def _rights(law: Law) -> list[str]:
    """A right that is not used is nobody's lateness."""
    return [row.id for row in law.rulebook.rows if row.right]


def _register_row(row: dict[str, Any]) -> dict[str, Any]:
    shown = {key: row[key] for key in row if key not in ("ledger", "generation", "opened", "under_order")}
    moments = {key: _local_or_none(row[key]) for key in ("reported_at", "closed_at")}
    moments["due"] = _last_day(row["due"])
    return shown | moments | {"order": row["under_order"], "violation": bool(row["violation"])}


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
        "hazard": row["hazard"],
        "enterprise": row["enterprise"],
        "community": row["community"],
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
