"""Reaching the engine."""

from __future__ import annotations

from functools import cache

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, Interceptor
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

from shared import tracing


@cache
def _quiet() -> Runtime:
    """The client's core says only what is an error: a busy machine is not one, and nobody could act on it."""
    chosen = TelemetryFilter(core_level="ERROR", other_level="ERROR")
    return Runtime(telemetry=TelemetryConfig(logging=LoggingConfig(filter=chosen)))


async def connect(target: str, namespace: str) -> Client:
    """A client; raises RuntimeError at once when the engine is away."""
    return await Client.connect(target, namespace=namespace, runtime=_quiet(), interceptors=_interceptors())


def _interceptors() -> list[Interceptor]:
    """Traces go through the engine, in headers, where they are recorded; the client hands this to its workers."""
    if not tracing.on():
        return []
    from temporalio.contrib.opentelemetry import TracingInterceptor  # takes a while to import

    return [TracingInterceptor()]


async def namespace_id(client: Client) -> str:
    """The engine's own id of the namespace: another one means that the engine's store was lost and made anew."""
    request = DescribeNamespaceRequest(namespace=client.namespace)
    answer = await client.workflow_service.describe_namespace(request)
    return answer.namespace_info.id
