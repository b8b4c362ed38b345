"""Prove that the facts of one ledger are the ones that were appended."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.ledger.instants import UTC_EPOCH, microseconds
from shared.ledger.leaf import leaf
from shared.ledger.port import StoredFact


@dataclass(frozen=True, slots=True)
class Flaw:
    """The first fact that is not as it was appended, and what is wrong with it."""

    position: int
    stream: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """How many facts were sound, and the first flaw, if any."""

    sound: int
    flaw: Flaw | None = None


def verify(facts: Iterable[StoredFact]) -> Report:
    """Recompute every leaf from position 1 on; positions, versions, recorded time and type must agree."""
    versions: dict[str, int] = {}
    book, position, recorded = "", 0, UTC_EPOCH - timedelta(days=1)
    for fact in facts:
        version = versions.get(fact.stream, 0) + 1
        if reason := _flaw(fact, book or fact.ledger, position + 1, version, recorded):
            return Report(position, Flaw(fact.position, fact.stream, reason))
        versions[fact.stream] = version
        book, position, recorded = fact.ledger, fact.position, fact.recorded_at
    return Report(position)


def is_whole(fact: StoredFact) -> bool:
    """Whether a fact is, byte for byte, the one that its leaf was computed from, and of the type that its body says."""
    return _is_hashed(fact) and _type_in(fact.body) == fact.type


def _is_hashed(fact: StoredFact) -> bool:
    recorded = microseconds(fact.recorded_at)
    return fact.leaf == leaf(fact.ledger, fact.position, fact.stream, fact.version, recorded, fact.body)


def _flaw(fact: StoredFact, book: str, position: int, version: int, recorded: datetime) -> str | None:
    if (fact.ledger, fact.position) != (book, position):
        return f"position {position} of {book} is missing"
    if fact.version != version:
        return f"version {version} of {fact.stream} is missing"
    if fact.recorded_at < recorded:
        return "recorded before the fact that precedes it"
    if not _is_hashed(fact):
        return "the leaf is not the hash of the fact"
    return None if _type_in(fact.body) == fact.type else "the type is not the one in the body"


def _type_in(body: bytes) -> object:
    try:
        content = json.loads(body)
    except ValueError:
        return None
    return content.get("type") if isinstance(content, dict) else None
