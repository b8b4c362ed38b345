"""What we ask of a Temporal server as its operator: its version, and that our namespace is there."""

import asyncio
import contextlib
from datetime import timedelta
from pathlib import Path

from google.protobuf.duration_pb2 import Duration
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.workflowservice.v1 import (
    CountWorkflowExecutionsRequest,
    DescribeNamespaceRequest,
    GetSystemInfoRequest,
    RegisterNamespaceRequest,
    UpdateNamespaceRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

from bihuan.parts.versions import Version

RETENTION = timedelta(hours=72)
ANSWER_S = 10.0
CALL = timedelta(seconds=3)
DOWNLOAD_S = 600.0


async def ask_version(address: str, namespace: str = "default") -> Version:
    """The server's version; raises RuntimeError or TimeoutError when it does not answer."""
    async with asyncio.timeout(ANSWER_S):
        client = await Client.connect(address, namespace=namespace)
        return await _version(client)


async def _version(client: Client) -> Version:
    info = await client.workflow_service.get_system_info(GetSystemInfoRequest(), timeout=CALL)
    return Version.of(info.server_version)


async def make_ready(address: str, namespace: str, *, ours: bool) -> Version:
    """Return once `namespace` can be used, registered if it is missing; on a server of ours with our retention.

    The caller bounds the time; until the server listens, this raises RuntimeError at once.
    """
    client = await Client.connect(address, namespace=namespace)
    await _have_namespace(client, namespace, ours=ours)
    while True:
        with contextlib.suppress(RPCError):  # a new namespace reaches the server's own caches with some delay
            await client.workflow_service.count_workflow_executions(
                CountWorkflowExecutionsRequest(namespace=namespace), timeout=CALL
            )
            return await _version(client)
        await asyncio.sleep(0.2)


async def _have_namespace(client: Client, namespace: str, *, ours: bool) -> None:
    retention = Duration()
    retention.FromTimedelta(RETENTION)
    try:
        found = await client.workflow_service.describe_namespace(
            DescribeNamespaceRequest(namespace=namespace), timeout=CALL
        )
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        await client.workflow_service.register_namespace(
            RegisterNamespaceRequest(namespace=namespace, workflow_execution_retention_period=retention),
            timeout=CALL,
        )
        return
    kept = found.config.workflow_execution_retention_ttl.ToTimedelta()
    if ours and kept != RETENTION:  # the development server brings its own
        await client.workflow_service.update_namespace(
            UpdateNamespaceRequest(
                namespace=namespace, config=NamespaceConfig(workflow_execution_retention_ttl=retention)
            ),
            timeout=CALL,
        )


async def download_dev_server(folder: Path) -> None:
    """Let the SDK fetch the development server into `folder`; raises RuntimeError where there is no way to it."""
    async with asyncio.timeout(DOWNLOAD_S):
        environment = await WorkflowEnvironment.start_local(download_dest_dir=str(folder))
        await environment.shutdown()
