"""The overlay `one-machine` does its work: its own servers, and every process with what its pod mounts and no more."""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx
import pytest
from structlog.testing import capture_logs

from bihuan.cli import run
from bihuan.composition import Composition
from bihuan.installation import FILE, bring_up_database, open_installation
from bihuan.loading.registry_folder import read_registry
from bihuan.loading.shipped import REGISTRY, VISITS
from bihuan.loading.visits_file import read_visits
from bihuan.parts.folder import choose_ports
from bihuan.parts.ladder import Binary
from bihuan.parts.places import cache_folder
from bihuan.parts.postgres_contrib import cached_contrib
from bihuan.parts.temporal_client import make_ready
from bihuan.parts.temporal_ladder import cached_schema_tool
from bihuan.processes import PROCESSES, process
from bihuan.reacting import REACTIONS
from bihuan.serving import serve
from services.registry.handlers import register
from shared.bus import cursors
from shared.bus.projection import reflected
from shared.bus.relay import NAME as RELAY
from shared.ledger.grants import ROLES
from shared.runtime import access, armed
from shared.runtime.access import PrincipalKind
from shared.runtime.deliveries import NAME as DELIVERIES
from shared.runtime.law_files import load_law
from tests.contracts.deploy.cluster import Cluster
from tests.contracts.deploy.machine import Machine, machine
from tests.fakes.servers import READY_S, temporal
from tests.journeys.chaos.campaign import wait_until

LEDGER = "t-example"
SERVERS = ("postgres", "temporal")
HOST = "127.0.0.2"
"""Not the one on which processes answer unless told."""


@pytest.fixture
def running(one_machine: Cluster, parts_folder: Path, temporal_binary: Binary) -> Iterator[Machine]:
    """The servers of the overlay, with the passwords that an operator would make."""
    made = {
        "bihuan-database": {role: word() for role in ROLES},
        "bihuan-database-owner": {"bihuan": word()},
        "bihuan-servers": {server: word() for server in SERVERS},
        "bihuan-kafka": {"password": word()},
        "bihuan-installation": {"secret": secrets.token_bytes(32)},
    }
    contrib, tool = cached_contrib(), cached_schema_tool(cache_folder())
    if contrib is None or not tool.exists():
        pytest.fail("缺少部件 / missing parts; 补救 / to mend: make parts", pytrace=False)
    folder = parts_folder / "one-machine"
    folder.mkdir(mode=0o711)
    with machine(
        one_machine, folder, made, postgres=contrib, temporal=temporal(temporal_binary), schema_tool=tool,
    ) as running:  # fmt: skip
        yield running


def word() -> bytes:
    return secrets.token_hex(12).encode()


@pytest.mark.timeout(1800)
def test_a_report_becomes_a_watched_hazard_with_what_each_pod_mounts(running: Machine) -> None:
    house = founded(running)
    tokens = {who: token(house, who) for who in ("p-004", "ch-grid")}
    with capture_logs() as logs, served(running) as addresses:
        made = post(addresses["intake"], "/reports", tokens["ch-grid"],
                    {"community": "sq-01", "serious": False, "words": "仓库门口堵了", "place": "东门仓库"})  # fmt: skip
        post(addresses["intake"], f"/reports/{made['id']}/triage", tokens["p-004"],
             {"outcome": "accepted", "community": "sq-01", "reasons": "属实待查", "defect": "门口堵塞", "place": "东门仓库"})  # fmt: skip
        wait_until(lambda: listed(addresses["oversight"], tokens["p-004"]) == ["东门仓库"], READY_S)
        wait_until(lambda: behind(house) == 0, READY_S)
        for service, kind in (("rectification", "orders"), ("enforcement", "cases")):
            unknown = httpx.get(
                f"{addresses[service]}/{kind}/none", headers=bearer(tokens["p-004"]), timeout=30
            )
            assert unknown.status_code == 404, unknown.text
    house.close()
    assert not [log for log in logs if "no password for this login" in str(log)]
    assert not [log for log in logs if log.get("alarm")]


def founded(running: Machine) -> Composition:
    """Migrated by the job, twice; a demonstration's clock, so that the officers' certificates are valid."""
    job, office = running.pod("migrations"), running.pod("administration")
    for pod in (job, office):
        demonstration(pod)
    last = max(event.row.at for event in read_visits(VISITS).visits)
    bring_up_database(open_installation(home(job)), last)
    assert run(["migrate", "--home", str(home(job))]) == 0
    house = Composition(open_installation(home(office)))
    house.clock.run()
    entries, _errors = read_registry(REGISTRY, LEDGER)
    register(house.desk("registry", LEDGER), entries, trace="test")
    assert house.installation.engine is not None
    engine = house.installation.engine
    asyncio.run(asyncio.wait_for(make_ready(engine.target, engine.namespace, ours=False), READY_S))
    return house


def home(pod: Path) -> Path:
    return pod / "srv/bihuan"


def demonstration(pod: Path) -> None:
    file = home(pod) / FILE
    file.write_text(file.read_text("utf-8").replace('"kind": "real"', '"kind": "demonstration"'), "utf-8")


def token(house: Composition, who: str) -> str:
    kind = PrincipalKind.CHANNEL if who.startswith("ch-") else PrincipalKind.PERSON
    return access.issue(house.engine(), LEDGER, who, kind)


@contextmanager
def served(running: Machine) -> Iterator[Mapping[str, str]]:
    """Every process of the overlay, each in its pod's folder; where they answer."""
    ports, law = choose_ports(PROCESSES), load_law()
    with ExitStack() as stack:
        for name in PROCESSES:
            pod = running.pod(name)
            demonstration(pod)
            stack.enter_context(Served(Composition(open_installation(home(pod)), law), name, ports[name]))
        yield {name: f"http://{HOST}:{port}" for name, port in ports.items()}


@dataclass
class Served:
    """One process, in a thread with a loop of its own."""

    house: Composition
    name: str
    port: int

    def __enter__(self) -> Served:
        self._loop, self._stop = asyncio.new_event_loop(), asyncio.Event()
        self._thread = threading.Thread(target=self._run, name=self.name)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        engine = self.house.installation.engine
        assert engine is not None
        does = process([self.name])
        work = serve(self.house, does, engine=engine, host=HOST, port=self.port, stop=self._stop)
        self._loop.run_until_complete(work)


def post(address: str, path: str, who: str, body: Mapping[str, object]) -> Mapping[str, str]:
    """Ask until the service answers."""
    found: list[httpx.Response] = []

    def answered() -> bool:
        try:
            headers = bearer(who) | {"Idempotency-Key": f"one{path}"}
            found.append(httpx.post(address + path, json=body, headers=headers, timeout=30))
        except httpx.TransportError:
            return False
        return found[-1].status_code < 500

    wait_until(answered, READY_S)
    assert found[-1].status_code in (200, 201), found[-1].text
    answer: Mapping[str, str] = found[-1].json()
    return answer


def listed(address: str, who: str) -> list[str]:
    """The places in the register."""
    try:
        answer = httpx.get(f"{address}/register", headers=bearer(who), timeout=30)
    except httpx.TransportError:
        return []
    return [row["place"] for row in answer.json()["rows"]] if answer.status_code == 200 else []


def bearer(who: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {who}"}


def behind(house: Composition) -> int:
    """Facts that the bus, a reaction, a delivery or a read model has not passed, and watches not armed."""
    engine, ledger = house.engine("oversight"), house.desk("oversight", LEDGER).ledger
    head, reached = ledger.head(), cursors.positions(engine, LEDGER)
    passed = [reached.get(name, 0) for name in (RELAY, DELIVERIES, *REACTIONS)]
    passed.append(reflected(engine, LEDGER, armed.OBLIGATIONS))
    unwatched = len(armed.unarmed(engine, LEDGER, 100)) + len(armed.behind(engine, LEDGER, 100))
    return sum(head - position for position in passed) + unwatched
