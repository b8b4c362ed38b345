"""The sweep: one ledger's standing check in the database alone, so that it alarms while the engine is away too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy import Engine

from services.oversight.lists import sweep
from shared.runtime.desk import Now

EVERY = 30.0
"""Real seconds between two sweeps."""

EXAMPLES = 5

log = structlog.get_logger("sweep")

Alarm = Callable[[dict[str, Any]], None]


def alarm(found: dict[str, Any]) -> None:
    """Tell whoever reads the log; the same lists, in full, are GET /sweep and `bihuan sweep`."""
    log.error("sweep.found", alarm=True, **found)


class Sweeper:
    """Tells what is past its due without a lapse, stuck, or for two sweeps in a row unwatched or behind."""

    def __init__(self, engine: Engine, ledger: str, clock: Now, tell: Alarm = alarm) -> None:
        self._engine, self._ledger, self._clock, self._tell = engine, ledger, clock, tell
        self._before: set[str] = set()

    def turn(self) -> int:
        """One sweep; always answers 0, for there is nothing to do at once after it."""
        found = sweep(self._engine, self._ledger, self._clock.now())
        # A watch that is missing or behind once may just be on its way.
        waiting = {one["stream"] for name in ("unarmed", "behind") for one in found[name]}
        lists = {
            "overdue": [one["stream"] for one in found["overdue"]],
            "stuck": [one["stream"] for one in found["stuck"]],
            "unwatched": sorted(waiting & self._before),
        }
        self._before = waiting
        if any(lists.values()):
            counts = {name: len(streams) for name, streams in lists.items()}
            examples = [stream for streams in lists.values() for stream in streams][:EXAMPLES]
            self._tell({"ledger": self._ledger, **counts, "examples": examples})
        return 0
