"""A part's data folder: held by one run at a time, with the ports that a restart must find again."""

import fcntl
import json
import os
import random
import secrets
import socket
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from bihuan.parts.missing import FolderInUse, MissingPart

LOOPBACK = "127.0.0.1"
# Below the kernel's ephemeral range (from 32768 on), so that nobody's outgoing connection takes a port between our
# stop and our start.
PORT_RANGE = range(17000, 32000)


@dataclass(slots=True)
class FolderLock:
    """The exclusive right to a folder; the kernel gives it up when its holder dies, however it dies."""

    folder: Path
    _file: IO[str] | None = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def acquire(self) -> None:
        """Take the folder, made if need be, unless it is ours; raises FolderInUse while another run lives."""
        if self._file is not None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        file = (self.folder / "lock").open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip()
            file.close()
            raise FolderInUse(str(self.folder), int(holder) if holder.isdigit() else None) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def is_free(port: int) -> bool:
    """Whether a server may listen there now; a connection that is only timing out does not count."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def wait_until_free(ports: Iterable[int], seconds: float) -> bool:
    """A server that was asked to end keeps its ports while it drains, about three seconds."""
    end = time.monotonic() + seconds
    wanted = list(ports)
    while not all(is_free(port) for port in wanted):
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def choose_ports(names: Iterable[str]) -> dict[str, int]:
    """Free ports of the loopback address, all different."""
    chosen: dict[str, int] = {}
    for name in names:
        for port in random.SystemRandom().sample(PORT_RANGE, k=len(PORT_RANGE)):
            if port not in chosen.values() and is_free(port):
                chosen[name] = port
                break
        else:
            raise OSError(f"no free port in {PORT_RANGE.start}-{PORT_RANGE.stop}")
    return chosen


def private(path: Path, text: str) -> None:
    """Write a file that only we may read, from its first moment, whole or not at all."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)


def kept_secret(path: Path) -> str:
    """The secret in a file of ours; a new one the first time."""
    if not path.exists():
        private(path, secrets.token_urlsafe(24))
    return path.read_text("utf-8")


def keep_ports(file: Path, ports: Mapping[str, int]) -> None:
    file.write_text(json.dumps(dict(ports), indent=1))


def kept_ports(file: Path, names: Iterable[str]) -> dict[str, int] | None:
    """The ports of the last run; None if there was none or it had others names."""
    try:
        kept = json.loads(file.read_text())
        return {name: int(kept[name]) for name in names}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def have_ports(
    part: str, file: Path, names: Collection[str], *, told: Mapping[str, int], patience_s: float
) -> Mapping[str, int]:
    """The ports of the last run; others only if a stranger has taken one and nobody was told ours yet.

    `told`: the ports that others were told, if any. Raises MissingPart when one of those stays taken.
    """
    ports = told or kept_ports(file, names)
    if ports is None or not (wait_until_free(ports.values(), patience_s) or told):
        ports = choose_ports(names)
    if taken := [port for port in ports.values() if not is_free(port)]:
        holders = "|".join(f":{port}" for port in taken)
        raise MissingPart(part, f"端口被占用 / ports taken: {taken}", f"ss -ltnp | grep -E '{holders}'")
    keep_ports(file, ports)
    return ports
