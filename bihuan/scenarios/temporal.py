"""The real engine as a runner of scenarios: an installation of its own, a Temporal server of its own, both thrown away."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Thread
from typing import Any

from bihuan.advancing import advance
from bihuan.composition import Composition
from bihuan.engine_room import EngineRoom
from bihuan.installation import Kafka, make_installation
from bihuan.parts.ladder import Binary, UseAddress
from bihuan.parts.telling import Teller
from bihuan.parts.temporal import TemporalServer
from bihuan.parts.temporal_config import Store
from bihuan.parts.temporal_ladder import Surroundings, find_temporal
from bihuan.processes import SERVICES, process
from bihuan.scenarios.installed import Installed
from bihuan.tails import Tails
from shared.ledger.installation import Installation as Kind
from shared.ledger.port import Appended
from shared.runtime.deeds import Deed
from shared.runtime.desk import Call
from shared.runtime.law_files import Law
from shared.runtime.lookout import CLOCK
from shared.vocabulary.fact import Actor, Fact
from shared.vocabulary.identities import kind_of
from workflows.address import Address
from workflows.steps import QUEUES


class RealEngine(Installed):
    """Services, read models and reactions in this process, watches on a real Temporal server."""

    def __init__(self, house: Composition, address: Address) -> None:
        super().__init__(house)
        self._address = address
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        # No courier: nobody is told anything by a scenario, on the simulator or here.
        relay = ["relay"] if house.installation.kafka else []
        self._tails = Tails(
            house, process(["projector", *relay, *(f"{service}-worker" for service in SERVICES)])
        )
        self._thread = Thread(target=self._run, name="engine", daemon=True)

    def start(self) -> None:
        """Start following the ledger and watching."""
        self._tails.start()
        self._thread.start()

    def stop(self) -> None:
        """End what was started, in order."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._tails.stop()

    def enter(self, stream: str, fact: Fact, by: Actor = CLOCK, *, book: str | None = None) -> str:
        """Enter a fact that comes from outside any act; answers its stream."""
        self.write(stream, fact, by, book)
        if kind_of(stream) in QUEUES:
            self.advance(self.now())
        return stream

    def do(self, deed: Deed, call: Call, thing: str | None, ask: Any, *, book: str | None = None) -> Appended:
        """Carry out an act, then wait until reactions have run and watches have looked."""
        answer = deed.do(self.desk(deed.kind, book), call, thing, ask)
        self.advance(self.now())
        return answer

    def advance(self, to: datetime) -> None:
        """From due moment to due moment, each time waiting for the looks."""
        work = advance(self.house, self._address, to)
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(EngineRoom(self.house, self._address).run(self._stop))


@cache
def _binary() -> Binary:
    source = find_temporal(Surroundings({}), Teller())
    if isinstance(source, UseAddress):
        raise AssertionError("an address was found where none was named")
    return source.binary


@contextmanager
def temporal(
    books: Sequence[str], law: Law, start: datetime, *, database: str = "", kafka: Kafka | None = None
) -> Iterator[RealEngine]:
    """A real engine whose clock stands at `start`; raises MissingPart when there is no Temporal server.

    `database`: the address of one that is empty, instead of a file; `kafka`: the bus, instead of the ledger itself.
    """
    binary = _binary()
    with tempfile.TemporaryDirectory(prefix="bihuan-scenario-") as temporary:
        folder = Path(temporary)
        server = TemporalServer(binary, folder / "temporal", Store.MEMORY)
        made = make_installation(
            folder, Kind.DEMONSTRATION, tuple(books), database, begins=start, kafka=kafka
        )
        house = Composition(made, law)
        house.clock.freeze()
        server.start()
        engine = RealEngine(house, Address(server.address))
        try:
            engine.start()
            yield engine
            engine.stop()
        finally:
            server.stop()
            house.close()
