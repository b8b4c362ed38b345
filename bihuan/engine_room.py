"""What a process does with Temporal: its workers, the starter behind the ledger, recovery and the patrol.

Nothing here is needed for people's commands: while the engine is away this waits, and then catches up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import timedelta

import structlog
from temporalio.client import Client
from temporalio.service import RPCError

from bihuan.composition import Composition
from bihuan.presence import Presence, Told, logged
from bihuan.processes import ALL, Duty, Process, process
from bihuan.recovering import each, move, recover, starter_name
from shared.bus import cursors
from shared.bus.feed import Feed, without_gaps
from shared.ledger.port import Ledger, StoredFact
from shared.runtime import armed
from shared.tracing import following
from shared.vocabulary.identities import kind_of
from shared.vocabulary.watching import Seen
from workflows.address import Address
from workflows.engine import connect, namespace_id
from workflows.starter import Starter
from workflows.steps import QUEUES
from workflows.worker import workers

log = structlog.get_logger("engine_room")

POLL = 0.1
"""Real seconds between two readings of the ledger when nothing new came."""

PAUSE = 2.0
"""Real seconds before the next try while the engine or the database is away."""

PATROL = 30.0
"""Real seconds between two rounds over things whose watch is missing or behind."""

OVERSLEPT = timedelta(minutes=10)
"""How long a watch may be past the moment for which it waits before it is woken or started again."""

GUARD = 5.0
"""Real seconds between two looks at whether the engine is still the same one."""

BATCH = 500
ROUND = 200


class EngineAway(Exception):
    """Nobody answers at the engine's address; the arguments say why, in Chinese and in English."""


class EngineReplaced(Exception):
    """The engine's store is not the one that was there: everything owed is to be started again."""


class EngineRoom:
    """All of one process's dealings with the engine, for every ledger of the installation."""

    def __init__(
        self,
        composition: Composition,
        address: Address,
        does: Process | None = None,
        *,
        threads: int = 8,
        told: Told = logged,
    ) -> None:
        self._house, self._address, self._threads = composition, address, threads
        self._presence, self._told = Presence(address.target, told), told
        self._does = does or process([ALL])
        self._services = {queue: composition.watch_service(queue) for queue in set(QUEUES.values())}
        self.connected = False
        """Whether the engine answered when it was last asked."""

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop; whatever the engine does meanwhile."""
        while not stop.is_set():
            try:
                await self._session(stop)
            except EngineAway as away:
                self.connected = False
                self._presence.away(*away.args)
                await _pause(stop, PAUSE)
            except Exception as trouble:
                self.connected = False
                log.warning("engine.session_ended", address=self._address.target, why=_cause(trouble))
                await _pause(stop, PAUSE)

    async def _session(self, stop: asyncio.Event) -> None:
        try:
            client = await connect(self._address)
            engine_id = await namespace_id(client)
        except (RPCError, RuntimeError) as away:
            raise EngineAway(*why(away)) from away
        mine = {queue: service for queue, service in self._services.items() if queue in self._does.works}
        watches = Duty.WATCH in self._does.duties
        async with workers(client, mine, watches=watches, threads=self._threads):
            self.connected = True
            log.info("engine.connected", address=self._address.target)
            self._presence.back()
            starter = Starter(client, self.open_at)
            ledgers = [
                self._house.desk("oversight", name).ledger for name in self._house.installation.ledgers
            ]
            async with asyncio.TaskGroup() as group:
                group.create_task(self._guard(client, engine_id, stop))
                for ledger in ledgers if Duty.START in self._does.duties else ():
                    group.create_task(self._keep(starter, ledger, engine_id, stop))

    async def _guard(self, client: Client, engine_id: str, stop: asyncio.Event) -> None:
        """End the session when the engine at this address has become another one: its store was lost."""
        while not stop.is_set():
            await _pause(stop, GUARD)
            try:
                found = await namespace_id(client)
            except RPCError as away:
                self.connected = False
                self._presence.away(*why(away))
                continue
            self.connected = True
            self._presence.back()
            if found != engine_id:
                raise EngineReplaced(self._address.target)

    def open_at(self, ledger: str, stream: str) -> Seen:
        """What is open at the head of a stream, as its owner sees it."""
        return self._services[QUEUES[kind_of(stream)]].open_at(ledger, stream)

    async def _keep(self, starter: Starter, ledger: Ledger, engine_id: str, stop: asyncio.Event) -> None:
        """Recover on an engine that is new; only then follow and patrol: recovery forgets what it finds armed."""
        name, engine = starter_name(engine_id), self._house.engine("oversight")
        if name not in await asyncio.to_thread(cursors.positions, engine, ledger.name):
            await self._insist(lambda: recover(self._house, starter, ledger, engine_id, self._told), stop)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follow(starter, ledger, name, stop))
            group.create_task(self._patrol(starter, ledger, stop))

    async def _follow(self, starter: Starter, ledger: Ledger, name: str, stop: asyncio.Event) -> None:
        """Start or nudge for every fact of people and reactions, in the order of the ledger."""
        engine = self._house.engine("oversight")
        feed = self._house.feed(ledger)
        position = await asyncio.to_thread(cursors.position, engine, name, ledger.name)
        while not stop.is_set():
            facts = await asyncio.to_thread(_facts, ledger, feed, position)
            if not facts:
                await _pause(stop, POLL)
                continue
            concerned = _concerned(facts)
            nudge = _because_of(concerned, starter)
            await self._insist(lambda: each(nudge, self._house, ledger.name, concerned), stop)  # noqa: B023
            position = facts[-1].position
            await asyncio.to_thread(move, self._house, name, ledger.name, position)

    async def _patrol(self, starter: Starter, ledger: Ledger, stop: asyncio.Event) -> None:
        """Heal what a lost nudge or a lost start left behind, so that the armed check goes to zero by itself.

        Only what two rounds in a row found: the first may be on its way.
        """
        engine, before = self._house.engine("oversight"), set[str]()
        while not stop.is_set():
            await _pause(stop, PATROL)
            if stop.is_set():
                return
            now = await asyncio.to_thread(self._house.clock_for("oversight").now)
            missing = await asyncio.to_thread(armed.unarmed, engine, ledger.name, ROUND)
            late = await asyncio.to_thread(armed.behind, engine, ledger.name, ROUND)
            asleep = await asyncio.to_thread(armed.due_by, engine, ledger.name, now - OVERSLEPT)
            found = [*(one.stream for one in (*missing, *late)), *asleep[:ROUND]]
            lost = [stream for stream in found if stream in before]
            before = set(found)
            if lost:
                log.info("patrol.found", ledger=ledger.name, lost=len(lost))
                await self._insist(lambda: each(starter.look_now, self._house, ledger.name, lost), stop)  # noqa: B023

    async def _insist(self, work: Callable[[], Awaitable[object]], stop: asyncio.Event) -> None:
        """Do it until it is done; the cursor does not move before."""
        while not stop.is_set():
            try:
                await work()
            except RPCError as away:
                self._presence.away(*why(away))
                await _pause(stop, PAUSE)
            else:
                self._presence.back()
                return


def _facts(ledger: Ledger, feed: Feed, position: int) -> list[StoredFact]:
    if feed.head() <= position:
        return []
    return without_gaps(ledger, feed.after(position, BATCH), position, BATCH)


def _concerned(facts: Iterable[StoredFact]) -> dict[str, StoredFact]:
    """The watched streams on which someone other than the clock acted, in the order of their facts; the last of each."""
    return {
        fact.stream: fact
        for fact in facts
        if kind_of(fact.stream) in QUEUES and not fact.type.startswith("obligation.")
    }


def _because_of(facts: Mapping[str, StoredFact], starter: Starter) -> Callable[[str, str], Awaitable[bool]]:
    """Start or nudge, in the trace of the fact that is the reason."""

    async def nudge(ledger: str, stream: str) -> bool:
        with following([facts[stream]], "start watch"):
            return await starter.fact(ledger, stream)

    return nudge


def why(away: RPCError | RuntimeError) -> tuple[str, str]:
    """Why the engine was not reached, in Chinese and in English: what the client's core says is for its authors."""
    said = str(away)
    first = said.splitlines()[0][:80] if said else type(away).__name__
    return next((words for sign, words in _REASONS.items() if sign in said), (first, first))


_REASONS = {
    "ConnectionRefused": ("该地址没有服务", "nothing listens there"),
    "tcp connect error": ("该地址没有服务", "nothing listens there"),
    "dns error": ("没有这台主机", "no such host"),
    "not healthy": ("正在启动", "it is starting"),
    "imeout": ("没有应答", "no answer"),
    "imed out": ("没有应答", "no answer"),
    "Connection reset": ("连接中断", "the connection broke"),
    "not found": ("没有这个命名空间", "no such namespace"),
}


def _cause(trouble: Exception) -> str:
    """The first cause in a group of failures, in a line."""
    while isinstance(trouble, ExceptionGroup):
        trouble = trouble.exceptions[0]
    return f"{type(trouble).__name__}: {trouble}".splitlines()[0][:200]


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
