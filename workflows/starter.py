"""Starts or nudges the watch of a thing; the same path serves the bus, recovery and the moved clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode

from shared.vocabulary.identities import kind_of, watch_id
from shared.vocabulary.watching import Seen, Thing
from workflows.steps import QUEUES, WATCH_QUEUE, Course, News
from workflows.watch import Watch

RPC = timedelta(seconds=10)
"""One call to the engine; the starter itself retries for ever."""

_OF_THE_THING = frozenset(
    {RPCStatusCode.INVALID_ARGUMENT, RPCStatusCode.FAILED_PRECONDITION, RPCStatusCode.OUT_OF_RANGE}
)


def is_of_the_thing(failure: Exception) -> bool:
    """Whether a failed call to the engine says something about this one thing rather than about the engine."""
    return isinstance(failure, RPCError) and failure.status in _OF_THE_THING


OpenAt = Callable[[str, str], Seen]
"""Asks the owning service what is open at the head of a stream."""


class Starter:
    """Starts by signal, so that an existing run is used and a closed one reopened."""

    def __init__(self, client: Client, open_at: OpenAt) -> None:
        self._client, self._open_at = client, open_at

    async def fact(self, ledger: str, stream: str) -> bool:
        """A fact came: start or nudge if anything is open; otherwise let a running watch see that it may end."""
        if kind_of(stream) not in QUEUES:
            return False
        # In a thread: it reads the ledger, and this loop also drives the workers.
        seen = await asyncio.to_thread(self._open_at, ledger, stream)
        if seen.open:
            await self.ensure(ledger, stream, seen)
        else:
            await self._signal(ledger, stream, News(seen.version))
        return seen.open

    async def look_now(self, ledger: str, stream: str) -> None:
        """Start, or wake to a look even if there is no news: the watch may be dead or its entry lost."""
        seen = await asyncio.to_thread(self._open_at, ledger, stream)
        if seen.open:
            await self.ensure(ledger, stream, seen, look_now=True)

    async def ensure(self, ledger: str, stream: str, seen: Seen, *, look_now: bool = False) -> None:
        """A watch that has seen this version, or will."""
        thing = Thing(ledger, stream)
        await self._client.start_workflow(
            Watch.run,
            Course(thing),
            id=watch_id(ledger, stream),
            task_queue=WATCH_QUEUE,
            start_signal="news",
            start_signal_args=[News(seen.version, clock_moved=look_now)],
            static_summary=seen.waits_for,
            rpc_timeout=RPC,
        )

    async def clock_moved(self, ledger: str, stream: str) -> None:
        """Wake a watch whose due moment the moved clock has passed."""
        await self._signal(ledger, stream, News(clock_moved=True))

    async def _signal(self, ledger: str, stream: str, news: News) -> None:
        handle: WorkflowHandle[Watch, None] = self._client.get_workflow_handle(watch_id(ledger, stream))
        try:
            await handle.signal("news", news, rpc_timeout=RPC)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
