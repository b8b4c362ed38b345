"""The rows of a read model: as a database has them, and as they are derived again in a scratch one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, select
from sqlalchemy.pool import StaticPool

from services.oversight.rows import ROWS
from shared.bus import cursors
from shared.bus.projection import Projection, consumer_name, serving
from shared.ledger.schema import migrate
from shared.vocabulary.fact import Recorded
from shared.vocabulary.identities import kind_of

Row = frozenset[tuple[str, Any]]
AGAIN = 1
"""The generation that is derived again."""
_NAME = "named as"


@dataclass(frozen=True, slots=True)
class Kept:
    """What a read model has of some streams, at the position that it reflects; `waiting` are parked."""

    model: Projection
    position: int
    waiting: frozenset[str]
    rows: Mapping[str, set[Row]]

    def concerns(self, stream: str) -> bool:
        """Whether it should have the stream's rows; one that is parked is told elsewhere."""
        return kind_of(stream) in self.model.kinds and stream not in self.waiting


def kept(tx: Connection, model: Projection, ledger: str, streams: Sequence[str]) -> Kept | None:
    """As the database has them; None when the read model never began."""
    generation = tx.execute(select(serving(ledger, model.name))).scalar()
    if generation is None:
        return None
    consumer = consumer_name(model.name, generation)
    waiting = frozenset(cursors.waiting(tx, consumer, ledger))
    rows = _rows(tx, model.name, ledger, generation, [one for one in streams if kind_of(one) in model.kinds])
    return Kept(model, cursors.position_in(tx, consumer, ledger), waiting, rows)


class Scratch:
    """A database of this process's own, in which nothing stays."""

    def __init__(self) -> None:
        self._engine: Engine = create_engine("sqlite://", poolclass=StaticPool)
        migrate(self._engine)

    def derive(
        self, model: Projection, histories: Iterable[Sequence[Recorded]]
    ) -> tuple[Mapping[str, set[Row]], set[str]]:
        """The rows that these whole histories of streams make, by stream; and the streams that cannot be derived."""
        derived: list[str] = []
        failed: set[str] = set()
        ledger = ""
        with self._engine.connect() as tx:
            for history in histories:
                ledger, stream = history[0].ledger, history[0].stream
                try:
                    model.derive(tx, [history], AGAIN)
                except Exception:
                    failed.add(stream)
                else:
                    derived.append(stream)
            found = _rows(tx, model.name, ledger, AGAIN, derived)
            tx.rollback()
        return found, failed


def _rows(
    tx: Connection, model: str, ledger: str, generation: int, streams: Sequence[str]
) -> dict[str, set[Row]]:
    found: dict[str, set[Row]] = {}
    for of in ROWS[model]:
        named = {name: stream for stream in streams if (name := of.name(stream)) is not None}
        mine = of.table.c
        query = select(of.table, of.names.label(_NAME)).where(
            mine.ledger == ledger, mine.generation == generation, of.names.in_(list(named))
        )
        for row in tx.execute(query).mappings():
            content = [(name, value) for name, value in row.items() if name not in ("generation", _NAME)]
            stream = named[row[_NAME]]
            found.setdefault(stream, set()).add(frozenset([("table", of.table.name), *content]))
    return found
