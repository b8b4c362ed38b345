"""Facts that no ledger appended, each with the leaf that it would have."""

from datetime import datetime

from shared.ledger.instants import microseconds
from shared.ledger.leaf import leaf
from shared.ledger.port import StoredFact


def stored_fact(
    ledger: str, position: int, stream: str, version: int, kind: str, at: datetime, body: bytes
) -> StoredFact:
    """A fact as a ledger would have stored it."""
    digest = leaf(ledger, position, stream, version, microseconds(at), body)
    return StoredFact(ledger, position, stream, version, kind, at, body, digest)


def forged(true: StoredFact, position: int, body: bytes) -> StoredFact:
    """A lie about a position in place of what is true there."""
    return stored_fact(true.ledger, position, true.stream, true.version, true.type, true.recorded_at, body)
