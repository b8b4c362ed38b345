"""The ledger on PostgreSQL: one call of one database function per append."""

import json
from collections.abc import Callable, Sequence

from psycopg import Error as DriverError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared.ledger.port import (
    Appended,
    CommandReused,
    ForeignKind,
    LedgerError,
    Unchanged,
    VersionConflict,
    Write,
    require_sound,
)
from shared.ledger.reading import SqlLedger, reading

_APPEND = text(
    "select o_first, o_last, o_versions, o_repeated from bihuan_append("
    " :ledger, :command, :body_hash, cast(:streams as text[]), cast(:expected as integer[]),"
    " cast(:fact_streams as text[]), cast(:fact_types as text[]), cast(:fact_bodies as bytea[]),"
    " cast(:guards as text[]), cast(:guard_versions as integer[]))"
)

# The private SQLSTATEs of the append function; their details are the arguments of the errors.
_ERRORS: dict[str, Callable[..., LedgerError]] = {
    "BH001": VersionConflict,
    "BH002": CommandReused,
    "BH003": ForeignKind,
}


class PostgresLedger(SqlLedger):
    """A ledger in a PostgreSQL database, written as the role that the engine logs in as."""

    def append(
        self, command: str, body_hash: bytes, writes: Sequence[Write], unchanged: Sequence[Unchanged] = ()
    ) -> Appended:
        """Record all facts of a command or none; a command seen before gets its first answer again."""
        require_sound(writes, unchanged)
        facts = [(write.stream, fact) for write in writes for fact in write.facts]
        arguments = {
            "ledger": self._name,
            "command": command,
            "body_hash": body_hash,
            "streams": [write.stream for write in writes],
            "expected": [write.expected for write in writes],
            "fact_streams": [stream for stream, _ in facts],
            "fact_types": [fact.type for _, fact in facts],
            "fact_bodies": [fact.body for _, fact in facts],
            "guards": [guard.stream for guard in unchanged],
            "guard_versions": [guard.version for guard in unchanged],
        }
        try:
            # Autocommit: a client that stalls between statements can never hold the ledger's lock.
            with reading(self._engine) as connection:
                row = connection.execute(_APPEND, arguments).one()
        except DBAPIError as error:
            raise _translated(error) from error
        return Appended(command, row.o_first, row.o_last, row.o_versions, row.o_repeated)


def _translated(error: DBAPIError) -> Exception:
    cause = error.orig
    if isinstance(cause, DriverError) and cause.sqlstate in _ERRORS:
        return _ERRORS[cause.sqlstate](*json.loads(cause.diag.message_detail or "[]"))
    return error
