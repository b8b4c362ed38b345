"""Temporal's tables in PostgreSQL become whole, and keep what they held, wherever their making was cut off."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from temporalio.client import Client, WorkflowExecutionStatus

from bihuan.parts.ladder import Binary
from bihuan.parts.places import cache_folder
from bihuan.parts.postgres import PostgresServer
from bihuan.parts.postgres_client import ensure_login
from bihuan.parts.postgres_contrib import cached_contrib
from bihuan.parts.temporal import TemporalServer
from bihuan.parts.temporal_config import PostgresStore
from bihuan.parts.temporal_ladder import cached_schema_tool
from bihuan.parts.temporal_schema import bring_schema
from tests.journeys.chaos.campaign import wait_until

SLEEP_AFTER_THE_FIRST_ROW = """
create function sleep() returns event_trigger language plpgsql as $$ begin
  if to_regclass('namespace_metadata') is not null then
    perform pg_sleep(3600) from namespace_metadata;
  end if;
end $$;
create event trigger halt on ddl_command_start execute function sleep();
"""
pytestmark = pytest.mark.timeout(2400)
_serial = count(1)


class CutOff(Exception):
    """What the killed run sees of it: nothing."""


@pytest.fixture
def postgres(parts_folder: Path) -> Iterator[PostgresServer]:
    programs = cached_contrib()
    if programs is None or not cached_schema_tool(cache_folder()).exists():
        pytest.fail("缺少部件 / missing parts; 补救 / to mend: make parts", pytrace=False)
    server = PostgresServer(parts_folder / f"postgres-{next(_serial)}", tcp=True, programs=programs)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def store(postgres: PostgresServer) -> PostgresStore:
    made = PostgresStore(postgres.address, "temporal", "secret", cached_schema_tool(cache_folder()))
    ensure_login(postgres.url, made.user, made.password, *made.databases)
    return made


def ask(server: PostgresServer, database: str, query: str) -> list[tuple[Any, ...]]:
    url = server.url.set(drivername="postgresql", database=database)
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        cursor = connection.execute(query.encode())
        return cursor.fetchall() if cursor.description else []


def tables(server: PostgresServer, database: str) -> set[str]:
    return {
        name
        for (name,) in ask(server, database, "select tablename from pg_tables where schemaname = 'public'")
    }


def run(argv: Sequence[str], environment: Mapping[str, str]) -> None:
    subprocess.run(argv, env=environment, check=True, capture_output=True)


class CutAfter:
    """Lets so many programs run and is cut off right after the last."""

    def __init__(self, programs: int) -> None:
        self._left = programs

    def __call__(self, argv: Sequence[str], environment: Mapping[str, str]) -> None:
        run(argv, environment)
        self._left -= 1
        if not self._left:
            raise CutOff


class KilledInside:
    """Kills the tool with -9 when it has inserted a row, which it would insert again."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server

    def __call__(self, argv: Sequence[str], environment: Mapping[str, str]) -> None:
        if "update-schema" not in argv:
            run(argv, environment)
            return
        database = argv[argv.index("--db") + 1]
        ask(self._server, database, SLEEP_AFTER_THE_FIRST_ROW)
        with subprocess.Popen(argv, env=environment, stdout=subprocess.DEVNULL) as tool:
            asleep = "select 1 from pg_stat_activity where wait_event = 'PgSleep'"
            wait_until(lambda: tool.poll() is not None or bool(ask(self._server, database, asleep)), 600)
            assert tool.poll() is None, "it ended by itself"
            tool.kill()
        raise CutOff


def test_tables_become_whole_wherever_their_making_was_cut_off(
    postgres: PostgresServer, store: PostgresStore
) -> None:
    for cut in (CutAfter(1), KilledInside(postgres), CutAfter(2), CutAfter(3)):
        with pytest.raises(CutOff):
            bring_schema(store, cut)
    bring_schema(store, run)
    main, visibility = (tables(postgres, database) for database in store.databases)
    assert {"executions", "nexus_endpoints"} <= main
    assert "executions_visibility" in visibility
    databases = {name for (name,) in ask(postgres, "postgres", "select datname from pg_database")}
    assert databases == {"postgres", "template0", "template1", *store.databases}
    bring_schema(store, CutAfter(1))  # nothing is left to run


def test_an_upgrade_that_was_cut_off_loses_no_workflow(
    postgres: PostgresServer, store: PostgresStore, temporal_binary: Binary, parts_folder: Path
) -> None:
    server = TemporalServer(temporal_binary, parts_folder / "temporal-on-postgres", store)
    server.start()
    try:
        asyncio.run(open_workflow(server.address, "open"))
        server.kill()
        ask(postgres, "postgres", "comment on database temporal is 'an earlier release'")
        with pytest.raises(CutOff):
            bring_schema(store, CutAfter(2))
        server.start()
        assert asyncio.run(status_of(server.address, "open")) is WorkflowExecutionStatus.RUNNING
    finally:
        server.stop()


async def open_workflow(address: str, name: str) -> None:
    client = await Client.connect(address)
    await client.start_workflow("nobody-works-on-this", id=name, task_queue="nobody")


async def status_of(address: str, name: str) -> WorkflowExecutionStatus | None:
    client = await Client.connect(address)
    return (await client.get_workflow_handle(name).describe()).status
