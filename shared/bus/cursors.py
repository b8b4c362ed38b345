"""How far a consumer is, and which streams wait for it: the statements, for whatever transaction is given."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, bindparam, delete, func, select, text, update

from shared.bus.tables import CURSOR, PARKED
from shared.ledger.clockface import installation_time
from shared.ledger.reading import reading

_BEGIN = text(
    "insert into cursor (consumer, ledger, position) values (:consumer, :ledger, 0) on conflict do nothing"
)
_PARK = text(
    "insert into parked (consumer, ledger, stream, position, reason, since)"
    " values (:consumer, :ledger, :stream, :position, :reason, :since)"
    " on conflict (consumer, ledger, stream)"
    " do update set position = excluded.position, reason = excluded.reason"
)
# Built once: every slice of every consumer asks these.
_MINE = (CURSOR.c.consumer == bindparam("of_consumer"), CURSOR.c.ledger == bindparam("of_ledger"))
_POSITION = select(CURSOR.c.position).where(*_MINE)
_LOCK = _POSITION.with_for_update()
_MOVE = update(CURSOR).where(*_MINE).values(position=bindparam("to"))
_WAITING = select(PARKED.c.stream, PARKED.c.position).where(
    PARKED.c.consumer == bindparam("of_consumer"), PARKED.c.ledger == bindparam("of_ledger")
)
_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Parked:
    """A stream that waits for a consumer from a position on; `since` is microseconds since 1970 in UTC."""

    consumer: str
    ledger: str
    stream: str
    position: int
    reason: str
    since: int


def positions(engine: Engine, ledger: str) -> dict[str, int]:
    """The position of every consumer of a ledger."""
    query = select(CURSOR.c.consumer, CURSOR.c.position).where(CURSOR.c.ledger == ledger)
    with reading(engine) as connection:
        return {row.consumer: row.position for row in connection.execute(query)}


def position(engine: Engine, consumer: str, ledger: str) -> int:
    """Up to where a consumer has passed the ledger, 0 when it never began."""
    with reading(engine) as connection:
        return position_in(connection, consumer, ledger)


def position_in(tx: Connection, consumer: str, ledger: str) -> int:
    """The same, as a transaction sees it."""
    return tx.execute(_POSITION, _of(consumer, ledger)).scalar_one_or_none() or 0


def parked(engine: Engine, ledger: str, consumer: str | None = None) -> list[Parked]:
    """The streams that wait, of one consumer or of all, in order of position."""
    query = select(PARKED).where(PARKED.c.ledger == ledger).order_by(PARKED.c.position, PARKED.c.consumer)
    if consumer is not None:
        query = query.where(PARKED.c.consumer == consumer)
    with reading(engine) as connection:
        return [Parked(**row) for row in connection.execute(query).mappings()]


def parked_counts(engine: Engine, ledger: str) -> dict[str, int]:
    """How many streams wait, by consumer."""
    query = select(PARKED.c.consumer, func.count().label("streams")).where(PARKED.c.ledger == ledger)
    with reading(engine) as connection:
        return {row.consumer: row.streams for row in connection.execute(query.group_by(PARKED.c.consumer))}


def lock(tx: Connection, consumer: str, ledger: str) -> int:
    """The consumer's position, held against other processes that run the same consumer."""
    tx.execute(_BEGIN, {"consumer": consumer, "ledger": ledger})
    found: int = tx.execute(_LOCK, _of(consumer, ledger)).scalar_one()
    return found


def move(tx: Connection, consumer: str, ledger: str, to: int) -> None:
    """Set the cursor."""
    tx.execute(_MOVE, {**_of(consumer, ledger), "to": to})


def waiting(tx: Connection, consumer: str, ledger: str) -> dict[str, int]:
    """The parked streams, each with the position from which it waits."""
    return {row.stream: row.position for row in tx.execute(_WAITING, _of(consumer, ledger))}


def park(tx: Connection, consumer: str, ledger: str, stream: str, at: int, reason: str) -> None:
    """Let a stream wait from a position on, or go on waiting from a later one."""
    values = {"consumer": consumer, "ledger": ledger, "stream": stream, "position": at}
    tx.execute(_PARK, values | {"reason": reason[:_LONGEST_REASON], "since": installation_time(tx)})


def unpark(tx: Connection, consumer: str, ledger: str, stream: str) -> None:
    """The stream waits no longer."""
    where = (PARKED.c.consumer == consumer, PARKED.c.ledger == ledger, PARKED.c.stream == stream)
    tx.execute(delete(PARKED).where(*where))


def retire(tx: Connection, consumer: str, ledger: str) -> None:
    """Forget a consumer: its cursor and what waited for it."""
    tx.execute(delete(CURSOR).where(CURSOR.c.consumer == consumer, CURSOR.c.ledger == ledger))
    tx.execute(delete(PARKED).where(PARKED.c.consumer == consumer, PARKED.c.ledger == ledger))


def _of(consumer: str, ledger: str) -> dict[str, str]:
    return {"of_consumer": consumer, "of_ledger": ledger}
