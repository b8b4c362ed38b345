"""Identity is a function: two callers can only agree on a stream, an id or a workflow id."""

from __future__ import annotations

import hashlib
import uuid

NAMESPACE = uuid.UUID("6f1d3c0e-7a0b-5c55-9a3e-b1a0e2c9d001")
"""The root of all derived ids; never change it, or ids derived again would differ."""


def derived_id(*parts: str) -> str:
    """An id that follows from its parts: the same parts give the same id for ever."""
    return str(uuid.uuid5(NAMESPACE, "\x1f".join(parts)))


def reaction_id(ledger: str, position: int, reaction: str) -> str:
    """The id of what a reaction creates: a function of the event and of the reaction's name."""
    return derived_id("reaction", ledger, str(position), reaction)


def handed_source(ledger: str, position: int) -> str:
    """The case source that a hand-over at this position of a book becomes in the other office's book."""
    return reaction_id(ledger, position, "hand_over")


def stream_of(kind: str, thing: str) -> str:
    """The stream of a thing: `order/1f0c...`."""
    return f"{kind}/{thing}"


def kind_of(stream: str) -> str:
    """The kind of a stream: the text before the first slash."""
    return stream.partition("/")[0]


def thing_of(stream: str) -> str:
    """The id of the thing that a stream is about."""
    return stream.partition("/")[2]


def numbering_stream(series: str, kind: str, year: int) -> str:
    """The stream that accounts for every number of one series, kind of paper and year."""
    return f"numbering/{series}/{kind}/{year}"


def watch_id(ledger: str, stream: str) -> str:
    """The workflow id of a thing's watch."""
    return f"watch:{ledger}:{stream}"


def report_id(tracking_number: str) -> str:
    """A report's id, from which the tracking number cannot be found again."""
    return hashlib.sha256(b"bihuan.report\x00" + tracking_number.encode()).hexdigest()[:32]
