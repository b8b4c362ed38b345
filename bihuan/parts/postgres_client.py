"""What we ask of a PostgreSQL server as its operator: its version, databases and logins."""

import os
from collections.abc import Mapping

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from bihuan.parts.missing import MissingPart

ADDRESS_VARIABLE = "BIHUAN_POSTGRES_URL"
OLDEST_MAJOR = 15


def address_in(environment: Mapping[str, str] = os.environ) -> URL | None:
    """The server somebody named, as a SQLAlchemy URL with our driver."""
    named = environment.get(ADDRESS_VARIABLE)
    return make_url(named).set(drivername="postgresql+psycopg") if named else None


def server_version(url: URL) -> str:
    """What the server calls itself ("18.4"); raises MissingPart when it does not answer or is too old."""
    try:
        with psycopg.connect(_conninfo(url), connect_timeout=5) as connection:
            number = connection.info.server_version
    except psycopg.OperationalError as error:
        why = f"{url.render_as_string()}: {str(error).splitlines()[0]}"
        raise MissingPart("PostgreSQL", why, f"unset {ADDRESS_VARIABLE}") from error
    major, minor = divmod(number, 10_000)
    if major < OLDEST_MAJOR:
        raise MissingPart("PostgreSQL", f"{major}.{minor} < {OLDEST_MAJOR}", f"unset {ADDRESS_VARIABLE}")
    return f"{major}.{minor}"


def make_database(url: URL, name: str, *, template: str = "template1") -> URL:
    """Create a database on that server, empty or like another that nobody uses; the URL that leads to it."""
    command = sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template))
    with psycopg.connect(_conninfo(url), autocommit=True) as connection:
        connection.execute(command)
    return url.set(database=name)


def ensure_database(url: URL, name: str) -> URL:
    """A database of this name on that server, made if it is not there; the URL that leads to it."""
    return url.set(database=name) if has_database(url, name) else make_database(url, name)


def ensure_login(url: URL, name: str, password: str, *databases: str) -> None:
    """A login with a password, databases of its own and the right to make more; doing it again changes nothing."""
    with psycopg.connect(_conninfo(url), autocommit=True) as connection:
        known = connection.execute("select 1 from pg_roles where rolname = %s", (name,)).fetchone()
        role = sql.SQL("alter role {}" if known else "create role {}").format(sql.Identifier(name))
        connection.execute(role + sql.SQL(" login createdb password {}").format(sql.Literal(password)))
        for database in databases:
            if not has_database(url, database):
                make = sql.SQL("create database {} owner {}")
                connection.execute(make.format(sql.Identifier(database), sql.Identifier(name)))


def drop_database(url: URL, name: str) -> None:
    """Remove a database of ours together with whoever is connected to it."""
    with psycopg.connect(_conninfo(url), autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def has_database(url: URL, name: str) -> bool:
    """Whether there is a database of this name."""
    with psycopg.connect(_conninfo(url)) as connection:
        found = connection.execute("select 1 from pg_database where datname = %s", (name,)).fetchone()
    return found is not None


def note_on(url: URL, name: str) -> str | None:
    """What was noted on a database, if anything."""
    query = "select shobj_description(oid, 'pg_database') from pg_database where datname = %s"
    with psycopg.connect(_conninfo(url)) as connection:
        found = connection.execute(query, (name,)).fetchone()
    return found[0] if found else None


def make_note(url: URL, name: str, note: str) -> None:
    """Note something on a database; it goes with it."""
    comment = sql.SQL("comment on database {} is {}").format(sql.Identifier(name), sql.Literal(note))
    with psycopg.connect(_conninfo(url)) as connection:
        connection.execute(comment)


def _conninfo(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)
