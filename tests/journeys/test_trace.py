"""One trace from a request over the ledger and a consumer's derivation to the look of its watch, on the real engine."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event, Thread

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan
from starlette.testclient import TestClient

from bihuan.composition import Composition
from bihuan.engine_room import Address, EngineRoom
from bihuan.installation import make_installation
from bihuan.site import site
from bihuan.tails import Tails
from services.registry.handlers import register
from services.registry.records import Entry
from shared.law.periods import SHANGHAI
from shared.ledger.installation import Installation as Kind
from shared.runtime import access
from shared.runtime.access import PrincipalKind
from shared.vocabulary.registry_facts import ChannelRegistered
from tests.fakes.office import LEDGER, found_office
from tests.fakes.recording import Recording, recording
from tests.journeys.chaos.campaign import wait_until

CALLER = "0af7651916cd43dd8448eb211c80319c"
WORDS = "canary 仓库门口堵了"
REPORT = {"community": "c1", "serious": False, "words": WORDS, "place": "canary 东门"}


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recording]:
    yield from recording(monkeypatch)


@pytest.fixture
def house(tmp_path: Path, spans: Recording) -> Iterator[Composition]:
    begins = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
    house = Composition(make_installation(tmp_path, Kind.DEMONSTRATION, (LEDGER,), "", begins=begins))
    desk = house.desk("registry", LEDGER)
    found_office(desk)
    register(desk, [Entry("channel/ch", ChannelRegistered("ch", "热线", "hotline_12350"))], trace="t")
    yield house
    house.close()


@contextmanager
def running(house: Composition, address: str) -> Iterator[None]:
    """Consumers, starter and workers in this process."""
    tails, over = Tails(house), Event()

    async def engine() -> None:
        stop = asyncio.Event()
        work = asyncio.create_task(EngineRoom(house, Address(address)).run(stop))
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
def test_a_request_its_derivations_and_the_look_are_one_trace(
    house: Composition, spans: Recording, temporal_address: str
) -> None:
    token = access.issue(house.engine(), LEDGER, "ch", PrincipalKind.CHANNEL)
    headers = {
        "Authorization": f"Bearer {token}",
        "Idempotency-Key": "trace-1",
        "traceparent": f"00-{CALLER}-b7ad6b7169203331-00",
    }

    def mine() -> dict[str, ReadableSpan]:
        found = [one for one in spans.finished() if trace.format_trace_id(one.context.trace_id) == CALLER]
        return {one.name: one for one in found}

    with running(house, temporal_address):
        answer = TestClient(site(house, ["intake"])).post("/reports", json=REPORT, headers=headers)
        assert (answer.status_code, answer.headers["trace-id"]) == (201, CALLER)
        wait_until(lambda: {"RunActivity:look", "consume obligations@1"} <= mine().keys())
    found = mine()
    below = [
        ("ledger.append", "POST /reports"),
        ("consume obligations@1", "ledger.append"),
        ("start watch", "ledger.append"),
        ("SignalWithStartWorkflow:watch", "start watch"),
        ("RunWorkflow:watch", "SignalWithStartWorkflow:watch"),
        ("RunActivity:look", "StartActivity:look"),
    ]
    parents = {name: found[name].parent for name, _ in below}
    assert {name: parent and parent.span_id for name, parent in parents.items()} == {
        name: found[above].context.span_id for name, above in below
    }
    assert not any("canary" in one.to_json() or "trace-1" in one.to_json() for one in spans.finished())
