"""Engines and ledgers by address: the one place that knows how each database wants to be connected."""

import sqlite3
from pathlib import Path
from time import monotonic
from typing import Any

from psycopg import Connection as PsycopgConnection
from psycopg import Error as DriverError
from psycopg import OperationalError
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from shared.ledger.grants import granted_kinds
from shared.ledger.port import Ledger
from shared.ledger.postgres import PostgresLedger
from shared.ledger.sqlite import SqliteLedger

RESTED_S = 0.1
"""Real seconds after which a connection is tried before it is used: no server ends and is back sooner."""

_RESTS = "rests_since"


def open_engine(url: str | URL, passwords: Path | None = None, *, lasting: bool = True) -> Engine:
    """An engine for `postgresql://...` or `sqlite:////path/to/file`; nothing is connected yet.

    `passwords`: a folder with a file for each login, named after it; read at every connection, so that a
    password that was changed needs no restart. Not `lasting`: commits do not wait for the disk, so that a power cut may
    undo the last of them, in order and whole: for what is made again from what lasts.
    """
    address = make_url(url)
    backend = address.get_backend_name()
    if backend == "postgresql":
        return _postgres(address, passwords, lasting)
    if backend == "sqlite" and address.database not in (None, "", ":memory:"):
        return _sqlite(address, lasting)
    raise ValueError(
        f"a ledger lives in PostgreSQL or in an SQLite file, not in {address.render_as_string()}"
    )


def open_ledger(engine: Engine, name: str, role: str | None = None) -> Ledger:
    """The ledger of this name.

    PostgreSQL knows the role by its login. An SQLite file has no logins: there `role` limits the kinds of
    stream that may be written to those granted; without a role every kind may be written.
    """
    if engine.dialect.name == "postgresql":
        return PostgresLedger(engine, name)
    return SqliteLedger(engine, name, None if role is None else granted_kinds(engine, role, name))


def _postgres(address: URL, passwords: Path | None, lasting: bool) -> Engine:
    engine = create_engine(address.set(drivername="postgresql+psycopg"))
    _ping_rested(engine)
    if passwords is not None:
        file = passwords / (address.username or "")

        @event.listens_for(engine, "do_connect")
        def _connecting(_dialect: object, _record: object, _arguments: object, named: dict[str, Any]) -> None:
            try:
                named["password"] = file.read_text("utf-8").strip()
            except OSError as missing:  # like a server that is away: both may come
                raise OperationalError(f"no password for this login: {missing}") from missing

    if not lasting:

        @event.listens_for(engine, "connect")
        def _connected(connection: PsycopgConnection[Any], _record: object) -> None:
            connection.execute("set synchronous_commit to off")
            connection.commit()  # what is set in a transaction that is rolled back is not set

    return engine


def _ping_rested(engine: Engine) -> None:
    """Try a connection that rested before it is used: a server that was restarted costs no failed command."""

    @event.listens_for(engine, "checkin")
    def _rests(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info[_RESTS] = monotonic()

    @event.listens_for(engine, "checkout")
    def _taken(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        since = record.info.get(_RESTS)
        if since is None or monotonic() - since < RESTED_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except DriverError as gone:
            raise InvalidatePoolError from gone  # and of all others of the pool


def _sqlite(address: URL, lasting: bool) -> Engine:
    engine = create_engine(address.set(drivername="sqlite+pysqlite"))
    synchronous = "FULL" if lasting else "NORMAL"

    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        for pragma in (
            "busy_timeout=30000",
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        # A transaction that reads before it writes must own the write lock from its start: upgrading fails
        # at once, whatever the timeout, when another process has written meanwhile.
        how = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
        connection.exec_driver_sql(f"BEGIN {how}")

    return engine
