"""One look at how far everyone is: a few indexed queries, whatever the size of the ledger."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from bihuan.composition import Composition
from bihuan.reacting import REACTIONS
from bihuan.reconciling.differences import Side, Snapshot
from services.oversight.rows import ROWS
from shared.bus import cursors
from shared.bus.projection import reflected
from shared.bus.relay import NAME as RELAY
from shared.ledger.port import Ledger
from shared.runtime import armed, deliveries

STARTER = "starter"
"""What the cursors of starters are named, each with the engine's store behind an @."""


def snapshot(house: Composition, ledger: Ledger) -> Snapshot:
    """Cursors before the head, so that nobody seems to be beyond it."""
    engine, name = house.engine("oversight"), ledger.name
    reached = consumers(house, name)
    return Snapshot(
        taken=time.monotonic(),
        consumers=reached,
        head=ledger.head(),
        unarmed=frozenset(one.stream for one in armed.unarmed(engine, name)),
        behind=frozenset((one.stream, one.version) for one in armed.behind(engine, name)),
        idle=frozenset(armed.idle(engine, name)),
    )


def consumers(house: Composition, ledger: str) -> dict[str, tuple[Side, int]]:
    """Side and position of everyone who must pass every fact: 0 for one who never began.

    A read model goes by its name, whichever generation serves; of the starters of several engine stores the one
    that is furthest counts.
    """
    engine = house.engine("oversight")
    cursor = cursors.positions(engine, ledger)
    must = [*REACTIONS, deliveries.NAME]
    if house.installation.kafka is not None:
        must.append(RELAY)
    starters = [at for name, at in cursor.items() if name.partition("@")[0] == STARTER]
    return (
        {name: (Side.BUS, cursor.get(name, 0)) for name in must}
        | {name: (Side.READ_MODELS, reflected(engine, ledger, name)) for name in ROWS}
        | {STARTER: (Side.WATCHES, max(starters, default=0))}
    )


@dataclass(frozen=True, slots=True)
class Lag:
    """How many facts a consumer has not passed, and how old the oldest of them is by the installation's clock."""

    facts: int
    seconds: float


def lags(house: Composition, ledger: Ledger, reached: Mapping[str, int], head: int) -> dict[str, Lag]:
    """The lag of each of these."""
    now = house.clock_for("oversight").now()

    def age(position: int) -> float:
        waiting = ledger.read(position, 1) if position < head else []
        return max((now - waiting[0].recorded_at).total_seconds(), 0.0) if waiting else 0.0

    return {name: Lag(max(head - at, 0), age(at)) for name, at in reached.items()}
