"""What two engines recorded, made comparable: ids, positions and times that must differ are written by origin."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import unified_diff
from typing import Any

from shared.runtime.lookout import CLOCK
from shared.vocabulary.fact import Recorded
from shared.vocabulary.identities import kind_of, thing_of
from shared.vocabulary.paper_facts import MessageOwed
from shared.wire.canonical import canonical
from shared.wire.codec import to_json

POSITIONS = frozenset({"known_at", "because", "cause_position"})
"""Fields that hold a ledger position, which depends on how streams interleave."""

OF_A_RUN = frozenset({"position", "leaf", "identity"})
"""Where a packaged paper stands in its book, with its hash there, and a salted commitment."""

Place = tuple[str, int]
"""A position of a ledger."""


def by_stream(facts: Sequence[Recorded]) -> dict[str, tuple[str, ...]]:
    """Each stream's facts in order, as text that is the same for every engine that did the same."""
    at = {(record.ledger, record.position): record for record in facts}
    names: dict[str, str] = {}
    for record in facts:
        names.setdefault(record.stream, _origin(record, at, names))
    ids = {thing_of(stream): thing_of(name) for stream, name in names.items()}
    streams: dict[str, list[str]] = {}
    for record in facts:
        streams.setdefault(names[record.stream], []).append(_line(record, at, names, ids))
    return {stream: tuple(lines) for stream, lines in sorted(streams.items())}


def differences(
    one: Sequence[Recorded], other: Sequence[Recorded], name: str, other_name: str
) -> tuple[str, ...]:
    """What differs between two runs, stream by stream, line by line; nothing when they did the same."""
    left, right = by_stream(one), by_stream(other)
    found: list[str] = []
    for stream in sorted({*left, *right}):
        found += unified_diff(
            left.get(stream, ()),
            right.get(stream, ()),
            f"{name} {stream}",
            f"{other_name} {stream}",
            lineterm="",
        )
    return tuple(found)


def _origin(first: Recorded, at: dict[Place, Recorded], names: dict[str, str]) -> str:
    """A stream by what it is: a message by bearer, thing and day; what a reaction made by its cause."""
    kind = kind_of(first.stream)
    if isinstance(first.fact, MessageOwed):
        about = names.get(first.fact.about, first.fact.about)
        return f"{kind}/{about} {first.fact.day} {','.join(first.fact.to)}"
    if first.context.causation is not None:
        ledger, _, position = first.context.causation.rpartition(":")
        cause = at[ledger, int(position)]
        return f"{kind}/from {names[cause.stream]} {cause.version}"
    return first.stream


def _line(record: Recorded, at: dict[Place, Recorded], names: dict[str, str], ids: dict[str, str]) -> str:
    ledger = getattr(record.fact, "from_ledger", record.ledger)
    data = {
        key: _place(at, names, (ledger, value))
        if key in POSITIONS and isinstance(value, int)
        else _renamed(value, names, ids)
        for key, value in to_json(record.fact).items()
        if key != "moment"  # a rung's second within the half hour follows from the thing's id
    }
    by_clock = any(actor.person == CLOCK.person for actor in record.context.actors)
    envelope = {
        "actors": to_json(record.context)["actors"],
        "effective": None if by_clock else record.effective.isoformat(),
        "reason": record.context.reason,
    }
    return f"{record.name} {canonical({'data': data, **envelope}).decode()}"


def _place(at: dict[Place, Recorded], names: dict[str, str], place: Place) -> str:
    record = at.get(place)
    return f"{names[record.stream]} {record.version}" if record else str(place)


def _renamed(value: Any, names: dict[str, str], ids: dict[str, str]) -> Any:
    match value:
        case str():
            if value in names:
                return names[value]
            return ids.get(value, value)
        case list():
            return [_renamed(entry, names, ids) for entry in value]
        case dict():
            return {key: _renamed(entry, names, ids) for key, entry in value.items() if key not in OF_A_RUN}
        case _:
            return value
