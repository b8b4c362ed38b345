"""What a report costs over HTTP: beside a bare interface, and while everything else runs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles
from subprocess import Popen
from threading import local
from time import perf_counter, sleep
from urllib.parse import urlsplit
from uuid import uuid4

from bench import places
from bench.figures import Figure, compared, measured
from bihuan.apart import ServedProcess
from bihuan.composition import Composition
from bihuan.founding import LEDGER, tokens
from bihuan.full_profile import demonstrated, opened
from bihuan.installation import make_installation
from bihuan.loading.registry_folder import read_registry
from bihuan.loading.shipped import REGISTRY
from bihuan.parts.folder import choose_ports
from bihuan.parts.postgres_client import make_database
from bihuan.parts.telling import Teller
from bihuan.reconciling.once import reconcile
from services.registry.handlers import register
from services.registry.records import within
from shared.ledger.installation import Installation as Kind
from shared.runtime import access
from shared.runtime.access import PrincipalKind

CLIENTS, REPORTS = 4, 600
"""In each round against the bare interface."""
RATE, SECONDS = 60, 20
PATIENCE_S = 60.0
SETTLED_S = 300.0
_BODY = json.dumps(
    {"community": "sq-01", "serious": False, "words": "仓库门口堵了", "place": "东门仓库"}, ensure_ascii=False
).encode()


@dataclass
class Sender:
    """Sends reports from many threads, each over a connection of its own."""

    address: str
    token: str = ""

    def __post_init__(self) -> None:
        self._mine = local()

    def send(self, _number: int = 0) -> None:
        """One report; raises ValueError when it is not taken."""
        host = urlsplit(self.address).netloc
        connection: HTTPConnection = self._mine.__dict__.setdefault(
            "connection", HTTPConnection(host, timeout=60)
        )
        heads = {
            "Authorization": f"Bearer {self.token}", "Content-Type": "application/json", "Idempotency-Key": uuid4().hex,
        }  # fmt: skip
        connection.request("POST", "/reports", _BODY, heads)
        answer = connection.getresponse()
        told = answer.read()
        if answer.status != 201:
            raise ValueError(told)

    def rate(self) -> float:
        """Reports a second, as fast as so many clients can."""
        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(self.send, range(CLIENTS * 5)))
            begun = perf_counter()
            list(pool.map(self.send, range(REPORTS)))
            return REPORTS / (perf_counter() - begun)

    def slowest(self) -> float:
        """Milliseconds that one in a hundred takes longer than, at a steady rate, whoever is still waiting."""
        begun, times = perf_counter() + 0.5, []

        def one(number: int) -> float:
            at = begun + number / RATE
            sleep(max(at - perf_counter(), 0.0))
            self.send()
            return 1000 * (perf_counter() - at)

        with ThreadPoolExecutor(RATE) as pool:
            times = list(pool.map(one, range(RATE * SECONDS)))
        return quantiles(times, n=100)[98]


def figures() -> Iterator[Figure]:
    """Alone on PostgreSQL, then in the production shape with all of its processes."""
    with places.postgres() as server, places.folder() as folder:
        database = make_database(server.url, "intake").render_as_string(hide_password=False)
        bare = make_database(server.url, "bare").render_as_string(hide_password=False)
        with _ours(folder, database) as ours, _bare(bare) as other:
            yield compared(
                "intake.post", f"上报，{CLIENTS}个客户端", f"POST /reports, {CLIENTS} clients", "1/s", ours.rate, other.rate,
                "a bare FastAPI with one INSERT", aim=0.5,
            )  # fmt: skip
    with places.folder() as folder, opened(folder, Teller(), demonstrated) as full:
        token = json.loads(tokens(full.house).read_text("utf-8"))["ch-grid"]["token"]
        sender = Sender(full.addresses["intake"], token)
        _await(sender)
        # Not while watches of the demonstration are still being started.
        ledger = full.house.desk("oversight", LEDGER).ledger
        reconcile(full.house, ledger, grace=SETTLED_S, newest=1, told=lambda *_: None)
        yield measured(
            "intake.p99", f"每秒{RATE}条，生产形态全部运行", f"99th percentile at {RATE} a second, all processes running",
            "ms", sender.slowest, aim=250, at_most=True,
        )  # fmt: skip


@contextmanager
def _ours(folder: Path, database: str) -> Iterator[Sender]:
    house = Composition(make_installation(folder, Kind.DEMONSTRATION, (LEDGER,), database))
    entries, _none = read_registry(REGISTRY, LEDGER)
    register(house.desk("registry", LEDGER), within(entries, (LEDGER,)), trace="bench")
    token = access.issue(house.engine(), LEDGER, "ch-grid", PrincipalKind.CHANNEL)
    house.close()
    process = ServedProcess("intake", ("intake",), folder, "127.0.0.1:1", choose_ports(["intake"])["intake"])
    process.start()
    try:
        sender = Sender(process.site, token)
        _await(sender)
        yield sender
    finally:
        process.stop()


@contextmanager
def _bare(database: str) -> Iterator[Sender]:
    port = choose_ports(["bare"])["bare"]
    process = Popen([sys.executable, "-m", "bench.bare", database, str(port)])
    try:
        sender = Sender(f"http://127.0.0.1:{port}")
        _await(sender)
        yield sender
    finally:
        process.terminate()
        process.wait()


def _await(sender: Sender) -> None:
    """Until it takes reports."""
    end = perf_counter() + PATIENCE_S
    while True:
        try:
            return Sender(sender.address, sender.token).send()
        except (OSError, ValueError):
            if perf_counter() > end:
                raise
            sleep(0.2)
