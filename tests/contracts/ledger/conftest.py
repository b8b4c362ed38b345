"""The two databases, each migrated once, and a fresh ledger for every test."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import URL, Engine

from bihuan.parts.postgres_client import drop_database, make_database
from shared.ledger.engines import open_engine, open_ledger
from shared.ledger.memory import MemoryLedger
from shared.ledger.port import Ledger
from shared.ledger.schema import migrate

BACKENDS = ("postgresql", "sqlite")
_serial = count(1)


@pytest.fixture(scope="session")
def migrated_database(postgres_url: URL) -> Iterator[str]:
    """The name of a migrated database that nobody is connected to."""
    name = f"ledger_test_{uuid4().hex}"
    engine = open_engine(make_database(postgres_url, name))
    migrate(engine)
    engine.dispose()
    yield name
    drop_database(postgres_url, name)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that nobody has open."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def new_database(
    postgres_url: URL, migrated_database: str, migrated_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Engine]]:
    """Makes a migrated database of its own on a backend."""
    engines: list[Engine] = []

    def make(backend: str) -> Engine:
        if backend == "postgresql":
            url = postgres_url.set(database=f"{migrated_database}_{next(_serial)}")
            _copy_database(postgres_url, migrated_database, url)
            engines.append(open_engine(url))
        else:
            path = tmp_path_factory.mktemp("sqlite") / "bihuan.db"
            shutil.copy(migrated_file, path)
            engines.append(open_engine(f"sqlite:///{path}"))
        return engines[-1]

    yield make
    for engine in engines:
        engine.dispose()
        if engine.dialect.name == "postgresql" and engine.url.database:
            drop_database(postgres_url, engine.url.database)


@pytest.fixture(scope="session")
def shared_database(new_database: Callable[[str], Engine]) -> Callable[[str], Engine]:
    """The database of a backend that tests share when a ledger of their own is enough."""
    return cache(new_database)


@pytest.fixture
def as_role() -> Iterator[Callable[[Engine, str], Engine]]:
    """The same database in the role of a service; an SQLite file has no roles."""
    engines: list[Engine] = []

    def in_role(engine: Engine, role: str) -> Engine:
        if engine.dialect.name == "sqlite":
            return engine
        engines.append(open_engine(engine.url.update_query_dict({"options": f"-c role={role}"})))
        return engines[-1]

    yield in_role
    for engine in engines:
        engine.dispose()


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Each backend in turn."""
    return str(request.param)


@pytest.fixture
def engine(backend: str, shared_database: Callable[[str], Engine]) -> Engine:
    """The backend's shared database, as its owner."""
    return shared_database(backend)


@pytest.fixture
def own_engine(backend: str, new_database: Callable[[str], Engine]) -> Engine:
    """A database of the test's own."""
    return new_database(backend)


@pytest.fixture(scope="session")
def postgres(shared_database: Callable[[str], Engine]) -> Engine:
    """The shared PostgreSQL database, as its owner."""
    return shared_database("postgresql")


@pytest.fixture
def sqlite(shared_database: Callable[[str], Engine]) -> Engine:
    """The shared SQLite file."""
    return shared_database("sqlite")


@pytest.fixture
def ledger_name() -> str:
    """The name of a ledger that no other test writes."""
    return f"book-{next(_serial)}"


@pytest.fixture(params=[*BACKENDS, "memory"])
def ledger(
    request: pytest.FixtureRequest, shared_database: Callable[[str], Engine], ledger_name: str
) -> Ledger:
    """A ledger that no other test writes, in each database and in memory."""
    if request.param == "memory":
        return MemoryLedger(ledger_name, lambda: datetime.now(UTC))
    return open_ledger(shared_database(request.param), ledger_name)


def _copy_database(server: URL, migrated: str, copy: URL) -> None:
    engine = open_engine(server)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f'create database "{copy.database}" template "{migrated}"')
        # No test here cuts the power.
        connection.exec_driver_sql(f'alter database "{copy.database}" set synchronous_commit = off')
    engine.dispose()
