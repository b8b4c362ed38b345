"""Facts as CloudEvents 1.0 in Kafka's binary mode: attributes are headers, the value is the fact's stored bytes.

Key: the ledger, so that an office's book keeps its order. Kafka protocol binding §3.2; attribute names are lower-case
letters and digits, hence `streamversion`. `traceparent` is the Distributed Tracing extension, there while traces are
recorded; our own consumers need it not, for a fact says itself where it belongs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.ledger.port import StoredFact
from shared.tracing import traceparent

Headers = list[tuple[str, bytes]]


class NotAFact(ValueError):
    """A message that is not one of ours, or was damaged."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent for one fact."""

    key: bytes
    value: bytes
    headers: Headers


def message(fact: StoredFact) -> Message:
    """The fact as a message."""
    attributes = {
        "content-type": "application/json",
        "ce_specversion": "1.0",
        "ce_id": str(fact.position),
        "ce_source": f"/ledgers/{fact.ledger}",
        "ce_type": fact.type,
        "ce_subject": fact.stream,
        "ce_time": fact.recorded_at.isoformat(),
        "ce_streamversion": str(fact.version),
        "ce_leaf": fact.leaf.hex(),
    }
    if (parent := traceparent(fact)) is not None:
        attributes["ce_traceparent"] = parent
    headers = [(name, value.encode()) for name, value in attributes.items()]
    return Message(fact.ledger.encode(), fact.body, headers)


def stored(key: bytes | None, value: bytes | None, headers: Iterable[tuple[str, bytes]]) -> StoredFact:
    """The fact in a message; raises NotAFact."""
    try:
        attributes = {name: content.decode() for name, content in headers}
        source, _, ledger = attributes["ce_source"].rpartition("/")
        if attributes["ce_specversion"] != "1.0" or source != "/ledgers" or not key or key.decode() != ledger:
            raise NotAFact(f"source {attributes['ce_source']!r}, key {key!r}")
        if not value:
            raise NotAFact("no body")
        return StoredFact(
            ledger=ledger,
            position=int(attributes["ce_id"]),
            stream=attributes["ce_subject"],
            version=int(attributes["ce_streamversion"]),
            type=attributes["ce_type"],
            recorded_at=datetime.fromisoformat(attributes["ce_time"]),
            body=value,
            leaf=bytes.fromhex(attributes["ce_leaf"]),
        )
    except (KeyError, UnicodeDecodeError, ValueError) as wrong:
        raise NotAFact(str(wrong)) from wrong
