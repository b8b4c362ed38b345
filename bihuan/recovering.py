"""Recovery: the watch of everything that is owed is started, nearest due first; losing the engine loses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import structlog
from sqlalchemy.exc import DBAPIError
from temporalio.service import RPCError

from bihuan.composition import Composition
from bihuan.presence import Told, arming, logged
from bihuan.reconciling.snapshot import STARTER
from services.oversight.views import read_models
from shared.bus import cursors
from shared.bus.projection import bring_up
from shared.ledger.port import Ledger
from shared.runtime import armed
from shared.vocabulary.watching import Seen
from workflows.address import Address
from workflows.engine import connect, namespace_id
from workflows.starter import Starter, is_of_the_thing

AT_ONCE = 8
"""Starts and nudges under way at a time; more would only queue in the engine."""

ROUND = 50
"""Things between two tellings of how far it is."""

log = structlog.get_logger("recovering")


async def each(
    nudge: Callable[[str, str], Awaitable[object]], house: Composition, ledger: str, streams: Iterable[str]
) -> None:
    """Start or nudge the watches of these things, a few at a time.

    A thing that cannot even be looked at is entered as stuck and holds up no other; a missing engine is raised.
    """
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(stream: str) -> None:
        async with turn:
            try:
                await nudge(ledger, stream)
            except Exception as failure:
                if isinstance(failure, RPCError | DBAPIError) and not is_of_the_thing(failure):
                    raise
                log.exception("starter.cannot_look", stream=stream)
                engine = house.engine("oversight")
                at = await asyncio.to_thread(house.clock_for("oversight").now)
                await asyncio.to_thread(
                    armed.record_failure, engine, ledger, stream, "starter", repr(failure), at
                )

    await asyncio.gather(*(one(stream) for stream in streams))


async def recover(
    house: Composition, starter: Starter, ledger: Ledger, engine_id: str, told: Told = logged
) -> int:
    """Start what is owed; a run that was stopped is taken up where it was. Answers how many things.

    What counted as armed on an engine that is not known here belonged to a store that is lost: it is forgotten
    first. On a known engine every watch is woken to a look, so that its entry is made anew.
    """
    engine, marker = house.engine("oversight"), _marker(engine_id)
    head = await asyncio.to_thread(ledger.head)
    await asyncio.to_thread(_bring_up, house, ledger)
    reached = await asyncio.to_thread(cursors.positions, engine, ledger.name)
    nudge: Callable[[str, str], Awaitable[object]] = starter.fact
    if starter_name(engine_id) in reached:
        nudge = starter.look_now
        owing = await asyncio.to_thread(armed.owing, engine, ledger.name)
    else:
        if marker not in reached:
            await asyncio.to_thread(armed.forget, engine, ledger.name)
            await asyncio.to_thread(move, house, marker, ledger.name, head)
        owing = [one.stream for one in await asyncio.to_thread(armed.unarmed, engine, ledger.name)]
    for first in range(0, len(owing), ROUND):
        await each(nudge, house, ledger.name, owing[first : first + ROUND])
        arming(told, ledger.name, min(first + ROUND, len(owing)), len(owing))
    await asyncio.to_thread(_finish, house, engine_id, ledger.name, head)
    return len(owing)


async def recover_all(house: Composition, address: Address, open_at: Callable[[str, str], Seen]) -> int:
    """Recover every ledger of the installation by order of a person."""
    client = await connect(address)
    engine_id = await namespace_id(client)
    starter = Starter(client, open_at)
    started = 0
    for name in house.installation.ledgers:
        started += await recover(house, starter, house.desk("oversight", name).ledger, engine_id)
    return started


def starter_name(engine_id: str) -> str:
    """The starter's cursor: one per engine store, so that a new store is noticed and recovered."""
    return f"{STARTER}@{engine_id}"


def move(house: Composition, consumer: str, ledger: str, to: int) -> None:
    """Set a cursor that belongs to no transaction of a read model."""
    with house.engine("oversight").begin() as tx:
        cursors.lock(tx, consumer, ledger)
        cursors.move(tx, consumer, ledger, to)


def _marker(engine_id: str) -> str:
    return f"recovery@{engine_id}"


def _finish(house: Composition, engine_id: str, ledger: str, head: int) -> None:
    """From here on the starter follows the ledger; a starter that is already further stays there."""
    with house.engine("oversight").begin() as tx:
        reached = cursors.lock(tx, starter_name(engine_id), ledger)
        cursors.move(tx, starter_name(engine_id), ledger, max(reached, head))
        cursors.retire(tx, _marker(engine_id), ledger)


def _bring_up(house: Composition, ledger: Ledger) -> None:
    bring_up(house.engine("oversight", lasting=False), ledger, read_models(ledger, house.law))
