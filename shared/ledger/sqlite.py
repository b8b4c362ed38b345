"""The ledger in an SQLite file: the same steps inside one immediate transaction."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, insert, select

from shared.ledger.clockface import installation_time
from shared.ledger.leaf import leaf
from shared.ledger.port import (
    Appended,
    ForeignKind,
    Unchanged,
    VersionConflict,
    Write,
    require_sound,
)
from shared.ledger.reading import SqlLedger
from shared.ledger.tables import COMMAND, FACT
from shared.vocabulary.identities import kind_of

# Built once. The last fact is also the last recorded, and taking it by position costs the same however many there are.
_LAST = (
    select(FACT.c.position, FACT.c.recorded_at)
    .where(FACT.c.ledger == bindparam("ledger"))
    .order_by(FACT.c.position.desc())
    .limit(1)
)
_ADD_FACTS, _ADD_COMMAND = insert(FACT), insert(COMMAND)


class SqliteLedger(SqlLedger):
    """A ledger in an SQLite file, written by one process; `kinds` are the kinds it may write (None: all)."""

    def __init__(self, engine: Engine, name: str, kinds: frozenset[str] | None = None) -> None:
        super().__init__(engine, name)
        self._kinds = kinds

    def append(
        self, command: str, body_hash: bytes, writes: Sequence[Write], unchanged: Sequence[Unchanged] = ()
    ) -> Appended:
        """Record all facts of a command or none; a command seen before gets its first answer again."""
        require_sound(writes, unchanged)
        with self._engine.begin() as connection:
            if (answered := self._answer(connection, command, body_hash)) is not None:
                return answered
            self._refuse_foreign(writes)
            self._refuse_moved(connection, writes, unchanged)
            rows = self._numbered(connection, writes)
            versions = {write.stream: write.expected + len(write.facts) for write in writes}
            appended = Appended(command, rows[0]["position"], rows[-1]["position"], versions, repeated=False)
            connection.execute(_ADD_FACTS, rows)
            connection.execute(
                _ADD_COMMAND,
                {
                    "ledger": self._name,
                    "id": command,
                    "body_hash": body_hash,
                    "first": appended.first,
                    "last": appended.last,
                    "versions": versions,
                },
            )
            return appended

    def _refuse_foreign(self, writes: Sequence[Write]) -> None:
        for stream in sorted(write.stream for write in writes):
            if self._kinds is not None and kind_of(stream) not in self._kinds:
                raise ForeignKind(stream)

    def _refuse_moved(
        self, connection: Connection, writes: Sequence[Write], unchanged: Sequence[Unchanged]
    ) -> None:
        wanted = [(write.stream, write.expected) for write in writes]
        wanted += [(guard.stream, guard.version) for guard in unchanged]
        for stream, expected in sorted(wanted):
            if (found := self._version(connection, stream)) != expected:
                raise VersionConflict(stream, expected, found)

    def _numbered(self, connection: Connection, writes: Sequence[Write]) -> list[dict[str, Any]]:
        last, recorded = connection.execute(_LAST, {"ledger": self._name}).one_or_none() or (0, 0)
        recorded = max(recorded, installation_time(connection))
        facts = [
            (write.stream, write.expected + n, fact)
            for write in writes
            for n, fact in enumerate(write.facts, start=1)
        ]
        return [
            {
                "ledger": self._name,
                "position": position,
                "stream": stream,
                "kind": kind_of(stream),
                "version": version,
                "type": fact.type,
                "recorded_at": recorded,
                "body": fact.body,
                "leaf": leaf(self._name, position, stream, version, recorded, fact.body),
            }
            for position, (stream, version, fact) in enumerate(facts, start=last + 1)
        ]
