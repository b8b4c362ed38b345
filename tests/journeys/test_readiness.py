"""A real process says what it needs and lacks: people's commands are ready while Temporal and Kafka are away."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from bihuan.cli import ExitCode, run
from bihuan.composition import Composition
from bihuan.engine_room import Address
from bihuan.installation import Installation, Kafka, make_installation
from bihuan.parts.postgres import PostgresServer
from bihuan.parts.postgres_client import make_database
from bihuan.processes import process
from bihuan.serving import serve
from services.registry.handlers import register
from services.registry.records import Entry
from shared.law.periods import SHANGHAI
from shared.ledger.installation import Installation as Kind
from shared.runtime import access
from shared.runtime.access import PrincipalKind
from shared.runtime.law_files import Law, load_law
from shared.vocabulary.registry_facts import ChannelRegistered
from tests.fakes.office import LEDGER, found_office
from tests.journeys.chaos.campaign import wait_until

NOBODY = "127.0.0.1:9"
"""Where no engine and no broker ever answers."""
BEGINS = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def law() -> Law:
    return load_law()


@pytest.fixture
def installed(tmp_path: Path) -> Installation:
    """On SQLite, with a Kafka that is away."""
    return make_installation(tmp_path, Kind.DEMONSTRATION, (LEDGER,), begins=BEGINS, kafka=Kafka(NOBODY))


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def served(installation: Installation, law: Law, name: str) -> Iterator[httpx.Client]:
    """One process of the installation, run here; its engine is away."""
    port, over = free_port(), threading.Event()

    async def until_over() -> None:
        stop, house = asyncio.Event(), Composition(installation, law)
        work = asyncio.create_task(
            serve(house, process([name]), engine=Address(NOBODY), port=port, stop=stop)
        )
        await asyncio.to_thread(over.wait)
        stop.set()
        await work

    thread = threading.Thread(target=lambda: asyncio.run(until_over()))
    thread.start()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            wait_until(lambda: answers(client))
            yield client
    finally:
        over.set()
        thread.join()


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/livez").status_code > 0
    except httpx.TransportError:
        return False


def ready(client: httpx.Client) -> tuple[int, str, dict[str, str]]:
    answer = client.get("/readyz")
    document: dict[str, Any] = answer.json()
    states = {one["check"]: one["state"] for one in document["checks"]}
    return answer.status_code, document["status"], states


STANDING = {"database": "ok", "ledger": "ok"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("intake", (200, "ready", {})),
        ("oversight", (200, "ready", {})),
        ("courier", (200, "ready", {})),
        ("projector", (200, "degraded", {"bus": "degraded"})),
        ("intake-worker", (503, "unready", {"bus": "degraded", "engine": "down"})),
        ("starter", (503, "unready", {"bus": "degraded", "engine": "down"})),
        ("watch-worker", (503, "unready", {"engine": "down"})),
        ("relay", (503, "unready", {"bus": "down"})),
        ("all", (200, "degraded", {"bus": "degraded", "engine": "degraded"})),
    ],
)
def test_each_process_says_what_it_lacks_while_engine_and_bus_are_away(
    installed: Installation, law: Law, name: str, expected: tuple[int, str, dict[str, str]]
) -> None:
    status, verdict, states = expected
    with served(installed, law, name) as client:
        assert ready(client) == (status, verdict, STANDING | states)
        assert client.get("/livez").status_code == 200
        assert "bihuan_alarms_total" in client.get("/metrics").text


def test_a_report_is_taken_while_the_engine_and_the_bus_are_away(installed: Installation, law: Law) -> None:
    house = Composition(installed, law)
    desk = house.desk("registry", LEDGER)
    found_office(desk)
    register(desk, [Entry("channel/ch", ChannelRegistered("ch", "热线", "hotline_12350"))], trace="t")
    token = access.issue(house.engine(), LEDGER, "ch", PrincipalKind.CHANNEL)
    house.close()
    with served(installed, law, "all") as client:
        answer = client.post(
            "/reports",
            json={"community": "c1", "serious": False, "words": "门口堵了", "place": "东门"},
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "k"},
        )
        assert answer.status_code == 201, answer.text
        assert ready(client)[:2] == (200, "degraded")


@pytest.mark.timeout(300)
def test_a_process_is_unready_while_its_database_is_away_and_ready_again_by_itself(
    tmp_path: Path, parts_folder: Path, law: Law
) -> None:
    server = PostgresServer(parts_folder / "readiness")
    server.start()
    try:
        database = make_database(server.url, "readiness").render_as_string(hide_password=False)
        installation = make_installation(tmp_path, Kind.DEMONSTRATION, (LEDGER,), database, begins=BEGINS)
        with served(installation, law, "intake") as client:
            assert ready(client)[0] == 200
            server.kill()
            status, _, states = ready(client)
            assert (status, states) == (503, {"database": "down", "ledger": "down"})
            assert client.get("/livez").status_code == 200, "a restart would not bring the database back"
            server.start()
            wait_until(lambda: ready(client)[0] == 200)
    finally:
        server.stop()


def test_a_relay_without_kafka_says_so_and_ends(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_installation(tmp_path, Kind.DEMONSTRATION, (LEDGER,))
    assert run(["serve", "--home", str(tmp_path), "--process", "relay"]) == ExitCode.MISSING_PART
    assert "Kafka" in capsys.readouterr().err


def test_how_an_installation_is_watched_is_kept_when_it_is_made_again(tmp_path: Path) -> None:
    make_installation(tmp_path, Kind.DEMONSTRATION, (LEDGER,))
    file = tmp_path / "installation.json"
    said = json.loads(file.read_text("utf-8"))
    assert said["monitoring"] == {"otlp": "", "grace_s": 120.0}
    file.write_text(json.dumps(said | {"monitoring": {"grace_s": 300}}), "utf-8")
    assert make_installation(tmp_path, Kind.DEMONSTRATION, (LEDGER,)).monitoring.grace_s == 300


@pytest.mark.parametrize(
    ("part", "wrong", "named"),
    [
        ("monitoring", {"grace": 60}, "grace"),
        ("monitoring", {"grace_s": 0}, "grace_s"),
        ("monitoring", {"grace_s": "long"}, "grace_s"),
        ("channels", {"open311_repeat_s": -1}, "open311_repeat_s"),
        ("channels", {"adress": "https://bihuan.example"}, "adress"),
    ],
)
def test_a_mistyped_setting_is_refused_by_name(
    tmp_path: Path, part: str, wrong: dict[str, object], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    make_installation(tmp_path, Kind.DEMONSTRATION, (LEDGER,))
    file = tmp_path / "installation.json"
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | {part: wrong}), "utf-8")
    assert run(["sweep", "--home", str(tmp_path)]) == ExitCode.MISSING_PART
    assert named in capsys.readouterr().err
