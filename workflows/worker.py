"""Workers: one for the watches, one per owning service for their looks and steps."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from collections.abc import AsyncIterator
from datetime import timedelta

from temporalio.client import Client
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import (
    SandboxedWorkflowRunner,
    SandboxRestrictions,
)

from workflows.activities import Service, WatchActivities
from workflows.steps import WATCH_QUEUE
from workflows.watch import Watch

DRAIN = timedelta(seconds=10)
"""How long running activities may finish when a worker stops."""


def watch_worker(client: Client, *, cached: int = 1000) -> Worker:
    """The worker of all watches."""
    restrictions = SandboxRestrictions.default.with_passthrough_modules(
        "workflows.steps", "workflows.timeouts", "shared"
    )
    return Worker(
        client,
        task_queue=WATCH_QUEUE,
        workflows=[Watch],
        workflow_runner=SandboxedWorkflowRunner(restrictions=restrictions),
        max_cached_workflows=cached,
        graceful_shutdown_timeout=DRAIN,
    )


def service_worker(client: Client, queue: str, service: Service, threads: ThreadPoolExecutor) -> Worker:
    """The worker of one owning service."""
    return Worker(
        client,
        task_queue=queue,
        activities=WatchActivities(service).all,
        activity_executor=threads,
        max_concurrent_activities=threads._max_workers,
        graceful_shutdown_timeout=DRAIN,
    )


@asynccontextmanager
async def workers(
    client: Client, services: Mapping[str, Service], *, threads: int = 8
) -> AsyncIterator[None]:
    """All workers of a process, stopped in order at the end."""
    async with AsyncExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(threads, thread_name_prefix="look"))
        for queue, service in services.items():
            await stack.enter_async_context(service_worker(client, queue, service, pool))
        await stack.enter_async_context(watch_worker(client))
        yield
