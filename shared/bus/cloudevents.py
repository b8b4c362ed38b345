"""Facts as CloudEvents 1.0 in Kafka's binary mode: attributes are headers, the value is the fact's stored bytes.

Key: the ledger, so that an office's book keeps its order. Kafka protocol binding §3.2; attribute names are lower-case
letters and digits, hence `streamversion`. `traceparent` is the Distributed Tracing extension, there while traces are
recorded; our own consumers need it not, for a fact says itself where it belongs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.ledger.instants import microseconds, moment
from shared.ledger.port import StoredFact
from shared.ledger.verify import is_whole
from shared.tracing import traceparent

Headers = list[tuple[str, bytes]]


class NotAFact(ValueError):
    """A message that is not one of ours, or is damaged."""


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


def stored(key: bytes | None, value: bytes | None, headers: Iterable[tuple[str, bytes | None]]) -> StoredFact:
    """The fact in a message, consistent in itself; raises NotAFact, and nothing else, whatever was sent.

    Numbers out of range, a time without a zone: there is no end to what can be sent. Whether the ledger has the fact,
    the ledger alone can say.
    """
    try:
        fact = _read(key, value, {name: (content or b"").decode() for name, content in headers})
        whole = is_whole(fact)
    except Exception as wrong:
        raise NotAFact(f"{type(wrong).__name__}: {wrong}") from wrong
    if not whole:
        raise NotAFact("the leaf is not the hash of the fact, or the type not the one in the body")
    return fact


def _read(key: bytes | None, value: bytes | None, attributes: Mapping[str, str]) -> StoredFact:
    source, _, ledger = attributes["ce_source"].rpartition("/")
    if attributes["ce_specversion"] != "1.0" or source != "/ledgers" or not key or key.decode() != ledger:
        raise ValueError(f"source {attributes['ce_source']!r}, key {key!r}")
    return StoredFact(
        ledger=ledger,
        position=int(attributes["ce_id"]),
        stream=attributes["ce_subject"],
        version=int(attributes["ce_streamversion"]),
        type=attributes["ce_type"],
        recorded_at=moment(microseconds(datetime.fromisoformat(attributes["ce_time"]))),
        body=value or b"",
        leaf=bytes.fromhex(attributes["ce_leaf"]),
    )
