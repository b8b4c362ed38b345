"""Facts ⇄ the bytes that the ledger stores: one JSON object of wire name, data and context."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Protocol

from pydantic import TypeAdapter

from shared.vocabulary import (  # noqa: F401  (importing a module of facts enters them in the catalogue)
    case_facts,
    hand_over_facts,
    hazard_facts,
    obligation_facts,
    order_facts,
    paper_facts,
    registry_facts,
    report_facts,
    source_facts,
)
from shared.vocabulary.fact import CATALOGUE, Context, Fact, Recorded
from shared.wire.canonical import canonical

_SHANGHAI = timezone(timedelta(hours=8))


class UnknownFact(ValueError):
    """A wire name that this version of the program does not know; the consumer parks the stream."""


class Stored(Protocol):
    """What the codec needs of a stored fact."""

    @property
    def ledger(self) -> str: ...
    @property
    def position(self) -> int: ...
    @property
    def stream(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def recorded_at(self) -> datetime: ...
    @property
    def body(self) -> bytes: ...


_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    # Building one costs milliseconds, using it microseconds.
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def encode(fact: Fact, context: Context) -> bytes:
    """The canonical body of a fact; moments are written in Shanghai time, money and numbers as integers."""
    envelope = _adapter(Context).dump_python(context, mode="json")
    envelope["effective"] = context.effective.astimezone(_SHANGHAI).isoformat()
    data = _adapter(type(fact)).dump_python(fact, mode="json")
    return canonical({"type": fact.TYPE, "data": data, **envelope})


def decode(body: bytes) -> tuple[Fact, Context]:
    """The fact and its context, checked against their types."""
    document = json.loads(body)
    name = document.pop("type")
    data = document.pop("data")
    kind = CATALOGUE.get(name)
    if kind is None:
        raise UnknownFact(name)
    return _adapter(kind).validate_python(data), _adapter(Context).validate_python(document)


def recorded(stored: Stored) -> Recorded:
    """A stored fact, decoded."""
    fact, context = decode(stored.body)
    return Recorded(
        stored.ledger,
        stored.position,
        stored.stream,
        stored.version,
        stored.recorded_at.astimezone(UTC),
        fact,
        context,
    )


def to_json(value: Any) -> Any:
    """Any dataclass of the vocabulary as plain JSON values."""
    return _adapter(type(value)).dump_python(value, mode="json")
