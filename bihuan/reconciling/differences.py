"""What differs, as pure functions of what was seen; work in flight is lag, and counts when it has lasted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """Which of the four is not as the ledger has it."""

    LEDGER = "ledger"
    BUS = "bus"
    READ_MODELS = "read_models"
    WATCHES = "watches"


class Kind(StrEnum):
    """What is wrong; the words are in `words`."""

    DAMAGED = "fact_damaged"
    MISSING = "fact_missing"
    UNREADABLE = "fact_unreadable"
    LAG = "lag"
    BEYOND = "cursor_beyond_head"
    NOT_DONE = "reaction_not_done"
    NOT_QUEUED = "message_not_queued"
    LOST = "row_lost"
    STRAY = "row_stray"
    WRONG = "row_wrong"
    UNARMED = "unarmed"
    BEHIND = "watch_behind"
    IDLE = "armed_without_obligation"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it should be; `subject` is a consumer or a stream, `count` how many facts or rows.

    `position`: a fact from which it can be looked at again; 0 where there is none.
    """

    side: Side
    kind: Kind
    subject: str
    count: int = 1
    by: str = ""
    position: int = 0

    @property
    def key(self) -> tuple[str, str, str]:
        """The same for the same trouble, however far it has grown."""
        return self.kind, self.subject, self.by


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How far everyone is, and what is watched; `taken` in real seconds of a clock that never goes back.

    `consumers`: side and position of everyone who must pass every fact, under the name that people know.
    """

    taken: float
    head: int
    consumers: Mapping[str, tuple[Side, int]]
    unarmed: frozenset[str] = frozenset()
    behind: frozenset[tuple[str, int]] = frozenset()
    idle: frozenset[str] = frozenset()


def differences(looks: Sequence[Snapshot]) -> tuple[Difference, ...]:
    """What was so in the first of these looks and in every one since; a fact is missed by who has not passed it yet."""
    first, last = looks[0], looks[-1]
    found = []
    for name, (side, position) in sorted(last.consumers.items()):
        if position > last.head:
            found.append(Difference(side, Kind.BEYOND, name, position - last.head))
        elif position < first.head:
            found.append(Difference(side, Kind.LAG, name, first.head - position))
    unarmed = frozenset.intersection(*(look.unarmed for look in looks))
    behind = frozenset.intersection(*(look.behind for look in looks))
    idle = frozenset.intersection(*(look.idle for look in looks))
    found += [Difference(Side.WATCHES, Kind.UNARMED, stream) for stream in sorted(unarmed)]
    found += [Difference(Side.WATCHES, Kind.BEHIND, stream) for stream, _ in sorted(behind)]
    found += [Difference(Side.WATCHES, Kind.IDLE, stream) for stream in sorted(idle)]
    return tuple(found)


def by_side(found: Sequence[Difference]) -> dict[Side, int]:
    """How much each side is off, every side named."""
    counts: Counter[Side] = Counter()
    for one in found:
        counts[one.side] += one.count
    return {side: counts[side] for side in Side}
