"""The passwords of the services' logins, where the owner of the database is to set them."""

from pathlib import Path

from psycopg import Connection, sql
from sqlalchemy import Engine

from shared.ledger.grants import ROLES


def set_passwords(engine: Engine, passwords: Path) -> tuple[str, ...]:
    """Give every service's login the password in the file of its name; answers which had one.

    The server is sent the SCRAM verifier, so that no log of statements can hold a password.
    """
    named = tuple(role for role in ROLES if (passwords / role).is_file())
    with engine.begin() as connection:
        driver: Connection[object] = connection.connection.driver_connection  # type: ignore[assignment]
        for role in named:
            plain = (passwords / role).read_text("utf-8").strip().encode()
            verifier = driver.pgconn.encrypt_password(plain, role.encode(), b"scram-sha-256").decode()
            alter = sql.SQL("alter role {} password {}").format(sql.Identifier(role), sql.Literal(verifier))
            driver.execute(alter)
    return named
