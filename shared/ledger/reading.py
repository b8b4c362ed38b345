"""What both SQL ledgers read in the same way."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Select, bindparam, func, select

from shared.ledger.instants import moment
from shared.ledger.port import Appended, CommandReused, StoredFact
from shared.ledger.tables import COMMAND, FACT

_COLUMNS = (
    FACT.c.ledger,
    FACT.c.position,
    FACT.c.stream,
    FACT.c.version,
    FACT.c.type,
    FACT.c.recorded_at,
    FACT.c.body,
    FACT.c.leaf,
)

# Statements are built once: building one costs more than running it.
_MINE = FACT.c.ledger == bindparam("ledger")
_OF_STREAM = FACT.c.stream == bindparam("stream")
_STREAM = select(*_COLUMNS).where(_MINE, _OF_STREAM, FACT.c.version > bindparam("after"))
_STREAM = _STREAM.order_by(FACT.c.version)
_READ = select(*_COLUMNS).where(_MINE, FACT.c.position > bindparam("after"))
_READ = _READ.order_by(FACT.c.position).limit(bindparam("most"))
_READ_UPTO = _READ.where(FACT.c.position <= bindparam("upto"))
_LEAVES = select(FACT.c.position, FACT.c.leaf).where(_MINE, FACT.c.position > bindparam("after"))
_LEAVES = _LEAVES.order_by(FACT.c.position).limit(bindparam("most"))
_HEAD = select(func.coalesce(func.max(FACT.c.position), 0)).where(_MINE)
_VERSION = select(func.coalesce(func.max(FACT.c.version), 0)).where(_MINE, _OF_STREAM)
_ANSWER = select(COMMAND.c.body_hash, COMMAND.c.first, COMMAND.c.last, COMMAND.c.versions).where(
    COMMAND.c.ledger == bindparam("ledger"), COMMAND.c.id == bindparam("command")
)
_LAST = "\U0010ffff"
"""Stands in no name, and after every character that does."""


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection for single statements that only read: it holds no transaction and waits for no writer."""
    option = (
        {"isolation_level": "AUTOCOMMIT"}
        if engine.dialect.name == "postgresql"
        else {"sqlite_begin": "DEFERRED"}
    )
    with engine.connect().execution_options(**option) as connection:
        yield connection


@contextmanager
def at_one_moment(engine: Engine) -> Iterator[Connection]:
    """A connection for several statements that only read: all see the database as it was at the first of them."""
    option = (
        {"isolation_level": "REPEATABLE READ"}
        if engine.dialect.name == "postgresql"
        else {"sqlite_begin": "DEFERRED"}
    )
    with engine.connect().execution_options(**option) as connection, connection.begin():
        yield connection


class SqlLedger:
    """The reading half of a ledger: by position, by stream, and the answers to commands."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._name = name

    @property
    def name(self) -> str:
        """The ledger's name, which is part of every leaf."""
        return self._name

    def answer(self, command: str, body_hash: bytes) -> Appended | None:
        """The stored answer to a command, if there is one; raises CommandReused for another body."""
        with reading(self._engine) as connection:
            return self._answer(connection, command, body_hash)

    def stream(self, stream: str, after: int = 0) -> list[StoredFact]:
        """The facts of one stream beyond a version, in version order."""
        return self._facts(_STREAM, stream=stream, after=after)

    def read(self, after: int = 0, limit: int = 500, upto: int | None = None) -> list[StoredFact]:
        """At most `limit` facts beyond a position (and not beyond `upto`), in position order."""
        if upto is None:
            return self._facts(_READ, after=after, most=limit)
        return self._facts(_READ_UPTO, after=after, most=limit, upto=upto)

    def leaves(self, after: int, limit: int) -> dict[int, bytes]:
        """The leaves of at most `limit` facts beyond a position, by position; no body is fetched."""
        with reading(self._engine) as connection:
            rows = connection.execute(_LEAVES, {"ledger": self._name, "after": after, "most": limit})
            return {row.position: bytes(row.leaf) for row in rows}

    def head(self) -> int:
        """The last position, 0 when the ledger is empty."""
        with reading(self._engine) as connection:
            head: int = connection.execute(_HEAD, {"ledger": self._name}).scalar_one()
            return head

    def version(self, stream: str) -> int:
        """The version of a stream, 0 when it does not exist."""
        with reading(self._engine) as connection:
            return self._version(connection, stream)

    def streams(self, beginning: str, limit: int) -> list[str]:
        """At most `limit` streams whose names begin so, in code point order; an index finds them."""
        # A database of another collation sorts text in other ways: r0010 keeps an index for this one.
        postgres = self._engine.dialect.name == "postgresql"
        name = FACT.c.stream.collate("C") if postgres else FACT.c.stream
        query = select(FACT.c.stream).where(
            FACT.c.ledger == self._name, FACT.c.version == 1, name >= beginning, name < beginning + _LAST
        )
        with reading(self._engine) as connection:
            return list(connection.execute(query.order_by(name).limit(limit)).scalars())

    def _answer(self, connection: Connection, command: str, body_hash: bytes) -> Appended | None:
        row = connection.execute(_ANSWER, {"ledger": self._name, "command": command}).one_or_none()
        if row is None:
            return None
        if bytes(row.body_hash) != body_hash:
            raise CommandReused(command)
        return Appended(command, row.first, row.last, row.versions, repeated=True)

    def _version(self, connection: Connection, stream: str) -> int:
        version: int = connection.execute(_VERSION, {"ledger": self._name, "stream": stream}).scalar_one()
        return version

    def _facts(self, query: Select[Any], **bounds: str | int) -> list[StoredFact]:
        with reading(self._engine) as connection:
            return [
                StoredFact(
                    row.ledger,
                    row.position,
                    row.stream,
                    row.version,
                    row.type,
                    moment(row.recorded_at),
                    bytes(row.body),
                    bytes(row.leaf),
                )
                for row in connection.execute(query, {"ledger": self._name, **bounds})
            ]
