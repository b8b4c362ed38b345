"""Registering records: what is new or changed becomes a fact, what is the same is left alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from services.registry.records import Entry
from shared.runtime.desk import Acting, Call, Change, Desk
from shared.vocabulary.fact import Actor
from shared.wire.canonical import canonical
from shared.wire.codec import to_json

REGISTRAR = Actor("registrar", "registrar", "bihuan")
"""Records come from the office's own files, loaded by whoever runs the installation."""


def register(desk: Desk, entries: Sequence[Entry], *, trace: str) -> int:
    """Register all records in one append; answers how many were new or changed."""
    changes = []
    for entry in entries:
        book = desk.load(entry.stream)
        if not book.facts or book.facts[-1] != entry.fact:
            changes.append(Change(book, (entry.fact,)))
    if not changes:
        return 0
    versions = {change.on.stream: change.on.version for change in changes}
    body = canonical([{"stream": e.stream, "fact": to_json(e.fact)} for e in entries] + [versions])
    digest = hashlib.sha256(body).digest()
    call = Call(f"registry:{digest.hex()}", digest, REGISTRAR.person, trace)
    desk.append(call, Acting((REGISTRAR,), desk.clock.now(), None, ()), *changes)
    return len(changes)
