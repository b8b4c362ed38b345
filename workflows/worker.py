"""Workers: one for the watches, one per owning service for their looks and steps."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import cache
from hashlib import sha256
from importlib.resources import files

from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from workflows.activities import Service, WatchActivities
from workflows.steps import WATCH_QUEUE
from workflows.watch import Watch

DRAIN = timedelta(seconds=10)
"""How long running activities may finish when a worker stops."""

CACHED = 1000
"""Watches kept in memory: those that are active; a sleeping one is replayed from its short history."""

AT_A_TIME = 20
"""Workflow tasks at a time: more would only wait for one another, and for the engine's ten seconds."""


@cache
def build_id() -> str:
    """What the engine notes of who wrote a history: a digest of this package, on which that history replays.

    The client's own default reads every module of the process, for seconds.
    """
    sources = sorted(
        (each.name, each.read_bytes()) for each in files(__package__).iterdir() if each.name.endswith(".py")
    )
    return sha256(repr(sources).encode()).hexdigest()[:32]


def watch_worker(client: Client) -> Worker:
    """The worker of all watches.

    Outside the sandbox, which costs several times as much per task; the tests replay the loop inside it.
    """
    return Worker(
        client,
        task_queue=WATCH_QUEUE,
        workflows=[Watch],
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_cached_workflows=CACHED,
        max_concurrent_workflow_tasks=AT_A_TIME,
        build_id=build_id(),
        graceful_shutdown_timeout=DRAIN,
    )


def service_worker(
    client: Client, queue: str, service: Service, pool: ThreadPoolExecutor, threads: int
) -> Worker:
    """The worker of one owning service; its looks and steps run in the process's pool of threads."""
    return Worker(
        client,
        task_queue=queue,
        activities=WatchActivities(service).all,
        activity_executor=pool,
        max_concurrent_activities=threads,
        build_id=build_id(),
        graceful_shutdown_timeout=DRAIN,
    )


@asynccontextmanager
async def workers(
    client: Client, services: Mapping[str, Service], *, watches: bool = True, threads: int = 8
) -> AsyncIterator[None]:
    """The workers of a process, of some services and of the watches, stopped in order at the end."""
    async with AsyncExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(threads, thread_name_prefix="look"))
        for queue, service in services.items():
            await stack.enter_async_context(service_worker(client, queue, service, pool, threads))
        if watches:
            await stack.enter_async_context(watch_worker(client))
        yield
