"""What stands in a scenario file, parsed: header, cast, steps and expectations."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from bihuan.scenarios.cast import ID, Channel, Community, Enterprise, Person, Profile, Shape
from shared.law.periods import SHANGHAI

OPENING = time(9, 0)
"""A step that gives only a day happens when the office opens."""


def _moment(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = value.strip()
    if len(text) == len("2025-09-18"):
        return datetime.combine(date.fromisoformat(text), OPENING, SHANGHAI)
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=SHANGHAI) if moment.tzinfo is None else moment.astimezone(SHANGHAI)


def _many(value: object) -> object:
    return [value] if isinstance(value, str | dict) else value


Moment = Annotated[datetime, BeforeValidator(_moment)]
"""A moment in Asia/Shanghai; a day alone means 09:00."""


class Refused(Shape):
    """The refusal that a step must meet: its code, and words that its legal basis must contain."""

    code: str
    basis: str | None = None


class DueOf(Shape):
    """What is open under one row: its legal and internal due, of one item or of all, of one thing or those near."""

    legal: str | None = None
    internal: str | None = None
    item: int | None = None
    on: str | None = None


class NotDue(Shape):
    """A row under which nothing may be open."""

    row: str
    item: int | None = None
    on: str | None = None


def _due(value: object) -> object:
    return {"legal": value} if isinstance(value, str) else value


def _not_due(value: object) -> object:
    return {"row": value} if isinstance(value, str) else value


FactWanted = str | dict[str, dict[str, Any] | None]
"""A fact by its name, or by its name with some of its fields."""

Due = Annotated[DueOf, BeforeValidator(_due)]


class Step(Shape):
    """One dated step: who does what on which thing with what data, and what is expected of it.

    `book`: the ledger in which it is done, if not the scenario's first.
    """

    do: str
    book: str | None = Field(default=None, alias="in")
    at: Moment | None = None
    until: Moment | None = None
    who: Annotated[tuple[str, ...], BeforeValidator(_many), Field(min_length=1, max_length=2)] | None = None
    on: str | None = None
    given: dict[str, Any] = Field(default_factory=dict, alias="with")
    named: str | None = Field(default=None, alias="as", pattern=r"^[^\s.$]+$")
    effective: Moment | None = None
    reason: str | None = None
    version: int | None = None
    refused: Refused | None = None
    facts: tuple[FactWanted, ...] | None = None
    due: dict[str, Due] = Field(default_factory=dict)
    not_due: tuple[Annotated[NotDue, BeforeValidator(_not_due)], ...] = ()


class Report(Shape):
    """What a channel reports; the reporter and their words are sealed and no part of a scenario."""

    community: str = Field(pattern=ID)
    serious: bool = False
    enterprise: str | None = Field(default=None, pattern=ID)


class Thing(Shape):
    """What one thing must look like at the end."""

    stage: str | None = None
    outcome: str | None = None
    items: dict[int, str] | None = None
    facts: tuple[FactWanted, ...] | None = None
    clock: bool = False
    open: tuple[str, ...] | None = None
    lapsed: tuple[str, ...] | None = None


LedgerName = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]


class Header(Shape):
    """A whole scenario file."""

    scenario: str
    number: int | None = None
    law: Annotated[tuple[str, ...], BeforeValidator(_many)] = ()
    note: str = ""
    ledger: LedgerName = "scenario"
    start: Moment | None = None
    calendar: str | None = None
    profile: str | Profile = "demo"
    also: dict[LedgerName, str | Profile] = Field(default_factory=dict)
    people: tuple[Person, ...] = ()
    communities: tuple[Community, ...] = ()
    enterprises: tuple[Enterprise, ...] = ()
    channels: tuple[Channel, ...] = ()
    steps: tuple[Step, ...] = Field(min_length=1)
    expect: dict[str, Thing] = Field(default_factory=dict)
