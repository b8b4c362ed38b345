"""The sweep: one ledger's standing check in the database alone, so that it alarms while the engine is away too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from time import monotonic
from typing import Any

import structlog
from sqlalchemy import Engine

from services.oversight.lists import sweep
from shared.runtime.desk import Now

AGAIN = 600.0
"""Real seconds until what is still so is told again."""

EXAMPLES = 5
LISTS = ("overdue", "stuck", "unarmed", "behind")

log = structlog.get_logger("sweep")


@dataclass(frozen=True, slots=True)
class Sweep:
    """Real seconds: between two sweeps, and how long something may be as it should not be before it is told."""

    every: float
    patience: float


STANDING = Sweep(every=30.0, patience=300.0)

Alarm = Callable[[dict[str, Any]], None]


def alarm(found: dict[str, Any]) -> None:
    """Tell whoever reads the log; the same lists, in full, are GET /sweep and `bihuan sweep`."""
    log.error("sweep.found", alarm=True, **found)


class Telling:
    """Whether what is found is to be told: when something of it is new, and again after a while."""

    def __init__(self) -> None:
        self._told: tuple[float, frozenset[Hashable]] = (0.0, frozenset())

    def due(self, found: frozenset[Hashable], now: float) -> bool:
        """Whether to tell it now; `now` in real seconds."""
        last, told = self._told
        tell = bool(found) and (bool(found - told) or now - last >= AGAIN)
        if tell or not found:
            self._told = now if tell else last, found
        return tell


class Sweeper:
    """Tells what is stuck, and what for some time has been past its due without a lapse, unwatched or behind.

    A watch that was just started, or thousands that recovery is about to start, are no reason for an alarm.
    """

    def __init__(self, engine: Engine, ledger: str, clock: Now, tell: Alarm, patience: float) -> None:
        self._engine, self._ledger, self._clock = engine, ledger, clock
        self._tell, self._patience = tell, patience
        self._since: dict[tuple[str, str], float] = {}
        self._telling = Telling()

    def turn(self) -> int:
        """One sweep; always answers 0, for there is nothing to do at once after it."""
        found, now = sweep(self._engine, self._ledger, self._clock.now()), monotonic()
        seen = {(name, one["stream"]) for name in LISTS for one in found[name]}
        self._since = {one: self._since.get(one, now) for one in seen}
        ripe = frozenset(
            one for one, since in self._since.items() if one[0] == "stuck" or now - since >= self._patience
        )
        if self._telling.due(ripe, now):
            counts = Counter(name for name, _ in ripe)
            examples = sorted({stream for _, stream in ripe})[:EXAMPLES]
            self._tell({"ledger": self._ledger, **{n: counts[n] for n in LISTS}, "examples": examples})
        return 0
