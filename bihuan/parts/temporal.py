"""A Temporal server that we start in a folder of its own, at an address that a restart finds again."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import yaml
from temporalio.service import RPCError

from bihuan.parts.folder import LOOPBACK, FolderLock, private
from bihuan.parts.ladder import Binary
from bihuan.parts.processes import Child
from bihuan.parts.server import Server
from bihuan.parts.temporal_client import make_ready
from bihuan.parts.temporal_config import (
    ADDRESS_PORT,
    ENVIRONMENT,
    PORT_NAMES,
    AnyStore,
    PostgresStore,
    Store,
    command,
    dynamic_config,
    server_config,
)
from bihuan.parts.temporal_schema import bring_schema
from bihuan.parts.versions import Version

READY_S = 600.0  # an early end is noticed at once
SCHEMA_S = 600.0
LOG_LIMIT_BYTES = 20_000_000


@dataclass(slots=True)
class TemporalServer(Server):
    """A Temporal server; what it stores outlives it but for `Store.MEMORY`."""

    name: ClassVar[str] = "temporal"
    title: ClassVar[str] = "Temporal"
    grace_s: ClassVar[float] = 10.0  # one that was asked to end drains for about three seconds
    binary: Binary
    folder: Path
    store: AnyStore = Store.FILE
    namespace: str = "default"
    version: Version | None = None

    def __post_init__(self) -> None:
        self.folder = self.folder.resolve()
        self._lock = FolderLock(self.folder)

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self._ports[ADDRESS_PORT]}"

    def _start(self) -> None:
        self._have_ports(PORT_NAMES)
        self._write_config()
        self._turn_log()
        if isinstance(self.store, PostgresStore):
            bring_schema(self.store, self._run_tool)
        argv = command(self.binary.program, self.binary.path, self._ports, self.store)
        self.version = self._await_ready(self._launch(argv, folder=self.folder))

    def _write_config(self) -> None:
        config = self.folder / "config"
        config.mkdir(exist_ok=True)
        private(config / f"{ENVIRONMENT}.yaml", yaml.safe_dump(server_config(self._ports, self.store)))
        (config / "dynamic.yaml").write_text(yaml.safe_dump(dynamic_config(self.store)))

    def _run_tool(self, argv: Sequence[str], environment: Mapping[str, str]) -> None:
        self._run(argv, SCHEMA_S, folder=self.folder, environment=environment)

    def _turn_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))

    def _await_ready(self, child: Child) -> Version:
        end, trouble = time.monotonic() + READY_S, "?"
        while time.monotonic() < end and child.exit_code() is None:
            try:
                return asyncio.run(self._ready(end - time.monotonic()))
            except (RuntimeError, RPCError, TimeoutError) as error:
                trouble = str(error) or type(error).__name__
                time.sleep(0.1)
        raise self._not_ready(child, f"{READY_S:.0f} s: {trouble.splitlines()[0][:200]}")

    async def _ready(self, seconds: float) -> Version:
        async with asyncio.timeout(seconds):
            return await make_ready(self.address, self.namespace, ours=True)
