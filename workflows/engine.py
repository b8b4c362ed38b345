"""Reaching the engine."""

from __future__ import annotations

from functools import cache

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig


SAID_BY_CORE = "error,temporalio_client::retry=off"
"""What the client's core, in Rust, may print: errors, for a busy machine is none and nobody could act on it.

Its retries are left out: while the engine is away each poller says so for each of them, a hundred lines a minute.
Whoever uses the client tells that the engine is away.
"""


@cache
def _quiet() -> Runtime:
    return Runtime(telemetry=TelemetryConfig(logging=LoggingConfig(filter=SAID_BY_CORE)))


async def connect(target: str, namespace: str) -> Client:
    """A client; raises RuntimeError at once when the engine is away."""
    return await Client.connect(target, namespace=namespace, runtime=_quiet())


async def namespace_id(client: Client) -> str:
    """The engine's own id of the namespace: another one means that the engine's store was lost and made anew."""
    request = DescribeNamespaceRequest(namespace=client.namespace)
    answer = await client.workflow_service.describe_namespace(request)
    return answer.namespace_info.id
