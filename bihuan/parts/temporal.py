"""A Temporal server that we start in a folder of its own, at an address that a restart finds again."""

import asyncio
import os
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from temporalio.service import RPCError

from bihuan.parts.folder import (
    LOOPBACK,
    FolderLock,
    choose_ports,
    is_free,
    keep_ports,
    kept_ports,
    private,
    wait_until_free,
)
from bihuan.parts.ladder import Binary
from bihuan.parts.missing import MissingPart
from bihuan.parts.processes import Child, last_lines, remember, start, stop_leftover
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
    schema_commands,
    server_config,
)
from bihuan.parts.versions import Version

READY_S = 120.0  # an early end is noticed at once
DRAIN_S = 10.0  # a server that was asked to end drains for about three seconds
SCHEMA_S = 120.0
LOG_LIMIT_BYTES = 20_000_000


@dataclass(slots=True)
class TemporalServer:
    """Not for several threads at once; `start` again after `kill` or a crash keeps address and workflows (file store)."""

    binary: Binary
    folder: Path
    store: AnyStore = Store.FILE
    namespace: str = "default"
    version: Version | None = None
    _lock: FolderLock = field(init=False)
    _held: bool = False
    _ports: dict[str, int] = field(default_factory=dict)
    _child: Child | None = None

    def __post_init__(self) -> None:
        self.folder = self.folder.resolve()
        self._lock = FolderLock(self.folder)

    @property
    def name(self) -> str:
        return "temporal"

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self._ports[ADDRESS_PORT]}"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def child(self) -> Child | None:
        return self._child

    def start(self) -> None:
        """Return when workflows can be started; raises FolderInUse, or MissingPart with the end of its log."""
        if not self._held:
            self._lock.acquire()
            self._held = True
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> None:
        stop_leftover(self._pid_file, grace_s=DRAIN_S)
        self._have_ports()
        self._write_config()
        self._turn_log()
        if isinstance(self.store, PostgresStore):
            self._bring_schema(self.store)
        argv = command(self.binary.program, self.binary.path, self._ports, self.store)
        self._child = start(argv, log=self.log, folder=self.folder)
        remember(self._pid_file, self._child.identity)
        self.version = self._await_ready(self._child)

    def stop(self) -> None:
        """End it: asked first, then killed; the folder is free for another run."""
        if self._child is not None:
            self._child.stop(ask=signal.SIGTERM, grace_s=DRAIN_S)
            self._child = None
            self._pid_file.unlink(missing_ok=True)
        self._lock.release()
        self._held = False

    def kill(self) -> None:
        """End it as a crash would."""
        if self._child is not None:
            self._child.kill()

    @property
    def _pid_file(self) -> Path:
        return self.folder / "server.pid"

    def _have_ports(self) -> None:
        """The ports of the last run; others only if a stranger has taken one and nobody was told ours yet."""
        told = bool(self._ports)
        ports = self._ports or kept_ports(self.folder / "ports.json", PORT_NAMES)
        if ports is None or not (wait_until_free(ports.values(), DRAIN_S) or told):
            ports = choose_ports(PORT_NAMES)
        taken = [port for port in ports.values() if not is_free(port)]
        if taken:
            raise MissingPart(
                "Temporal", f"端口被占用 / ports taken: {taken}", f"ss -ltnp | grep -E '{_either(taken)}'"
            )
        self._ports = ports
        keep_ports(self.folder / "ports.json", ports)

    def _write_config(self) -> None:
        config = self.folder / "config"
        config.mkdir(exist_ok=True)
        private(config / f"{ENVIRONMENT}.yaml", yaml.safe_dump(server_config(self._ports, self.store)))
        (config / "dynamic.yaml").write_text(yaml.safe_dump(dynamic_config(self.store)))

    def _bring_schema(self, store: PostgresStore) -> None:
        """Tables that are there already are left alone: setting up comes first only where there is no version."""
        for argv in schema_commands(store):
            if "setup-schema" in argv and (self.folder / f"{_database(argv)}.made").exists():
                continue
            child = start(argv, log=self.log, folder=self.folder, environment=_with_password(store))
            if child.wait(SCHEMA_S) != 0:
                child.kill()
                said = f"{_database(argv)}: {self.log}:\n{last_lines(self.log)}"
                raise MissingPart("Temporal", said, f"less {self.log}")
            (self.folder / f"{_database(argv)}.made").touch()

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
        ended = child.exit_code()
        why = f"exit {ended}" if ended is not None else f"{READY_S:.0f} s: {trouble.splitlines()[0][:200]}"
        said = f"未能就绪 / not ready ({why}); {self.log}:\n{last_lines(self.log)}"
        raise MissingPart("Temporal", said, f"less {self.log}")

    async def _ready(self, seconds: float) -> Version:
        async with asyncio.timeout(seconds):
            return await make_ready(self.address, self.namespace, ours=True)


def _database(argv: Sequence[str]) -> str:
    return argv[argv.index("--db") + 1]


def _with_password(store: PostgresStore) -> Mapping[str, str]:
    """In the environment, not on the command line, where every user of the machine could read it."""
    return {**os.environ, "SQL_PASSWORD": store.password}


def _either(ports: list[int]) -> str:
    return "|".join(f":{port}" for port in ports)
