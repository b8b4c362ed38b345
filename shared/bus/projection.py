"""Read models kept by consumers, in generations: a new one is built while the old one serves.

The rows of every read model carry the generation that they belong to; `read_model` says which one serves.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import (
    Connection,
    Engine,
    Executable,
    Row,
    ScalarSelect,
    Update,
    bindparam,
    select,
    text,
    update,
)

from shared.bus import cursors
from shared.bus.consumer import Consumer, run_once
from shared.bus.tables import READ_MODEL
from shared.bus.tail import catch_up
from shared.ledger.port import Ledger
from shared.ledger.reading import reading
from shared.vocabulary.fact import Recorded

_FOUND = text(
    "insert into read_model (ledger, name, generation) values (:ledger, :name, 1) on conflict do nothing"
)
_ROW = select(READ_MODEL.c.generation, READ_MODEL.c.building).where(
    READ_MODEL.c.ledger == bindparam("ledger"), READ_MODEL.c.name == bindparam("name")
)
_ROW_TAKEN, _ROW_HELD = _ROW.with_for_update(), _ROW.with_for_update(read=True)
_GLANCE = 0.05


class Overtaken(Exception):
    """Another rebuild of the same read model began; this one ended without effect."""


class Projection(Protocol):
    """A read model: how facts change the rows of a generation, and how a generation is removed."""

    @property
    def name(self) -> str:
        """Its name, which is part of its consumers' names."""
        ...

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of stream that it is made of."""
        ...

    def derive(self, tx: Connection, streams: Sequence[Sequence[Recorded]], generation: int) -> None:
        """Bring the generation's rows up to the last of each stream's next facts.

        Many streams at once, because a statement costs more than a row.
        """
        ...

    def clear(self, tx: Connection, ledger: str, generation: int) -> None:
        """Remove the generation's rows."""
        ...


def consumer_name(name: str, generation: int) -> str:
    """The consumer that keeps a generation: `register@2`."""
    return f"{name}@{generation}"


def serving(ledger: str, name: str) -> ScalarSelect[int]:
    """The generation that serves, for use inside a query: rows and generation are then read at one moment."""
    where = (READ_MODEL.c.ledger == ledger, READ_MODEL.c.name == name)
    return select(READ_MODEL.c.generation).where(*where).scalar_subquery()


def live(engine: Engine, ledger: Ledger, projection: Projection) -> Consumer:
    """The consumer of the generation that serves now."""
    with reading(engine) as connection:
        found = connection.execute(select(serving(ledger.name, projection.name))).scalar()
    if found is None:
        with engine.begin() as tx:
            tx.execute(_FOUND, {"ledger": ledger.name, "name": projection.name})
            found = _row(tx, ledger.name, projection.name).generation
    return _consumer(ledger.name, projection, found)


def rebuild(engine: Engine, ledger: Ledger, projection: Projection, told: Callable[[int, int], None]) -> int:
    """Build the next generation from position 0, let it serve, remove the old; answers its number.

    `told` is called with the position reached and the ledger's head. Raises Overtaken.
    """
    live(engine, ledger, projection)
    number = _begin(engine, ledger.name, projection)
    consumer = _consumer(ledger.name, projection, number)
    head = ledger.head()
    reached = 0
    while reached < head:
        if not run_once(engine, ledger, consumer):
            raise Overtaken(consumer.name)
        reached = cursors.position(engine, consumer.name, ledger.name)
        head = max(head, ledger.head())
        told(reached, head)
    with engine.begin() as tx:
        row = _row(tx, ledger.name, projection.name, for_update=True)
        if row.building != number:
            raise Overtaken(consumer.name)
        tx.execute(_set(ledger.name, projection.name).values(generation=number, building=None))
        _remove(tx, ledger.name, projection, row.generation)
    return number


def reflected(engine: Engine, ledger: str, name: str) -> int:
    """The position up to which a read model reflects the ledger."""
    with reading(engine) as connection:
        generation = connection.execute(select(serving(ledger, name))).scalar()
    return 0 if generation is None else cursors.position(engine, consumer_name(name, generation), ledger)


def await_position(engine: Engine, ledger: str, name: str, least: int, seconds: float) -> int:
    """The position reflected, once it is at least `least` or so many real seconds have gone by."""
    end = time.monotonic() + seconds
    while (reached := reflected(engine, ledger, name)) < least and time.monotonic() < end:
        time.sleep(_GLANCE)
    return reached


def write(tx: Connection, statement: Executable, rows: Sequence[Mapping[str, Any]]) -> None:
    """Execute a statement for each row, at once; for none, nothing."""
    if rows:
        tx.execute(statement, rows)


def bring_up(engine: Engine, ledger: Ledger, projections: Sequence[Projection]) -> None:
    """Derive until the generations that serve reflect the ledger's head, whether or not someone else keeps them too."""
    while catch_up(engine, ledger, [live(engine, ledger, projection) for projection in projections]):
        pass


def _consumer(ledger: str, projection: Projection, generation: int) -> Consumer:
    def handle(tx: Connection, streams: Sequence[Sequence[Recorded]]) -> None:
        projection.derive(tx, streams, generation)

    def runs(tx: Connection) -> bool:
        # Held until the transaction ends: a generation is not removed while it is being written.
        row = _row(tx, ledger, projection.name, for_share=True)
        return generation in (row.generation, row.building)

    return Consumer(consumer_name(projection.name, generation), handle, kinds=projection.kinds, runs=runs)


def _begin(engine: Engine, ledger: str, projection: Projection) -> int:
    with engine.begin() as tx:
        row = _row(tx, ledger, projection.name, for_update=True)
        number: int = max(row.generation, row.building or 0) + 1
        tx.execute(_set(ledger, projection.name).values(building=number))
        if row.building is not None:
            _remove(tx, ledger, projection, row.building)
    return number


def _remove(tx: Connection, ledger: str, projection: Projection, generation: int) -> None:
    cursors.retire(tx, consumer_name(projection.name, generation), ledger)
    projection.clear(tx, ledger, generation)


def _row(
    tx: Connection, ledger: str, name: str, *, for_update: bool = False, for_share: bool = False
) -> Row[int, int | None]:
    query = _ROW_TAKEN if for_update else _ROW_HELD if for_share else _ROW
    return tx.execute(query, {"ledger": ledger, "name": name}).one()


def _set(ledger: str, name: str) -> Update:
    return update(READ_MODEL).where(READ_MODEL.c.ledger == ledger, READ_MODEL.c.name == name)
