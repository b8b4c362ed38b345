"""`make run PROFILE=full`: the production shape on one machine: PostgreSQL, Kafka, Temporal in PostgreSQL, and each
service, worker, relay, starter and projector a process of its own."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from bihuan.composition import Composition
from bihuan.founding import Step, demonstration, refuse_another
from bihuan.installation import Kafka
from bihuan.launcher import alone, announced, ports, supervised, temporal
from bihuan.parts.folder import kept_secret
from bihuan.parts.jars import obtain_jars
from bihuan.parts.java import find_java
from bihuan.parts.kafka import KafkaServer
from bihuan.parts.postgres import PostgresServer
from bihuan.parts.postgres_client import ensure_database, ensure_login
from bihuan.parts.postgres_contrib import obtain_contrib
from bihuan.parts.server import OneChild
from bihuan.parts.supervision import Supervised
from bihuan.parts.telling import Teller
from bihuan.parts.temporal_config import PostgresStore
from bihuan.parts.temporal_ladder import Surroundings, obtain_schema_tool
from bihuan.processes import PROCESSES, Process

DATABASE = "bihuan"


@dataclass(slots=True)
class ServedProcess(OneChild):
    """One of the installation's processes, as the supervisor starts it and starts it again."""

    grace_s: ClassVar[float] = 20.0  # for finishing what it has begun
    process: Process
    home: Path
    engine: str
    port: int

    @property
    def name(self) -> str:
        return self.process.name

    @property
    def log(self) -> Path:
        return self.home / "logs" / f"{self.name}.log"

    def start(self) -> None:
        """Start it; it becomes useful by itself as soon as what it needs is there."""
        self.log.parent.mkdir(exist_ok=True)
        self._stop_leftover()
        argv = [
            str(Path(sys.executable).with_name("bihuan")), "serve", "--home", str(self.home), "--engine", self.engine,
            "--port", str(self.port), "--process", self.name,
        ]  # fmt: skip
        self._launch(argv, folder=self.home)


@dataclass(frozen=True, slots=True)
class Full:
    """The running parts, by name, for those who look at them or kill them."""

    house: Composition
    parts: Mapping[str, PostgresServer | KafkaServer | ServedProcess]
    addresses: Mapping[str, str]


def run(folder: Path) -> None:
    """Set up what is missing, serve until Ctrl-C, stop what was started and nothing else."""
    teller, told = Teller(), threading.Event()
    refuse_another(folder)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    with (
        alone(folder),
        opened(folder, teller) as full,
        announced(full.house, full.addresses, teller),
    ):
        told.wait()
    teller.line("已停止;数据保留在 / stopped; data kept in " + str(folder))


@contextmanager
def opened(folder: Path, teller: Teller) -> Iterator[Full]:
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
        house = Composition(demonstration(folder, teller, database=database, kafka=bus))
        stack.callback(house.close)
        step = Step.begin(teller, "各进程")
        at = ports(folder, list(PROCESSES))
        served = {name: ServedProcess(one, folder, engine, at[name]) for name, one in PROCESSES.items()}
        for one in served.values():
            stack.enter_context(supervised(Supervised(one, teller.line)))
        step.done(f"{len(served)}个,日志在 {folder / 'logs'}")
        addresses = {name: f"http://127.0.0.1:{at[name]}" for name, one in PROCESSES.items() if one.answers}
        addresses |= {"temporal": engine, "kafka": bus.address, "postgres": postgres.address}
        yield Full(house, {"postgres": postgres, "kafka": kafka, **served}, addresses)


def _store(folder: Path, postgres: PostgresServer, teller: Teller) -> PostgresStore:
    """Two databases beside ours, on a login of their own."""
    password = kept_secret(folder / "temporal-password")
    store = PostgresStore(postgres.address, "temporal", password, obtain_schema_tool(Surroundings(), teller))
    ensure_login(postgres.url, store.user, password, *store.databases)
    return store
