"""The configuration of a Temporal server of ours: one process, SQLite, loopback only. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from bihuan.parts.folder import LOOPBACK
from bihuan.parts.ladder import Program

ENVIRONMENT = "bihuan"  # names the configuration file
DATABASE = "temporal.db"  # relative to the server's folder: the path may hold any characters
SERVICES = ("frontend", "history", "matching", "worker")
PORT_NAMES = tuple(f"{service}.{kind}" for service in SERVICES for kind in ("grpc", "membership"))
ADDRESS_PORT = "frontend.grpc"


class Store(StrEnum):
    """Where the server keeps its state: a file, or nowhere (tests)."""

    FILE = "file"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True)
class PostgresStore:
    """A store in two databases of a PostgreSQL server; `tool` makes and upgrades their tables."""

    address: str
    user: str
    password: str
    tool: Path
    databases: tuple[str, str] = ("temporal", "temporal_visibility")


AnyStore = Store | PostgresStore
SHARDS_ON_POSTGRES = 4  # for one machine; a cluster of its own is brought by address


def server_config(ports: Mapping[str, int], store: AnyStore) -> Mapping[str, Any]:
    """The YAML of `temporal-server`; the number of shards can never change in the life of a store."""
    if isinstance(store, PostgresStore):
        main, visibility = (_postgres(store, database) for database in store.databases)
        shards = SHARDS_ON_POSTGRES
    else:
        main, visibility, shards = _sqlite(store), _sqlite(store), 1
    disabled = {"history": {"state": "disabled"}, "visibility": {"state": "disabled"}}
    services: dict[str, Any] = {
        name: {
            "rpc": {
                "grpcPort": ports[f"{name}.grpc"],
                "membershipPort": ports[f"{name}.membership"],
                "bindOnLocalHost": True,
            }
        }
        for name in SERVICES
    }
    cluster = {
        "enabled": True,
        "initialFailoverVersion": 1,
        "rpcName": "frontend",
        "rpcAddress": f"{LOOPBACK}:{ports[ADDRESS_PORT]}",
    }
    return {
        "log": {"stdout": True, "level": "warn"},
        "persistence": {
            "defaultStore": "main",
            "visibilityStore": "visibility",
            "numHistoryShards": shards,
            "datastores": {"main": {"sql": main}, "visibility": {"sql": visibility}},
        },
        "global": {
            "membership": {"maxJoinDuration": "30s", "broadcastAddress": LOOPBACK},
            "pprof": {"port": 0},
        },
        "services": services,
        "clusterMetadata": {
            "enableGlobalNamespace": False,
            "failoverVersionIncrement": 10,
            "masterClusterName": "active",
            "currentClusterName": "active",
            "clusterInformation": {"active": cluster},
        },
        "dcRedirectionPolicy": {"policy": "noop"},
        "archival": disabled,
        "namespaceDefaults": {"archival": disabled},
        "dynamicConfigClient": {"filepath": "config/dynamic.yaml", "pollInterval": "60s"},
    }


def dynamic_values(store: AnyStore) -> Mapping[str, Any]:
    """Settings by name; the server's own time skipping serves a few tests, so only the memory store has it."""
    # One partition per task queue: on one machine more of them only cost latency.
    everywhere = {
        "matching.numTaskqueueReadPartitions": 1,
        "matching.numTaskqueueWritePartitions": 1,
        "limit.maxIDLength": 255,
    }
    in_tests = {
        "frontend.WorkflowTimeSkippingEnabled": True,
        "history.timerProcessorMaxTimeShift": "1ms",
        "system.forceSearchAttributesCacheRefreshOnRead": True,
    }
    return everywhere | (in_tests if store is Store.MEMORY else {})


def dynamic_config(store: AnyStore) -> Mapping[str, Any]:
    """The same as the server's file wants it: a list of constrained values for each name."""
    return {name: [{"value": value}] for name, value in dynamic_values(store).items()}


def command(program: Program, path: str, ports: Mapping[str, int], store: AnyStore) -> Sequence[str]:
    """How the program is started, in the server's folder."""
    if program is Program.SERVER:
        return [path, "--root", ".", "--config", "config", "--env", ENVIRONMENT, "--allow-no-auth", "start"]
    address = ["--ip", LOOPBACK, "--port", str(ports[ADDRESS_PORT]), "--headless", "--log-level", "warn"]
    file = ["--db-filename", DATABASE] if store is Store.FILE else []
    dynamic = [
        part
        for name, value in dynamic_values(store).items()
        for part in ("--dynamic-config-value", f"{name}={_json(value)}")
    ]
    return [path, "server", "start-dev", *address, *file, *dynamic]


def _postgres(store: PostgresStore, database: str) -> Mapping[str, Any]:
    return {
        "pluginName": "postgres12",
        "databaseName": database,
        "connectAddr": store.address,
        "connectProtocol": "tcp",
        "user": store.user,
        "password": store.password,
        "maxConns": 10,
        "maxIdleConns": 10,
        "maxConnLifetime": "1h",
    }


def _sqlite(store: Store) -> Mapping[str, Any]:
    durable = {"cache": "private", "setup": True, "journal_mode": "wal", "synchronous": 2}
    return {
        "pluginName": "sqlite",
        "databaseName": DATABASE if store is Store.FILE else "default",
        "connectAddr": "localhost",
        "connectProtocol": "tcp",
        "connectAttributes": durable if store is Store.FILE else {"mode": "memory", "cache": "private"},
        "maxConns": 1,
        "maxIdleConns": 1,
        "maxConnLifetime": "1h",
    }


def _json(value: bool | int | str) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()
