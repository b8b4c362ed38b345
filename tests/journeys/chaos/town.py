"""A small office on PostgreSQL and a real engine, whose processes can be killed at any moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from bihuan.composition import Composition
from bihuan.installation import make_installation
from bihuan.parts.postgres import PostgresServer
from bihuan.parts.postgres_client import make_database
from bihuan.parts.temporal import TemporalServer
from bihuan.processes import PROCESSES
from services.rectification.acts import ACTS
from shared.ledger.installation import Installation as Kind
from shared.runtime.desk import Call
from tests.fakes.office import LEDGER, found_office

DEEDS = {deed.name: deed for deed in ACTS}
READY_S = 60.0
WATCHING = ",".join(name for name, one in PROCESSES.items() if not one.answers and name != "relay")


@dataclass(slots=True)
class Town:
    """The installation, its engine, its database and the process that watches."""

    folder: Path
    postgres: PostgresServer
    temporal: TemporalServer
    house: Composition
    begins: datetime
    acts: int = 0
    worker: subprocess.Popen[bytes] | None = None
    kills: dict[str, int] = field(default_factory=dict)

    def start_worker(self) -> None:
        """The watching process: looks, steps, starter, read models, reactions."""
        log = (self.folder / "worker.log").open("ab")
        command = [str(Path(sys.executable).with_name("bihuan")), "serve", "--home", str(self.folder / "installation"),
                   "--process", WATCHING, "--engine", self.temporal.address]  # fmt: skip
        self.worker = subprocess.Popen(
            command, stdout=log, stderr=log, env=os.environ, start_new_session=True
        )
        log.close()

    def kill(self, which: str) -> None:
        """SIGKILL one of: worker, temporal, postgres; it is started again at once."""
        self.kills[which] = self.kills.get(which, 0) + 1
        match which:
            case "worker":
                self.stop_worker(signal.SIGKILL)
                self.start_worker()
            case "temporal":
                self.temporal.kill()
                self.temporal.start()
            case "postgres":
                self.postgres.restart()

    def stop_worker(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End the watching process."""
        if self.worker is not None:
            os.killpg(self.worker.pid, number)
            self.worker.wait(30)
            self.worker = None

    def act(
        self, name: str, thing: str | None, *, second: str | None = None, **fields: Any
    ) -> dict[str, int]:
        """One act of officer p1 at the present moment; a broken connection is tried again under the same id."""
        deed = DEEDS[name]
        self.acts += 1
        command = f"act-{self.acts}"
        call = Call(command, command.encode().ljust(32, b"-")[:32], "p1", "trace", second)
        ask = deed.ask.model_validate(fields)
        return insist(
            lambda: dict(deed.do(self.house.desk("rectification", LEDGER), call, thing, ask).versions)
        )


T = TypeVar("T")


def insist(work: Callable[[], T]) -> T:
    """Do it again while the database is away; ids make a repetition harmless."""
    end = time.monotonic() + READY_S
    while True:
        try:
            return work()
        except DBAPIError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def build(
    folder: Path, postgres: PostgresServer, temporal: TemporalServer, name: str, begins: datetime
) -> Town:
    """An empty office with two officers and an authority profile, its clock standing at a moment."""
    database: URL = make_database(postgres.url, name)
    installation = make_installation(
        folder / "installation",
        Kind.DEMONSTRATION,
        (LEDGER,),
        database.render_as_string(hide_password=False),
        begins=begins,
    )
    house = Composition(installation)
    house.clock.freeze()
    found_office(house.desk("registry", LEDGER))
    return Town(folder, postgres, temporal, house, begins)
