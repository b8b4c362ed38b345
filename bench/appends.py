"""What a durable append costs on PostgreSQL, in the database alone and from Python."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from uuid import uuid4

from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from sqlalchemy import URL, Engine, text

from bench import places
from bench.figures import Figure, compared
from bihuan.parts.postgres import PostgresServer, wheel_programs
from shared.ledger.engines import open_ledger
from shared.ledger.port import NewFact, Write
from shared.ledger.reading import reading

SECONDS = 5
"""Of each round of pgbench."""
APPENDS = 1000
"""In each round from Python."""
BODY = b'{"type":"hazard.noted.v1","data":"' + b"x" * 664 + b'"}'
"""As large as a fact is on average: 700 bytes."""

_PLAIN = """
create table plain (
  id bigint generated always as identity primary key, ledger text not null, stream text not null,
  version integer not null, type text not null, body bytea not null)
"""
_INSERT = "insert into plain (ledger, stream, version, type, body) values ({}, {}, 1, 'hazard.noted.v1', {})"
_BODY = f"'\\x{BODY.hex()}'::bytea"
_SINGLE_ROW = _INSERT.format("'t-' || :client_id", "'hazard/' || gen_random_uuid()", _BODY) + ";"
_APPEND = f"""
select o_last from (select gen_random_uuid()::text as id) as new, lateral bihuan_append(
  't-' || :client_id, new.id, '\\x{"00" * 32}'::bytea, array['hazard/' || new.id], array[0],
  array['hazard/' || new.id], array['hazard.noted.v1'], array[{_BODY}], '{{}}'::text[], '{{}}'::integer[]);
"""


def figures() -> Iterator[Figure]:
    """In the database alone, then from Python, then beside another event store."""
    with places.postgres() as server, places.migrated(server, "appends") as (url, engine):
        with engine.begin() as tx:
            tx.exec_driver_sql(_PLAIN)
        with places.folder() as place:
            yield from _in_the_database(url, place)
        yield from _from_python(engine)
        yield _beside_eventsourcing(server, engine)


def _in_the_database(url: URL, place: Path) -> Iterator[Figure]:
    ours, plain = place / "append.sql", place / "plain.sql"
    ours.write_text(_APPEND, "utf-8")
    plain.write_text(_SINGLE_ROW, "utf-8")
    for clients, ledgers, aim in ((1, "一个账本 / one ledger", 0.7), (8, "八个账本 / eight ledgers", 0.5)):
        zh, en = ledgers.split(" / ")
        yield compared(
            f"append.pgbench.{clients}",
            f"落盘追加，{clients}个客户端写{zh}",
            f"durable append, {clients} client{'s' * (clients > 1)} on {en}",
            "1/s",
            lambda clients=clients: pgbench(url, ours, clients),  # type: ignore[misc]
            lambda clients=clients: pgbench(url, plain, clients),  # type: ignore[misc]
            "pgbench: insert of a single row",
            aim=aim,
        )


def pgbench(url: URL, script: Path, clients: int) -> float:
    """Transactions a second."""
    server = f"host={url.query['host']} port={url.query['port']} user={url.username} dbname={url.database}"
    options = ["-n", "-M", "prepared", "-c", str(clients), "-j", str(min(clients, 2)), "-T", str(SECONDS)]
    done = subprocess.run(
        [str(wheel_programs() / "pgbench"), *options, "-f", str(script), server],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    if not (found := re.search(r"^tps = ([0-9.]+)", done.stdout, re.MULTILINE)):
        raise ValueError(done.stdout)
    return float(found[1])


def _from_python(engine: Engine) -> Iterator[Figure]:
    plain = text(_INSERT.format(":ledger", ":stream", ":body"))

    def insert() -> float:
        begun = perf_counter()
        for _ in range(APPENDS):
            with reading(engine) as connection:
                row = {"ledger": "t", "stream": f"hazard/{uuid4().hex}", "body": BODY}
                connection.execute(plain, row)
        return APPENDS / (perf_counter() - begun)

    yield compared(
        "append.python",
        "落盘追加，从Python逐条",
        "durable append from Python, one by one",
        "1/s",
        lambda: append(engine, 1),
        insert,
        "one INSERT by the same driver",
        aim=0.6,
    )
    yield compared(
        "append.ten",
        "一次追加十条事实",
        "ten facts in one append",
        "facts/s",
        lambda: append(engine, 10),
        lambda: append(engine, 1),
        "one fact in one append",
    )


def append(engine: Engine, facts: int) -> float:
    """Facts a second, each append with so many of them."""
    ledger = open_ledger(engine, "t-python")
    begun = perf_counter()
    for _ in range(APPENDS):
        name = uuid4().hex
        many = (NewFact("hazard.noted.v1", BODY),) * facts
        ledger.append(name, bytes(32), [Write(f"hazard/{name}", 0, many)])
    return facts * APPENDS / (perf_counter() - begun)


def _beside_eventsourcing(server: PostgresServer, engine: Engine) -> Figure:
    url = server.url
    # As its applications record: each event also gets a place in the order of all.
    store = PostgresDatastore(
        dbname="appends", host=str(url.query["host"]), port=str(url.query["port"]), user=url.username or "",
        password="",
    )  # fmt: skip
    recorder = PostgresApplicationRecorder(store, events_table_name="eventsourcing")
    recorder.create_table()

    def insert() -> float:
        begun = perf_counter()
        for _ in range(APPENDS):
            recorder.insert_events([StoredEvent(uuid4(), 1, "hazard.noted.v1", BODY)])
        return APPENDS / (perf_counter() - begun)

    try:
        return compared(
            "append.eventsourcing",
            "落盘追加，与eventsourcing包比",
            "durable append beside the eventsourcing package",
            "1/s",
            lambda: append(engine, 1),
            insert,
            "eventsourcing, one event",
            aim=2.0,
        )
    finally:
        store.close()
