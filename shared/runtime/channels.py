"""How messages leave: into a file, or to a web address. Each takes a message any number of times and knows it by its id."""

from __future__ import annotations

import fcntl
import ipaddress
import json
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

import httpx2

from shared.ledger.files import sync_folder
from shared.vocabulary.paper_facts import MessageOwed


class NotTaken(Exception):
    """The channel works but did not take this message."""


class ChannelDown(Exception):
    """The channel takes nothing at the moment."""


class Channel(Protocol):
    """A way to tell people something."""

    @property
    def name(self) -> str:
        """Its name, which stands in the fact that a message was sent."""
        ...

    def send(self, ledger: str, message: MessageOwed) -> None:
        """Hand the message over for good; raises NotTaken or ChannelDown."""
        ...


def document(ledger: str, message: MessageOwed) -> dict[str, object]:
    """A message as every channel writes it."""
    return {
        "id": message.message,
        "ledger": ledger,
        "to": list(message.to),
        "about": message.about,
        "day": message.day,
        "text": message.text,
    }


@dataclass(slots=True)
class FileChannel:
    """One line of JSON per message, in a file per day; a line is there once and survives a power cut."""

    folder: Path
    name: str = "file"
    _known: dict[Path, tuple[int, set[str]]] = field(default_factory=dict)

    def send(self, ledger: str, message: MessageOwed) -> None:
        """Append the line unless it is there; raises ChannelDown when the disk refuses."""
        try:
            day = date.fromisoformat(message.day)
        except ValueError as error:
            raise NotTaken(f"not a day: {message.day}") from error
        line = json.dumps(document(ledger, message), ensure_ascii=False, sort_keys=True) + "\n"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._append(self.folder / f"{day}.jsonl", message.message, line.encode())
        except OSError as error:
            raise ChannelDown(error.strerror or str(error)) from error

    def _append(self, path: Path, identity: str, line: bytes) -> None:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o640)
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            known = self._lines(path, file.seek(0, os.SEEK_END), file.seek, file.read)
            if identity in known[1]:
                return
            # What follows the last whole line was torn by a crash and belongs to no message.
            file.truncate(known[0])
            file.seek(known[0])
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(self.folder)
        self._known[path] = known[0] + len(line), known[1] | {identity}

    def _lines(
        self, path: Path, size: int, seek: Callable[[int], int], read: Callable[[], bytes]
    ) -> tuple[int, set[str]]:
        """Where the last whole line ends, and the ids of all whole lines."""
        if path in self._known and self._known[path][0] == size:
            return self._known[path]
        seek(0)
        content = read()
        whole = content.rfind(b"\n") + 1
        return whole, {json.loads(line)["id"] for line in content[:whole].splitlines()}


@dataclass(frozen=True, slots=True)
class WebhookChannel:
    """POST with `Idempotency-Key`: https anywhere public, http on this machine; private addresses if allowed.

    No redirects, no proxy. The address is resolved once per message and connected to as it was checked.
    """

    url: str
    name: str = "webhook"
    private_allowed: bool = False
    seconds: float = 10.0

    def send(self, ledger: str, message: MessageOwed) -> None:
        """Post the message; 2xx is taken, 4xx is not, anything else means that the channel is down."""
        url = httpx2.URL(self.url)
        headers = {"Idempotency-Key": message.message, "Host": url.netloc.decode()}
        timeout = httpx2.Timeout(self.seconds, connect=self.seconds / 2)
        body = json.dumps(document(ledger, message), ensure_ascii=False, sort_keys=True).encode()
        try:
            address = self._checked(url)
            with (
                httpx2.Client(timeout=timeout, trust_env=False, follow_redirects=False) as client,
                client.stream(
                    "POST",
                    url.copy_with(host=address),
                    content=body,
                    headers=headers | {"Content-Type": "application/json"},
                    extensions={"sni_hostname": url.host},
                ) as answer,
            ):
                status = answer.status_code
        except (httpx2.HTTPError, OSError) as error:
            raise ChannelDown(f"{type(error).__name__}: {error}") from error
        if 400 <= status < 500 and status not in (408, 425, 429):
            raise NotTaken(f"HTTP {status}")
        if not 200 <= status < 300:
            raise ChannelDown(f"HTTP {status}")

    def _checked(self, url: httpx2.URL) -> str:
        """The address to connect to; raises ChannelDown for one that must not be."""
        port = url.port or (443 if url.scheme == "https" else 80)
        found = socket.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
        addresses = [ipaddress.ip_address(entry[4][0]) for entry in found]
        for address in addresses:
            if url.scheme != "https" and not (url.scheme == "http" and address.is_loopback):
                raise ChannelDown("a webhook is https, or http on this machine")
            if not (
                address.is_global or self.private_allowed or (address.is_loopback and url.scheme == "http")
            ):
                raise ChannelDown(f"{address} is not a public address and was not allowed")
        return str(addresses[0])
