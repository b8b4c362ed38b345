"""The servers that benchmarks run on: real ones, of their own, in a folder that goes away."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Engine

from bihuan.parts.postgres import PostgresServer
from bihuan.parts.postgres_client import make_database
from shared.ledger.engines import open_engine
from shared.ledger.schema import migrate


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that others may enter: PostgreSQL needs that when we are root."""
    with tempfile.TemporaryDirectory(prefix="bihuan-bench-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@contextmanager
def postgres() -> Iterator[PostgresServer]:
    """A server as we run it in production: every commit waits for the disk."""
    with folder() as place:
        server = PostgresServer(place / "postgres")
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def migrated(server: PostgresServer, name: str) -> Iterator[tuple[URL, Engine]]:
    """A database of this name with our tables, and its engine."""
    url = make_database(server.url, name)
    engine = open_engine(url)
    migrate(engine)
    try:
        yield url, engine
    finally:
        engine.dispose()
