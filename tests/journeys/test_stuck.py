"""A look that always fails is seen, alarmed without the engine's help, and recovers without anyone touching it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from bihuan import engine_room
from bihuan.composition import Composition
from bihuan.engine_room import EngineRoom
from bihuan.installation import make_installation
from bihuan.parts.ladder import Binary
from bihuan.parts.temporal import TemporalServer
from bihuan.parts.temporal_config import Store
from bihuan.sweeping import Sweep
from bihuan.tails import Tails
from services.oversight.lists import sweep
from shared.law.periods import SHANGHAI
from shared.ledger.installation import Installation as Kind
from shared.runtime import lookout
from shared.runtime.desk import Desk
from tests.fakes.office import LEDGER, act, found_office, ordered
from tests.journeys.chaos.campaign import wait_until
from workflows.address import Address

Alarms = list[dict[str, Any]]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Composition]:
    """An office on SQLite, its clock standing on 2026-03-02 09:00."""
    begins = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
    house = Composition(make_installation(tmp_path, Kind.DEMONSTRATION, (LEDGER,), "", begins=begins))
    found_office(house.desk("registry", LEDGER))
    yield house
    house.close()


@pytest.fixture
def temporal(parts_folder: Path, temporal_binary: Binary) -> Iterator[TemporalServer]:
    """An engine that no other test's watches use."""
    server = TemporalServer(temporal_binary, parts_folder / "stuck", Store.MEMORY)
    server.start()
    yield server
    server.stop()


@contextmanager
def running(house: Composition, temporal: TemporalServer, alarms: Alarms) -> Iterator[None]:
    """Tails with a quick and impatient sweep, and the engine room, in this process."""
    tails, over = Tails(house, sweep=Sweep(every=0.2, patience=1.0), tell=alarms.append), Event()

    async def engine() -> None:
        stop = asyncio.Event()
        work = asyncio.create_task(EngineRoom(house, Address(temporal.address)).run(stop))
        await asyncio.to_thread(over.wait)
        stop.set()
        await work

    room = Thread(target=lambda: asyncio.run(engine()))
    tails.start()
    room.start()
    try:
        yield
    finally:
        over.set()
        room.join()
        tails.stop()


@pytest.mark.timeout(300)
def test_a_look_that_always_fails_is_stuck_alarmed_and_recovers_untouched(
    house: Composition, temporal: TemporalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_room, "PATROL", 0.5)
    desk, engine, alarms = house.desk("rectification", LEDGER), house.engine("oversight"), Alarms()
    ill, healthy = "order/" + ordered(desk, "ill"), "order/" + ordered(desk, "healthy")
    look, failing = lookout.look, Event()
    failing.set()

    def looking(at_desk: Desk, stream: str) -> lookout.Look:
        if stream == ill and failing.is_set():
            raise RuntimeError("this stream cannot be folded")
        return look(at_desk, stream)

    monkeypatch.setattr(lookout, "look", looking)

    def found() -> dict[str, Any]:
        return sweep(engine, LEDGER, house.clock.now())

    with running(house, temporal, alarms):
        act(desk, "serve-ill", "serve_order", ill.partition("/")[2], how="direct", receipt="r")
        act(desk, "serve-healthy", "serve_order", healthy.partition("/")[2], how="direct", receipt="r")
        wait_until(lambda: [one["stream"] for one in found()["stuck"]] == [ill])
        assert "cannot be folded" in found()["stuck"][0]["failure"]
        wait_until(lambda: any(alarm.get("stuck") and ill in alarm["examples"] for alarm in alarms))
        # Its deadline passes: the healthy one is recorded, the ill one is alarmed as past due without a lapse.
        house.clock.set_forward(datetime(2026, 3, 6, 2, tzinfo=SHANGHAI))
        wait_until(lambda: any(alarm["overdue"] for alarm in alarms))
        assert {one["stream"] for one in found()["overdue"]} >= {ill}
        failing.clear()
        wait_until(lambda: not any(found()[name] for name in ("overdue", "unarmed", "behind", "stuck")))
        alarms.clear()
        Event().wait(2.0)
        assert alarms == []
    lapses = [fact.name for fact in desk.load(ill).records if fact.name == "obligation.lapsed"]
    assert len(lapses) == 2  # the term, and the right to ask for more time, each once
