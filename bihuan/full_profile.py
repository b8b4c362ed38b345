"""`make run PROFILE=full`: the production shape on one machine: PostgreSQL, Kafka, Temporal in PostgreSQL, and each
service, worker, relay, starter and projector a process of its own."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bihuan.apart import Apart, processes
from bihuan.composition import Composition
from bihuan.founding import Step, demonstration, refuse_another
from bihuan.installation import Installation, Kafka
from bihuan.launcher import alone, announced, supervised, temporal
from bihuan.parts.folder import kept_secret
from bihuan.parts.jars import obtain_jars
from bihuan.parts.java import find_java
from bihuan.parts.kafka import KafkaServer
from bihuan.parts.postgres import PostgresServer
from bihuan.parts.postgres_client import ensure_database, ensure_login
from bihuan.parts.postgres_contrib import obtain_contrib
from bihuan.parts.supervision import Supervised
from bihuan.parts.telling import Teller
from bihuan.parts.temporal import TemporalServer
from bihuan.parts.temporal_config import PostgresStore
from bihuan.parts.temporal_ladder import Surroundings, obtain_schema_tool
from bihuan.processes import PROCESSES
from services.oversight.console.rendering import ROOT as CONSOLE

DATABASE = "bihuan"
Found = Callable[[Path, Teller, str, Kafka | None], Installation]
"""Makes or opens the installation in a folder, given its database ("": a file in the folder) and its bus."""


def run(folder: Path) -> None:
    """Set up what is missing, serve until Ctrl-C, stop what was started and nothing else."""
    teller, told = Teller(), threading.Event()
    refuse_another(folder)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    with (
        alone(folder),
        opened(folder, teller, demonstrated) as full,
        announced(full.house, full.addresses, teller),
    ):
        told.wait()
    teller.line("已停止;数据保留在 / stopped; data kept in " + str(folder))


@contextmanager
def opened(folder: Path, teller: Teller, found: Found) -> Iterator[Apart]:
    """Everything started in order, supervised, and stopped in the opposite order."""
    with ExitStack() as stack:
        step = Step.begin(teller, "数据库 PostgreSQL")
        postgres = PostgresServer(folder / "postgres", tcp=True, programs=obtain_contrib(teller))
        stack.enter_context(supervised(Supervised(postgres, teller.line)))
        database = ensure_database(postgres.url, DATABASE).render_as_string(hide_password=False)
        step.done(postgres.address)
        step = Step.begin(teller, "总线 Kafka")
        java, _major = find_java()
        kafka = KafkaServer(java, obtain_jars(teller), folder / "kafka")
        stack.enter_context(supervised(Supervised(kafka, teller.line)))
        step.done(kafka.broker.address)
        engine = stack.enter_context(temporal(folder, teller, _store(folder, postgres, teller)))
        bus = Kafka(kafka.broker.address, kafka.broker.user, str(kafka.broker.password))
        house = Composition(found(folder, teller, database, bus))
        stack.callback(house.close)
        served = stack.enter_context(
            processes(folder, teller, engine.address, {name: (name,) for name in PROCESSES})
        )
        addresses = {name: served[name].site for name, one in PROCESSES.items() if one.answers}
        addresses |= {"console": addresses["oversight"] + CONSOLE}
        addresses |= {"temporal": engine.address, "kafka": bus.address, "postgres": postgres.address}
        ours = {"temporal": engine} if isinstance(engine, TemporalServer) else {}
        yield Apart(house, {"postgres": postgres, "kafka": kafka, **ours, **served}, addresses)


def demonstrated(folder: Path, teller: Teller, database: str, kafka: Kafka | None) -> Installation:
    """The demonstration with its township and visits."""
    return demonstration(folder, teller, database=database, kafka=kafka)


def _store(folder: Path, postgres: PostgresServer, teller: Teller) -> PostgresStore:
    """Two databases beside ours, on a login of their own."""
    password = kept_secret(folder / "temporal-password")
    store = PostgresStore(postgres.address, "temporal", password, obtain_schema_tool(Surroundings(), teller))
    ensure_login(postgres.url, store.user, password, *store.databases)
    return store
