"""Which things are watched, which are not although they should be, and what nobody noticed in time.

`armed` is written by the watches' looks and can be rebuilt by looking again; what is owed is oversight's read model.
The sweep asks the database alone, so it alarms while the engine is down.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Engine,
    Integer,
    Select,
    Text,
    column,
    delete,
    exists,
    func,
    select,
    table,
    text,
)
from sqlalchemy.sql import ColumnElement

from shared.bus.projection import serving
from shared.ledger.instants import microseconds, moment
from shared.ledger.reading import reading

OBLIGATIONS = "obligations"
"""The name of the read model of open obligations."""

ARMED = table(
    "armed",
    column("ledger", Text),
    column("stream", Text),
    column("run", Text),
    column("seen_version", Integer),
    column("due", BigInteger),
    column("looked_at", BigInteger),
    column("failing_since", BigInteger),
    column("failure", Text),
)

OPEN_OBLIGATION = table(
    "open_obligation",
    column("ledger", Text),
    column("generation", Integer),
    column("stream", Text),
    column("obligation", Text),
    column("state", Text),
    column("row", Text),
    column("name", Text),
    column("bearer", Text),
    column("answerable", Text),
    column("hazard", Text),
    column("enterprise", Text),
    column("community", Text),
    column("start", Text),
    column("legal", Text),
    column("legal_due", BigInteger),
    column("internal", Text),
    column("internal_due", BigInteger),
    column("provisional", Boolean),
    column("revision", Integer),
    column("lapsed", Boolean),
    column("mark", Text),
    column("source", Text),
    column("derivation", Text),
    column("derivation_en", Text),
    column("version", Integer),
    column("position", BigInteger),
)

_LOOKED = text(
    "insert into armed (ledger, stream, run, seen_version, due, looked_at)"
    " values (:ledger, :stream, :run, :version, :due, :at)"
    " on conflict (ledger, stream) do update set run = excluded.run, seen_version = excluded.seen_version,"
    " due = excluded.due, looked_at = excluded.looked_at, failing_since = null, failure = null"
    " where armed.seen_version <= excluded.seen_version"
)
# A look that never succeeded has seen nothing: version 0, so the thing still counts as behind.
_FAILED = text(
    "insert into armed (ledger, stream, run, seen_version, looked_at, failing_since, failure)"
    " values (:ledger, :stream, :run, 0, :at, :at, :failure)"
    " on conflict (ledger, stream) do update set run = excluded.run, failure = excluded.failure,"
    " failing_since = coalesce(armed.failing_since, excluded.failing_since)"
)
_LONGEST_FAILURE = 500


@dataclass(frozen=True, slots=True)
class Unwatched:
    """A thing that owes something at `version` and whose watch is missing or saw less; `due` is the nearest."""

    stream: str
    version: int
    due: datetime
    seen: int | None


@dataclass(frozen=True, slots=True)
class Overdue:
    """An obligation past its legal due without a lapse on record."""

    stream: str
    obligation: str
    name: str
    bearer: str
    due: datetime


@dataclass(frozen=True, slots=True)
class Stuck:
    """A thing whose looks fail."""

    stream: str
    run: str
    failing_since: datetime
    failure: str


def record_look(
    engine: Engine, ledger: str, stream: str, run: str, version: int, due: datetime | None, at: datetime
) -> None:
    """A look saw this version and will look again at `due`; one that saw less than another changes nothing."""
    values = {"ledger": ledger, "stream": stream, "run": run, "version": version, "at": microseconds(at)}
    with engine.begin() as tx:
        tx.execute(_LOOKED, values | {"due": None if due is None else microseconds(due)})


def record_failure(engine: Engine, ledger: str, stream: str, run: str, reason: str, at: datetime) -> None:
    """A look failed; what the last good one saw stays."""
    values = {"ledger": ledger, "stream": stream, "run": run, "at": microseconds(at)}
    with engine.begin() as tx:
        tx.execute(_FAILED, values | {"failure": reason[:_LONGEST_FAILURE]})


def disarm(engine: Engine, ledger: str, stream: str) -> None:
    """Nothing is open: the thing is no longer watched."""
    with engine.begin() as tx:
        tx.execute(delete(ARMED).where(ARMED.c.ledger == ledger, ARMED.c.stream == stream))


def forget(engine: Engine, ledger: str) -> None:
    """Nothing of a ledger counts as armed: the engine that held its watches is gone."""
    with engine.begin() as tx:
        tx.execute(delete(ARMED).where(ARMED.c.ledger == ledger))


def due_by(engine: Engine, ledger: str, at: datetime) -> list[str]:
    """The things whose watch waits for a moment that has come, in due order."""
    query = select(ARMED.c.stream).where(ARMED.c.ledger == ledger, ARMED.c.due <= microseconds(at))
    with reading(engine) as connection:
        return list(connection.execute(query.order_by(ARMED.c.due, ARMED.c.stream)).scalars())


def count(engine: Engine, ledger: str) -> int:
    """How many things are armed."""
    query = select(func.count()).select_from(ARMED).where(ARMED.c.ledger == ledger)
    with reading(engine) as connection:
        return connection.execute(query).scalar_one()


def next_due(engine: Engine, ledger: str) -> datetime | None:
    """The nearest moment for which any watch waits."""
    query = select(func.min(ARMED.c.due)).where(ARMED.c.ledger == ledger)
    with reading(engine) as connection:
        found = connection.execute(query).scalar()
    return None if found is None else moment(found)


def owing(engine: Engine, ledger: str) -> list[str]:
    """Everything that owes something, nearest due first."""
    return [one.stream for one in _unwatched(engine, _owing(ledger))]


def unarmed(engine: Engine, ledger: str, limit: int | None = None) -> list[Unwatched]:
    """Things that owe something and have no armed watch, nearest due first."""
    watched = exists().where(ARMED.c.ledger == ledger, ARMED.c.stream == OPEN_OBLIGATION.c.stream)
    return _unwatched(engine, _owing(ledger).where(~watched).limit(limit))


def behind(engine: Engine, ledger: str, limit: int | None = None) -> list[Unwatched]:
    """Things whose watch has not yet seen the version at which they owe something: a nudge is due or was lost."""
    query = _owing(ledger, func.max(ARMED.c.seen_version).label("seen"))
    query = query.join(
        ARMED, (ARMED.c.ledger == OPEN_OBLIGATION.c.ledger) & (ARMED.c.stream == OPEN_OBLIGATION.c.stream)
    )
    return _unwatched(engine, query.where(ARMED.c.seen_version < OPEN_OBLIGATION.c.version).limit(limit))


def idle(engine: Engine, ledger: str) -> list[str]:
    """Things with an armed watch that owe nothing, as the read model has it: the watch is about to end, or a row is lost."""
    owed = exists().where(
        OPEN_OBLIGATION.c.ledger == ledger,
        OPEN_OBLIGATION.c.generation == serving(ledger, OBLIGATIONS),
        OPEN_OBLIGATION.c.stream == ARMED.c.stream,
    )
    query = select(ARMED.c.stream).where(ARMED.c.ledger == ledger, ~owed).order_by(ARMED.c.stream)
    with reading(engine) as connection:
        return list(connection.execute(query).scalars())


def overdue(
    engine: Engine, ledger: str, at: datetime, grace: timedelta, limit: int | None = None
) -> list[Overdue]:
    """What is past its legal due plus grace and has no lapse on record; provisional dates never lapse."""
    o = OPEN_OBLIGATION.c
    query = select(o.stream, o.obligation, o.name, o.bearer, o.legal_due).where(
        o.ledger == ledger,
        o.generation == serving(ledger, OBLIGATIONS),
        o.state == "open",
        o.legal_due <= microseconds(at - grace),
        o.lapsed.is_(False),
        o.provisional.is_(False),
    )
    with reading(engine) as connection:
        rows = connection.execute(query.order_by(o.legal_due, o.stream, o.obligation).limit(limit))
        return [Overdue(r.stream, r.obligation, r.name, r.bearer, moment(r.legal_due)) for r in rows]


def stuck(engine: Engine, ledger: str, limit: int | None = None) -> list[Stuck]:
    """Things whose looks fail, the longest first."""
    query = select(ARMED.c.stream, ARMED.c.run, ARMED.c.failing_since, ARMED.c.failure)
    query = query.where(ARMED.c.ledger == ledger, ARMED.c.failing_since.is_not(None))
    with reading(engine) as connection:
        rows = connection.execute(query.order_by(ARMED.c.failing_since, ARMED.c.stream).limit(limit))
        return [Stuck(r.stream, r.run, moment(r.failing_since), r.failure) for r in rows]


def _owing(ledger: str, *more: ColumnElement[Any]) -> Select[tuple[str, int, int]]:
    o = OPEN_OBLIGATION.c
    query = select(o.stream, func.max(o.version).label("version"), func.min(o.legal_due).label("due"))
    if more:
        query = query.add_columns(*more)
    mine = (o.ledger == ledger, o.generation == serving(ledger, OBLIGATIONS))
    return query.where(*mine).group_by(o.stream).order_by(func.min(o.legal_due), o.stream)


def _unwatched(engine: Engine, query: Select[tuple[str, int, int]]) -> list[Unwatched]:
    with reading(engine) as connection:
        return [
            Unwatched(r.stream, r.version, moment(r.due), getattr(r, "seen", None))
            for r in connection.execute(query)
        ]
