"""A Kafka broker that we start in a folder of its own, at an address that a restart finds again."""

import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from bihuan.parts.folder import LOOPBACK, FolderLock, is_free, kept_secret, private
from bihuan.parts.kafka_config import HEAP_MB, LOGGING, PORT_NAMES, USER, broker_config, properties
from bihuan.parts.processes import Child
from bihuan.parts.server import Server
from shared.bus.broker import Broker

READY_S = 600.0  # an early end is noticed at once
FORMAT_S = 600.0


@dataclass(slots=True)
class KafkaServer(Server):
    """A broker with one copy of everything; `lose_everything` only when it is stopped or killed."""

    name: ClassVar[str] = "kafka"
    title: ClassVar[str] = "Kafka"
    grace_s: ClassVar[float] = 15.0
    java: Path
    jars: Path
    folder: Path

    def __post_init__(self) -> None:
        self.folder = self.folder.resolve()
        self._lock = FolderLock(self.folder)

    @property
    def broker(self) -> Broker:
        """The way in."""
        return Broker(f"{LOOPBACK}:{self._ports['broker']}", USER, self.folder / "password")

    def lose_everything(self) -> None:
        """Forget every topic, as a lost disk would."""
        shutil.rmtree(self.folder / "data", ignore_errors=True)

    @property
    def _properties(self) -> Path:
        return self.folder / "server.properties"

    def _start(self) -> None:
        self._have_ports(PORT_NAMES)
        password = kept_secret(self.folder / "password")
        private(self._properties, properties(broker_config(self._ports, self.folder / "data", password)))
        (self.folder / "log4j2.yaml").write_text(LOGGING)
        if not (self.folder / "data" / "meta.properties").exists():
            self._format()
        self._await_ready(
            self._launch(self._command("kafka.Kafka", str(self._properties)), folder=self.folder)
        )

    def _format(self) -> None:
        """Whole or not at all: meta.properties is the last file that formatting writes."""
        shutil.rmtree(self.folder / "data", ignore_errors=True)
        identity = "A" + secrets.token_urlsafe(16)[1:]  # a leading dash would be read as an option
        tool = self._command(
            "kafka.tools.StorageTool", "format", "-t", identity, "-c", str(self._properties), "--standalone"
        )
        self._run(tool, FORMAT_S, folder=self.folder)

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
        raise self._not_ready(child, f"{READY_S:.0f} s")
