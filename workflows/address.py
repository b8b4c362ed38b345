"""Where the engine is, and how its server and we know each other."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """Host and port, and the namespace there.

    Over TLS when there is a `ca` (the file of the authority that vouches for the server; empty with a
    certificate: the system's authorities); `certificate` and `key` are the files by which the server knows us.
    """

    target: str
    namespace: str = "default"
    ca: str = ""
    certificate: str = ""
    key: str = ""
