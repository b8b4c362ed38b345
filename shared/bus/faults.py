"""Which failures say nothing about a fact, only that the database cannot be used, or others write, at this moment."""

import sqlite3

from psycopg import Error as PostgresError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.ledger.port import VersionConflict

_SQLITE = (
    "SQLITE_BUSY",
    "SQLITE_LOCKED",
    "SQLITE_FULL",
    "SQLITE_IOERR",
    "SQLITE_CANTOPEN",
    "SQLITE_READONLY",
)
# Connection, transaction rollback (deadlock, serialisation), resources, intervention, system; none: no server.
_POSTGRES = ("08", "25006", "40", "53", "55P03", "57", "58", "None")


class FaultOfTheMoment(Exception):
    """Database or broker could not be used, or others were faster; nothing was passed or parked, trying again later is right."""


def is_of_the_moment(failure: BaseException) -> bool:
    """Whether the same fact may well be handled in a moment."""
    if isinstance(failure, FaultOfTheMoment | VersionConflict | PoolTimeout | ConnectionError | TimeoutError):
        return True
    if not isinstance(failure, DBAPIError):
        return False
    if isinstance(failure.orig, sqlite3.Error):
        return getattr(failure.orig, "sqlite_errorname", "").startswith(_SQLITE)
    if isinstance(failure.orig, PostgresError):
        return failure.connection_invalidated or str(failure.orig.sqlstate).startswith(_POSTGRES)
    return failure.connection_invalidated
