"""An engine that is run elsewhere: over TLS, where server and client each know the other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.service import RPCError, RPCStatusCode

from bihuan.parts.folder import LOOPBACK, choose_ports
from bihuan.parts.ladder import Binary
from bihuan.parts.temporal_config import ADDRESS_PORT, PORT_NAMES, Store, dynamic_config, server_config
from tests.fakes.authority import Authority
from tests.fakes.servers import READY_S, listening, temporal
from workflows.address import Address
from workflows.engine import connect, namespace_id


@pytest.fixture(scope="module")
def engine(parts_folder: Path, temporal_binary: Binary) -> Iterator[Address]:
    """Where it is and how we are known there; it has the namespace `bihuan`."""
    folder = parts_folder / "temporal-tls"
    authority = Authority(folder / "config")
    (certificate, key), (ours, our_key) = authority.issue("engine"), authority.issue("client")
    ports = choose_ports(PORT_NAMES)
    itself = {"serverName": LOOPBACK, "rootCaFiles": [str(authority.ca)]}
    shown = {"certFile": str(certificate), "keyFile": str(key)}
    server = {**shown, "requireClientAuth": True, "clientCaFiles": [str(authority.ca)]}
    tls = {"frontend": {"server": server, "client": itself}, "systemWorker": {**shown, "client": itself}}
    config = dict(server_config(ports, Store.MEMORY))
    config["global"] = {**config["global"], "tls": tls}
    (folder / "config" / "tls.yaml").write_text(yaml.safe_dump(config))
    (folder / "config" / "dynamic.yaml").write_text(yaml.safe_dump(dynamic_config(Store.MEMORY)))
    command = [
        temporal(temporal_binary),
        "--root",
        ".",
        "--config",
        "config",
        "--env",
        "tls",
        "--allow-no-auth",
        "start",
    ]
    running = listening(command, ports[ADDRESS_PORT], folder / "server.log")
    address = Address(
        f"{LOOPBACK}:{ports[ADDRESS_PORT]}", "bihuan", str(authority.ca), str(ours), str(our_key)
    )
    asyncio.run(asyncio.wait_for(_register(address), READY_S))
    yield address
    running.stop()


async def _register(address: Address) -> None:
    """Once it serves; a new namespace reaches the server's own caches with some delay."""
    kept = Duration(seconds=72 * 3600)
    request = RegisterNamespaceRequest(namespace=address.namespace, workflow_execution_retention_period=kept)
    while True:
        try:
            client = await connect(address)
            await client.workflow_service.register_namespace(request)
        except RuntimeError:
            await asyncio.sleep(0.2)
        except RPCError as refused:
            if refused.status is RPCStatusCode.ALREADY_EXISTS:
                return
            await asyncio.sleep(0.2)
        else:
            return


async def asked(address: Address) -> str:
    """The engine's id of our namespace: it was reached, and answered us."""
    return await asyncio.wait_for(namespace_id(await connect(address)), READY_S)


def test_the_engine_is_reached_over_tls_in_a_namespace_of_our_own(engine: Address) -> None:
    assert asyncio.run(asked(engine))


def test_a_client_that_shows_no_certificate_is_refused(engine: Address) -> None:
    with pytest.raises(RuntimeError):
        asyncio.run(asked(replace(engine, certificate="", key="")))


def test_an_engine_that_our_authority_does_not_vouch_for_is_not_spoken_to(
    engine: Address, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path)
    with pytest.raises(RuntimeError):
        asyncio.run(asked(replace(engine, ca=str(stranger.ca))))


def test_without_tls_there_is_no_way_in(engine: Address) -> None:
    with pytest.raises(RuntimeError):
        asyncio.run(asked(Address(engine.target, engine.namespace)))
