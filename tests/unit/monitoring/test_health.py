"""What a process says of its life and readiness, and who is told."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from shared.runtime import health
from shared.runtime.health import Check, Finding, Health, Monitored, State


def check(name: str, state: State = State.OK) -> Check:
    def ask() -> Finding | None:
        return None if state is State.OK else made.down("away", "连不上", "cannot be reached", state)

    made = Check(name, "部件", name, ask)
    return made


def client(*checks: Check, dead: tuple[str, ...] = ()) -> TestClient:
    return TestClient(Monitored(Health("courier", checks, lambda: dead), PlainTextResponse("behind")))


def test_a_process_is_ready_when_every_check_is_well() -> None:
    answer = client(check("database"), check("ledger")).get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    assert [one["code"] for one in answer.json()["checks"]] == ["database.ok", "ledger.ok"]


def test_what_is_missed_and_not_needed_leaves_it_ready_and_is_said() -> None:
    answer = client(check("database"), check("engine", State.DEGRADED)).get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert ("连不上" in answer.json()["zh"], "cannot be reached" in answer.json()["en"]) == (True, True)


def test_what_it_cannot_work_without_makes_it_unready() -> None:
    answer = client(check("database", State.DOWN), check("engine", State.DEGRADED)).get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "unready")
    assert [one["code"] for one in answer.json()["checks"]] == ["database.away", "engine.away"]


def test_a_failing_check_is_down_and_its_words_are_kept_back() -> None:
    def ask() -> None:
        raise ConnectionError("postgresql://user:secret@db")

    answer = client(Check("database", "数据库", "database", ask)).get("/readyz")
    assert (answer.status_code, answer.json()["checks"][0]["code"]) == (503, "database.failed")
    assert "ConnectionError" in answer.text
    assert "secret" not in answer.text


@pytest.fixture
def hanging() -> Iterator[threading.Event]:
    release = threading.Event()
    yield release
    release.set()


def test_a_check_that_hangs_is_down_in_time_asked_once_and_well_again_afterwards(
    hanging: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "PATIENCE", 0.2)
    asked: list[int] = []

    def ask() -> None:
        asked.append(1)
        assert hanging.wait(60)

    process = Health("courier", (Check("database", "数据库", "database", ask),), tuple)

    async def probes() -> None:
        for _ in range(3):
            status, document = await process.ready()
            assert (status, document["checks"][0]["code"]) == (503, "database.no_answer")  # type: ignore[index]
        assert len(asked) == 1
        hanging.set()
        monkeypatch.setattr(health, "PATIENCE", 60)
        assert (await process.ready())[0] == 200

    asyncio.run(probes())


def test_a_process_whose_work_ended_asks_for_a_restart() -> None:
    assert client().get("/livez").json()["status"] == "alive"
    answer = client(dead=("relay-t-1",)).get("/livez")
    assert (answer.status_code, answer.json()["code"]) == (503, "work.ended")
    assert "relay-t-1" in answer.json()["zh"]


def test_everything_else_goes_to_the_application_behind() -> None:
    assert client().get("/register").text == "behind"
    bare = TestClient(Monitored(Health("relay", (), tuple)))
    assert (bare.get("/register").status_code, bare.get("/metrics").status_code) == (404, 200)
    assert bare.post("/metrics").status_code == 405
