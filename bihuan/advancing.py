"""Advance a demonstration's clock from due moment to due moment, so that every rung happens in its place."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from temporalio.service import RPCError

from bihuan.composition import Composition
from bihuan.reacting import REACTIONS
from shared.bus.cursors import positions
from shared.bus.projection import reflected
from shared.ledger.port import Ledger
from shared.runtime import armed
from shared.vocabulary.obligation_facts import LapseWithdrawn, ObligationLapsed, RungReached
from shared.vocabulary.watching import Seen
from shared.wire.codec import decode
from workflows.address import Address
from workflows.engine import connect
from workflows.starter import Starter

GLANCE, LONGEST_GLANCE = 0.02, 0.2
"""Real seconds between two looks at whether the watches have looked: longer while nothing moves."""

PATIENCE = 120.0
"""Real seconds without any progress after which the advance gives up and says what it waits for."""


class Stalled(Exception):
    """The watches did not follow the clock; `waiting` are the things that had not looked."""

    def __init__(self, at: datetime, waiting: list[str]) -> None:
        super().__init__(f"{at:%Y-%m-%d %H:%M}: {len(waiting)} watches did not look: {waiting[:5]}")
        self.at, self.waiting = at, waiting


@dataclass(slots=True)
class Advanced:
    """What happened on the way: how many of each rung, lapse and withdrawal, by row of the rulebook."""

    to: datetime
    moments: int = 0
    rungs: Counter[str] = field(default_factory=Counter)
    lapses: Counter[str] = field(default_factory=Counter)
    withdrawals: Counter[str] = field(default_factory=Counter)


async def advance(
    house: Composition,
    address: Address,
    to: datetime,
    told: Callable[[datetime, int], None] = lambda _at, _moments: None,
) -> Advanced:
    """Go to `to`, halting at every due moment until each watch that waited for it has looked."""
    client = await connect(address)
    starter = Starter(client, _unasked)
    ledgers = [house.desk("oversight", name).ledger for name in house.installation.ledgers]
    before = {ledger.name: ledger.head() for ledger in ledgers}
    done = Advanced(to)
    await _settled(house, starter, ledgers)
    while (due := _next_due(house, ledgers)) is not None and due <= to:
        now = house.clock.now()
        if due > now:
            house.clock.set_forward(due)
        await _settled(house, starter, ledgers)
        done.moments += 1
        told(due, done.moments)
    if house.clock.now() < to:
        house.clock.set_forward(to)
    await _settled(house, starter, ledgers)
    for ledger in ledgers:
        _count(ledger, before[ledger.name], done)
    return done


def _next_due(house: Composition, ledgers: list[Ledger]) -> datetime | None:
    engine = house.engine("oversight")
    dues = [armed.next_due(engine, ledger.name) for ledger in ledgers]
    return min((due for due in dues if due is not None), default=None)


async def _settled(house: Composition, starter: Starter, ledgers: list[Ledger]) -> None:
    """Every consumer is at the head, every watch is armed and none waits for a moment that has come.

    What one book settles on may be carried into another: all must be found settled with nothing new in any.
    """
    heads: list[int] = []
    while heads != (heads := [ledger.head() for ledger in ledgers]):
        for ledger in ledgers:
            await _until(house, starter, ledger)


async def _until(house: Composition, starter: Starter, ledger: Ledger) -> None:
    engine, end = house.engine("oversight"), time.monotonic() + PATIENCE
    known: tuple[int, int] | None = None
    glance = GLANCE
    nudged: set[tuple[str, datetime]] = set()
    while True:
        now = house.clock.now()
        waiting = armed.due_by(engine, ledger.name, now)
        for stream in waiting:
            if (stream, now) not in nudged:
                with suppress(RPCError):  # an engine that is slow or restarting is asked again
                    await starter.clock_moved(ledger.name, stream)
                    nudged.add((stream, now))
        if not waiting:
            unsettled = await asyncio.to_thread(_unsettled, house, ledger)
            if not unsettled:
                return
            waiting = unsettled
        if known != (known := (ledger.head(), armed.count(engine, ledger.name))):
            end, glance = time.monotonic() + PATIENCE, GLANCE
        if time.monotonic() > end:
            raise Stalled(now, waiting)
        await asyncio.sleep(glance)
        glance = min(glance * 1.5, LONGEST_GLANCE)


def _unsettled(house: Composition, ledger: Ledger) -> list[str]:
    """What has not caught up: consumers behind the head, things not watched or not seen at their version."""
    engine, head = house.engine("oversight"), ledger.head()
    reached = positions(engine, ledger.name)
    behind = [name for name in REACTIONS if reached.get(name, 0) < head]
    if reflected(engine, ledger.name, armed.OBLIGATIONS) < head:
        behind.append(armed.OBLIGATIONS)
    unwatched = [one.stream for one in armed.unarmed(engine, ledger.name, 100)]
    return behind + unwatched + [one.stream for one in armed.behind(engine, ledger.name, 100)]


def _count(ledger: Ledger, after: int, done: Advanced) -> None:
    while facts := ledger.read(after):
        for stored in facts:
            if not stored.type.startswith("obligation."):
                continue
            fact, _ = decode(stored.body)
            match fact:
                case RungReached():
                    done.rungs[f"{fact.row} {fact.rung}"] += 1
                case ObligationLapsed():
                    done.lapses[fact.row] += 1
                case LapseWithdrawn():
                    done.withdrawals[fact.row] += 1
        after = facts[-1].position


def _unasked(ledger: str, stream: str) -> Seen:
    raise AssertionError(f"advancing only wakes watches; it starts none: {ledger} {stream}")
