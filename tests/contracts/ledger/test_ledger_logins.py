"""Logins with passwords from files: as a cluster has them, where no socket is trusted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, text
from sqlalchemy.exc import OperationalError

from bihuan.parts.folder import LOOPBACK
from bihuan.parts.postgres import PostgresServer
from shared.bus.faults import is_of_the_moment
from shared.ledger.engines import open_engine
from shared.ledger.logins import set_passwords
from shared.ledger.schema import migrate


@pytest.fixture(scope="module")
def server(parts_folder: Path) -> Iterator[PostgresServer]:
    """A server that asks for passwords at its port, and logs every statement."""
    server = PostgresServer(parts_folder / "postgres-logins", {"log_statement": "all"}, tcp=True)
    server.start()
    owner = open_engine(server.url)
    migrate(owner)
    owner.dispose()
    yield server
    server.stop()


@pytest.fixture
def owner(server: PostgresServer) -> Iterator[Engine]:
    engine = open_engine(server.url)
    yield engine
    engine.dispose()


@pytest.fixture
def passwords(tmp_path: Path) -> Path:
    (tmp_path / "bihuan_intake").write_text("first word\n")
    return tmp_path


@pytest.fixture
def intake(server: PostgresServer, passwords: Path) -> Iterator[Engine]:
    """Intake's way in over the network."""
    host, _, port = server.address.partition(":")
    assert host == LOOPBACK
    url = URL.create("postgresql+psycopg", "bihuan_intake", host=host, port=int(port), database="postgres")
    engine = open_engine(url, passwords)
    yield engine
    engine.dispose()


def who(engine: Engine) -> str:
    """Whom a new connection is made as."""
    engine.dispose()
    with engine.connect() as connection:
        return str(connection.execute(text("select current_user")).scalar_one())


def test_a_service_logs_in_with_the_password_in_the_file_of_its_name(
    owner: Engine, intake: Engine, passwords: Path
) -> None:
    assert set_passwords(owner, passwords) == ("bihuan_intake",)
    assert who(intake) == "bihuan_intake"


def test_a_changed_password_needs_no_restart(owner: Engine, intake: Engine, passwords: Path) -> None:
    set_passwords(owner, passwords)
    (passwords / "bihuan_intake").write_text("second word")
    with pytest.raises(OperationalError, match="password authentication failed"):
        who(intake)
    set_passwords(owner, passwords)
    assert who(intake) == "bihuan_intake"


def test_a_password_that_is_not_there_yet_is_waited_for_like_a_server(
    intake: Engine, passwords: Path
) -> None:
    (passwords / "bihuan_intake").unlink()
    with pytest.raises(OperationalError, match="no password for this login") as missing:
        who(intake)
    assert is_of_the_moment(missing.value)


def test_no_password_is_told_to_the_server_or_to_its_log(
    owner: Engine, server: PostgresServer, passwords: Path
) -> None:
    (passwords / "bihuan_intake").write_text("never-in-the-log")
    set_passwords(owner, passwords)
    with owner.connect() as connection:
        query = text("select rolpassword from pg_authid where rolname = 'bihuan_intake'")
        assert connection.execute(query).scalar_one().startswith("SCRAM-SHA-256$")
    log = server.log.read_text("utf-8")
    assert "alter role" in log
    assert "never-in-the-log" not in log
