"""Temporal's tables in PostgreSQL: of one release or the next, wherever their making is cut off.

The schema tool cannot always go on where it was killed: it inserts a row again, or drops a column again. So a copy of
the database stands by while it works; where a copy is found, the tool was cut off and begins again from it.
"""

import os
from collections.abc import Callable, Mapping, Sequence

import psycopg
from sqlalchemy import URL

from bihuan.parts.missing import MissingPart
from bihuan.parts.postgres_client import drop_database, has_database, make_database, make_note, note_on
from bihuan.parts.temporal_config import PostgresStore

SCHEMAS = ("temporal", "visibility")

Run = Callable[[Sequence[str], Mapping[str, str]], None]
"""Runs a program with an environment to its end."""


def bring_schema(store: PostgresStore, run: Run) -> None:
    """The tables of the tool's release in both databases, which nobody else may be using.

    Raises what `run` raises, or MissingPart when PostgreSQL does not do what it is told.
    """
    try:
        for database, schema in zip(store.databases, SCHEMAS, strict=True):
            _bring(store, database, schema, run)
    except psycopg.Error as error:
        said = f"{store.address}: {str(error).splitlines()[0]}"
        raise MissingPart("Temporal", said, "make doctor") from error


def _bring(store: PostgresStore, database: str, schema: str, run: Run) -> None:
    server, copy, made = _server(store), f"{database}_before", f"Temporal: {store.tool}"
    if note_on(server, database) == made:
        drop_database(server, copy)
        return
    if has_database(server, copy):
        drop_database(server, database)
        make_database(server, database, template=copy)
    else:
        make_database(server, copy, template=database)
    # Not on the command line, where every user of the machine could read it.
    secret = {**os.environ, "SQL_PASSWORD": store.password}
    tool = [*_tool(store), "--db", database]
    run([*tool, "setup-schema", "-v", "0.0"], secret)  # changes nothing where there is a version
    run([*tool, "update-schema", "--schema-name", f"postgresql/v12/{schema}"], secret)
    make_note(server, database, made)
    drop_database(server, copy)


def _tool(store: PostgresStore) -> Sequence[str]:
    host, _, port = store.address.partition(":")
    return [str(store.tool), "--plugin", "postgres12", "--ep", host, "-p", port, "-u", store.user]


def _server(store: PostgresStore) -> URL:
    host, _, port = store.address.partition(":")
    return URL.create("postgresql+psycopg", store.user, store.password, host, int(port), "postgres")
