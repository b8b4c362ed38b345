"""Identity is a function: the commands of an import, and the things that they create."""

from __future__ import annotations

import hashlib

from shared.vocabulary.identities import derived_id

MAKE_VISIT = "make_visit"


def command_id(sha256: str, visit: str, key: str) -> str:
    """The command of one act of one visit of one file: the same file gives the same commands for ever."""
    return f"import:{sha256[:16]}:{visit}:{key}"


def body_hash(sha256: str, command: str) -> bytes:
    """What a repeated command is compared by: the whole file, not what a newer catalogue would make of it."""
    return hashlib.sha256(f"{sha256}\x1f{command}".encode()).digest()


def made_by(ledger: str, sha256: str, visit: str, *what: str) -> str:
    """The id of what `make_visit` created: its visit, its order, or its hazard n."""
    return derived_id(ledger, command_id(sha256, visit, MAKE_VISIT), *what)
