"""Reaching the engine."""

from __future__ import annotations

from functools import cache

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter


@cache
def _quiet() -> Runtime:
    """The client's core says only what is an error: a busy machine is not one, and nobody could act on it."""
    chosen = TelemetryFilter(core_level="ERROR", other_level="ERROR")
    return Runtime(telemetry=TelemetryConfig(logging=LoggingConfig(filter=chosen)))


async def connect(target: str, namespace: str) -> Client:
    """A client; raises RuntimeError at once when the engine is away."""
    return await Client.connect(target, namespace=namespace, runtime=_quiet())


async def namespace_id(client: Client) -> str:
    """The engine's own id of the namespace: another one means that the engine's store was lost and made anew."""
    request = DescribeNamespaceRequest(namespace=client.namespace)
    answer = await client.workflow_service.describe_namespace(request)
    return answer.namespace_info.id
