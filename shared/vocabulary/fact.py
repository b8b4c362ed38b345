"""What a fact is: its wire name, what it touches, who recorded it and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, TypeVar


@dataclass(frozen=True, slots=True)
class Touch:
    """The part of a thing that a fact concerns, with the term that the fact gives or the result that it found."""

    key: str = ""
    days: int | None = None
    until: date | None = None
    passed: bool | None = None


class Fact:
    """One immutable thing that happened; subclasses are frozen dataclasses named in the past tense."""

    __slots__ = ()
    TYPE: ClassVar[str]

    def touches(self) -> tuple[Touch, ...]:
        """The parts of the thing that this fact concerns: the whole thing unless a subclass says otherwise."""
        return (Touch(),)


CATALOGUE: dict[str, type[Fact]] = {}


F = TypeVar("F", bound=type[Fact])


def fact(wire_name: str) -> Callable[[F], F]:
    """Give a fact its stable wire name, `thing.happened.vN`; a second owner of one name is a defect."""

    def name(kind: F) -> F:
        if wire_name in CATALOGUE:
            raise ValueError(f"two facts are named {wire_name}")
        kind.TYPE = wire_name
        CATALOGUE[wire_name] = kind
        return kind

    return name


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted: person, in what role, for which organisation, on what authority, with which certificate."""

    person: str
    role: str
    organisation: str
    authority: str | None = None
    certificate: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """Why and under what a fact was recorded: the envelope that every fact carries.

    `effective` is when it took effect (zoned), `reason` says why that is not the moment of recording.
    """

    actors: tuple[Actor, ...]
    effective: datetime
    command: str
    correlation: str
    rules: str
    calendar: str
    trace: str
    causation: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact as the ledger holds it."""

    ledger: str
    position: int
    stream: str
    version: int
    recorded_at: datetime
    fact: Fact
    context: Context

    @property
    def effective(self) -> datetime:
        """When the fact took effect, zoned."""
        return self.context.effective

    @property
    def name(self) -> str:
        """The wire name without its schema version: `order.served`."""
        return self.fact.TYPE.rpartition(".")[0]
