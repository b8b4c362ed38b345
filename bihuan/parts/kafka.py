"""A Kafka broker that we start in a folder of its own, at an address that a restart finds again."""

import secrets
import shutil
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

from bihuan.parts.folder import (
    LOOPBACK,
    FolderLock,
    choose_ports,
    is_free,
    keep_ports,
    kept_ports,
    kept_secret,
    private,
    wait_until_free,
)
from bihuan.parts.kafka_config import HEAP_MB, LOGGING, PORT_NAMES, USER, broker_config, properties
from bihuan.parts.missing import MissingPart
from bihuan.parts.processes import Child, last_lines, remember, start, stop_leftover
from shared.bus.broker import Broker

READY_S = 600.0  # an early end is noticed at once
FORMAT_S = 600.0
STOP_S = 15.0


@dataclass(slots=True)
class KafkaServer:
    """Not for several threads at once; `start` again after `kill` or a crash keeps address and topics."""

    java: Path
    jars: Path
    folder: Path
    _lock: FolderLock = field(init=False)
    _held: bool = False
    _ports: dict[str, int] = field(default_factory=dict)
    _child: Child | None = None

    def __post_init__(self) -> None:
        self.folder = self.folder.resolve()
        self._lock = FolderLock(self.folder)

    @property
    def name(self) -> str:
        return "kafka"

    @property
    def child(self) -> Child | None:
        return self._child

    @property
    def broker(self) -> Broker:
        """The way in."""
        return Broker(f"{LOOPBACK}:{self._ports['broker']}", USER, self.folder / "password")

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def start(self) -> None:
        """Return when it answers; raises FolderInUse, or MissingPart with the end of its log."""
        if not self._held:
            self._lock.acquire()
            self._held = True
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End it: asked first, then killed; the folder is free for another run."""
        if self._child is not None:
            self._child.stop(ask=signal.SIGTERM, grace_s=STOP_S)
            self._child = None
            self._pid_file.unlink(missing_ok=True)
        self._lock.release()
        self._held = False

    def kill(self) -> None:
        """End it as a crash would."""
        if self._child is not None:
            self._child.kill()

    def lose_everything(self) -> None:
        """Forget every topic, as a lost disk would; for a broker that is stopped or killed."""
        shutil.rmtree(self.folder / "data", ignore_errors=True)

    @property
    def _pid_file(self) -> Path:
        return self.folder / "server.pid"

    @property
    def _properties(self) -> Path:
        return self.folder / "server.properties"

    def _start(self) -> None:
        stop_leftover(self._pid_file, grace_s=STOP_S)
        self._have_ports()
        password = kept_secret(self.folder / "password")
        private(self._properties, properties(broker_config(self._ports, self.folder / "data", password)))
        (self.folder / "log4j2.yaml").write_text(LOGGING)
        if not (self.folder / "data" / "meta.properties").exists():
            self._format()
        self._child = start(
            self._command("kafka.Kafka", str(self._properties)), log=self.log, folder=self.folder
        )
        remember(self._pid_file, self._child.identity)
        self._await_ready(self._child)

    def _have_ports(self) -> None:
        """The ports of the last run; others only if a stranger has taken one and nobody was told ours yet."""
        told = bool(self._ports)
        ports = self._ports or kept_ports(self.folder / "ports.json", PORT_NAMES)
        if ports is None or not (wait_until_free(ports.values(), STOP_S) or told):
            ports = choose_ports(PORT_NAMES)
        taken = [port for port in ports.values() if not is_free(port)]
        if taken:
            raise MissingPart("Kafka", f"端口被占用 / ports taken: {taken}", f"ss -ltnp | grep {taken[0]}")
        self._ports = ports
        keep_ports(self.folder / "ports.json", ports)

    def _format(self) -> None:
        """Whole or not at all: meta.properties is the last file that formatting writes."""
        shutil.rmtree(self.folder / "data", ignore_errors=True)
        identity = secrets.token_urlsafe(16)
        tool = self._command(
            "kafka.tools.StorageTool", "format", "-t", identity, "-c", str(self._properties), "--standalone"
        )
        child = start(tool, log=self.log, folder=self.folder)
        if child.wait(FORMAT_S) != 0:
            child.kill()
            raise MissingPart("Kafka", f"{self.log}:\n{last_lines(self.log)}", f"less {self.log}")

    def _command(self, main: str, *arguments: str) -> list[str]:
        options = [f"-Xms{HEAP_MB // 2}m", f"-Xmx{HEAP_MB}m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
        logging = f"-Dlog4j2.configurationFile=file:{self.folder / 'log4j2.yaml'}"
        return [str(self.java), *options, logging, "-cp", f"{self.jars}/*", main, *arguments]

    def _await_ready(self, child: Child) -> None:
        end = time.monotonic() + READY_S
        while time.monotonic() < end and child.exit_code() is None:
            if not is_free(self._ports["broker"]) and self.broker.answers():
                return
            time.sleep(0.1)
        ended = child.exit_code()
        why = f"exit {ended}" if ended is not None else f"{READY_S:.0f} s"
        said = f"未能就绪 / not ready ({why}); {self.log}:\n{last_lines(self.log)}"
        raise MissingPart("Kafka", said, f"less {self.log}")
