"""The embedded default taken apart, so that interfaces and work can be killed one by one: SQLite and two processes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bihuan.apart import Apart, processes
from bihuan.composition import Composition
from bihuan.full_profile import Found
from bihuan.launcher import temporal
from bihuan.parts.telling import Teller
from bihuan.parts.temporal import TemporalServer
from bihuan.parts.temporal_config import Store
from bihuan.processes import PROCESSES, SERVICES

SITE, WORK = "site", "work"
DOES = {
    SITE: tuple(name for name, one in PROCESSES.items() if one.answers),
    WORK: tuple(name for name, one in PROCESSES.items() if not one.answers and name != "relay"),
}


@contextmanager
def opened(folder: Path, teller: Teller, found: Found) -> Iterator[Apart]:
    """Everything started in order, supervised, and stopped in the opposite order."""
    with ExitStack() as stack:
        engine = stack.enter_context(temporal(folder, teller, Store.FILE))
        house = Composition(found(folder, teller, "", None))
        stack.callback(house.close)
        served = stack.enter_context(processes(folder, teller, engine.address, DOES))
        addresses = dict.fromkeys((*SERVICES, "oversight"), served[SITE].site) | {"temporal": engine.address}
        ours = {"temporal": engine} if isinstance(engine, TemporalServer) else {}
        yield Apart(house, {**ours, **served}, addresses)
