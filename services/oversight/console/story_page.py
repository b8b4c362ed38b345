"""One thing's story: what it is, what is owed, what comes by itself, what happened, and what hangs together with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Engine

from services.oversight.console.drawing import Term, term
from services.oversight.console.subject import Subject, subject
from services.oversight.console.wording import read_due
from services.oversight.lists import hazards_of
from services.oversight.reader import Reader
from services.oversight.timeline import timeline
from services.oversight.words import Language
from shared.law.periods import SHANGHAI
from shared.vocabulary.identities import kind_of, stream_of, thing_of

SYSTEM = frozenset({"clock", "reaction"})
"""Roles in which no person acted."""
_ALIKE = ("name", "bearer", "start", "legal_due", "internal_due", "lapsed", "provisional", "revision")
_ORDER = ("hazard", "order", "source", "case", "visit", "report")


@dataclass(frozen=True, slots=True)
class Owed:
    """An open duty or right, of all hazards for which it has the same dates, with the drawing of its term.

    `term` None: it has not started. `hazards`: ids, none where the duty is not about single hazards.
    """

    row: Mapping[str, Any]
    term: Term | None
    hazards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coming:
    """What the clock will do by itself about a duty, or about several on one day: the first moment, and of how many."""

    at: datetime
    name: str
    what: str
    count: int


@dataclass(frozen=True, slots=True)
class Entry:
    """What one or several facts say in the same words, done at one moment by the same people."""

    facts: tuple[Mapping[str, Any], ...]

    @property
    def one(self) -> Mapping[str, Any]:
        """The first of them, which speaks for all."""
        return self.facts[0]

    @property
    def streams(self) -> list[str]:
        """The things that they are about, each once."""
        return list(dict.fromkeys(fact["stream"] for fact in self.facts))

    @property
    def by_system(self) -> bool:
        """Whether no person did it."""
        return all(actor["role"] in SYSTEM for actor in self.one["actors"])


@dataclass(frozen=True, slots=True)
class Day:
    """What took effect on one day."""

    day: date
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Other:
    """Another thing that hangs together with this one; of a hazard also where it stands."""

    kind: str
    thing: str
    name: str
    standing: str | None


@dataclass(frozen=True, slots=True)
class Story:
    """The whole page; `names` by stream, `standings` by hazard. `others`: without the items that the subject has;
    `elsewhere`: ledger and thing in another office's book.
    """

    kind: str
    thing: str
    at: datetime
    version: int
    subject: Subject
    owed: tuple[Owed, ...]
    coming: tuple[Coming, ...]
    days: tuple[Day, ...]
    others: tuple[Other, ...]
    elsewhere: tuple[Mapping[str, str], ...]
    names: Mapping[str, str]
    standings: Mapping[str, str]


def story(engine: Engine, who: Reader, kind: str, thing: str, lang: Language) -> Story:
    """What a reader sees of one thing; raises UnknownThing."""
    told = timeline(engine, who.desk, kind, thing, lang)
    at = datetime.fromisoformat(told["at"])
    about = subject(kind, who.desk.load(stream_of(kind, thing)).records, told["names"])
    duties = tuple(owed(told["open"], at))
    hazards = {
        thing_of(stream) for stream in (*told["related"], *_streams(told)) if kind_of(stream) == "hazard"
    }
    hazards |= {hazard for one in duties for hazard in one.hazards} | {item.hazard for item in about.items}
    known = hazards_of(engine, who.ledger, hazards)
    names = told["names"] | {stream_of("hazard", hazard): what_where(row) for hazard, row in known.items()}
    standings = {hazard: row["stage"] for hazard, row in known.items()}
    related = set(told["related"]) - {stream_of("hazard", item.hazard) for item in about.items}
    return Story(
        kind,
        thing,
        at,
        told["version"],
        about,
        duties,
        tuple(_coming(told["open"])),
        tuple(days(told["facts"])),
        tuple(_others(related, names, standings)),
        tuple(told["elsewhere"]),
        names,
        standings,
    )


def days(facts: Sequence[Mapping[str, Any]]) -> Iterable[Day]:
    """Facts in ledger order, those of one day together, those that say the same of several things as one."""
    for day, of_day in groupby(facts, key=_day):
        same: dict[tuple[object, ...], list[Mapping[str, Any]]] = {}
        for fact in of_day:
            actors = tuple((actor["person"], actor["role"]) for actor in fact["actors"])
            same.setdefault((fact["effective"], actors, fact["text"]), []).append(fact)
        yield Day(day, tuple(Entry(tuple(several)) for several in same.values()))


def owed(rows: Iterable[Mapping[str, Any]], at: datetime) -> Iterable[Owed]:
    """Open duties in their order, those that differ only in the hazard as one."""
    same: dict[tuple[object, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        alike = tuple(row[key] for key in _ALIKE)
        same.setdefault((*alike, None if row["hazard"] else row["stream"]), []).append(row)
    for several in same.values():
        hazards = tuple(row["hazard"] for row in several if row["hazard"])
        yield Owed(several[0], _term(several[0], at), hazards)


def what_where(row: Mapping[str, Any]) -> str:
    """What a hazard is called: what is wrong, and where."""
    return f"{row['defect']}（{row['place']}）"


def _day(fact: Mapping[str, Any]) -> date:
    return datetime.fromisoformat(fact["effective"]).astimezone(SHANGHAI).date()


def _term(row: Mapping[str, Any], at: datetime) -> Term | None:
    return term(read_due(row["start"]), read_due(row["internal_due"]), read_due(row["legal_due"]), at)


def _coming(rows: Iterable[Mapping[str, Any]]) -> Iterable[Coming]:
    """What the clock does next about each duty, the nearest first, the same of several on one day as one."""
    same: dict[tuple[date, str, str], list[datetime]] = {}
    for row in rows:
        if row["next"]:
            at = datetime.fromisoformat(row["next"]["at"]).astimezone(SHANGHAI)
            same.setdefault((at.date(), row["name"], row["next"]["what"]), []).append(at)
    for (_, name, what), moments in sorted(same.items(), key=lambda one: (min(one[1]), one[0])):
        yield Coming(min(moments), name, what, len(moments))


def _streams(told: Mapping[str, Any]) -> set[str]:
    return {fact["stream"] for fact in told["facts"]}


def _others(
    related: Iterable[str], names: Mapping[str, str], standings: Mapping[str, str]
) -> Iterable[Other]:
    for stream in sorted(related, key=lambda one: (_ORDER.index(kind_of(one)), names.get(one, ""), one)):
        kind, thing = kind_of(stream), thing_of(stream)
        yield Other(kind, thing, names.get(stream, ""), standings.get(thing) if kind == "hazard" else None)
