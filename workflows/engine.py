"""Reaching the engine."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, Interceptor
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig
from temporalio.service import TLSConfig

from shared import tracing
from workflows.address import Address

SAID_BY_CORE = "error,temporalio_client::retry=off"
"""What the client's core, in Rust, may print: errors, for a busy machine is none and nobody could act on it.

Its retries are left out: while the engine is away each poller says so for each of them, a hundred lines a minute.
Whoever uses the client tells that the engine is away.
"""


@cache
def _quiet() -> Runtime:
    return Runtime(telemetry=TelemetryConfig(logging=LoggingConfig(filter=SAID_BY_CORE)))


async def connect(address: Address) -> Client:
    """A client; raises RuntimeError at once when the engine is away, OSError when a file is."""
    return await Client.connect(
        address.target,
        namespace=address.namespace,
        tls=_tls(address),
        runtime=_quiet(),
        interceptors=_interceptors(),
    )


def _tls(address: Address) -> TLSConfig | bool:
    """The files are read at each connection: a certificate that was renewed needs no restart."""
    if not (address.ca or address.certificate):
        return False
    ca, certificate, key = (
        Path(file).read_bytes() if file else None for file in (address.ca, address.certificate, address.key)
    )
    return TLSConfig(server_root_ca_cert=ca, client_cert=certificate, client_private_key=key)


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
