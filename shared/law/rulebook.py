"""The rulebook: every timer as a row of data with its source, its verification mark and its validity.

Files are read at the rim; this module is handed what was parsed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

from shared.law.periods import Roll, Term, Unit
from shared.vocabulary.fact import Fact, Touch

_PER = ("thing", "item", "round")


class BadRulebook(ValueError):
    """A row that cannot be meant; the message names row and field."""


class Mark(StrEnum):
    """How far a value was verified: read, read second-hand, recalled, or a policy default."""

    VERIFIED = "V"
    SECOND_HAND = "V2"
    RECALLED = "R"
    POLICY = "P"


class Bearer(StrEnum):
    """Whose duty or right it is."""

    AGENCY = "agency"
    PARTY = "party"


class When(StrEnum):
    """Where a rung stands to the due day."""

    BEFORE = "before"
    ON = "on"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Rung:
    """A reminder or escalation: `n` working days before, on or after the due day, told to `to`."""

    name: str
    when: When
    n: int
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """A fact that opens the obligation: only where its fields are as in `only`.

    `start` says from when the period runs: `effective` (of the fact) or `due:T07` (another row's due day).
    """

    fact: str
    start: str
    only: tuple[tuple[str, Any], ...]

    def fits(self, name: str, fact: Fact, touch: Touch) -> bool:
        """Whether this fact opens the obligation for the part of the thing that it touches."""
        return name == self.fact and all(_said(field, fact, touch) == value for field, value in self.only)


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another term where the opening fact's fields are as in `only`."""

    only: tuple[tuple[str, Any], ...]
    term: Term


@dataclass(frozen=True, slots=True)
class RowVersion:
    """How long, under which regime, from and to which day, on what source and how far verified.

    `term` None: the opening fact gives the term itself. `plan`: a shorter internal term. `at_most`: the longest
    that a given term may be. `before`: the row whose due ends this right. `immediately`: the law says at once
    and `term` is the installation's own measure of that.
    """

    regime: str
    valid_from: date
    valid_to: date | None
    term: Term | None
    plan: Term | None
    at_most: Term | None
    before: str | None
    immediately: bool
    alternatives: tuple[Alternative, ...]
    source: str
    mark: Mark
    note: str


@dataclass(frozen=True, slots=True)
class Row:
    """One timer: what opens and discharges it, who bears it, its rungs and what its lapse means.

    `per`: counted once for the thing, or for each item or round. `late_truth`: facts proven from outside (a receipt,
    a posted letter) that withdraw a lapse of the agency's when they took effect in time; its own word does not.
    """

    id: str
    name: str
    name_en: str
    thing: str
    per: str
    right: bool
    bearer: Bearer
    opens: tuple[Opening, ...]
    moved_by: tuple[str, ...]
    discharged_by: tuple[str, ...]
    cancelled_by: tuple[str, ...]
    late_truth: tuple[str, ...]
    lapse: str
    answerable: tuple[str, ...]
    rungs: tuple[Rung, ...]
    versions: tuple[RowVersion, ...]

    def __hash__(self) -> int:
        """By its id: equal rows have the same, and hashing all of a row would cost more than what is kept by it."""
        return hash(self.id)

    def at(self, day: date) -> RowVersion:
        """The version in force on a day."""
        for version in self.versions:
            if version.valid_from <= day and (version.valid_to is None or day <= version.valid_to):
                return version
        raise BadRulebook(f"{self.id}: no version is in force on {day}")


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rows, under one version."""

    version: str
    rows: tuple[Row, ...]

    def of(self, thing: str) -> tuple[Row, ...]:
        """The rows of one kind of thing, in the order in which they depend on each other."""
        return tuple(row for row in self.rows if row.thing == thing)

    def row(self, row_id: str) -> Row:
        """One row by its id."""
        for row in self.rows:
            if row.id == row_id:
                return row
        raise BadRulebook(f"no row {row_id}")


def parse_rulebook(version: str, documents: Sequence[Mapping[str, Any]]) -> Rulebook:
    """A rulebook from parsed files, each with `rungs` (named ladders) and `rows`."""
    ladders: dict[str, tuple[Rung, ...]] = {}
    rows: list[Row] = []
    for document in documents:
        for name, rungs in document.get("ladders", {}).items():
            ladders[name] = tuple(
                Rung(r["name"], When(r["when"]), int(r["n"]), tuple(r["to"])) for r in rungs
            )
        for raw in document.get("rows", []):
            rows.append(_row(raw, ladders))
    ids = [row.id for row in rows]
    if len(set(ids)) != len(ids):
        raise BadRulebook(f"a row id is used twice: {sorted(i for i in ids if ids.count(i) > 1)[0]}")
    return Rulebook(version, tuple(rows))


def _row(raw: Mapping[str, Any], ladders: Mapping[str, tuple[Rung, ...]]) -> Row:
    try:
        row = Row(
            id=raw["id"],
            name=raw["name"],
            name_en=raw["name_en"],
            thing=raw["thing"],
            per=raw.get("per", "thing"),
            right=bool(raw.get("right", False)),
            bearer=Bearer(raw["bearer"]),
            opens=tuple(
                Opening(o["fact"], o.get("start", "effective"), _only(o.get("only"))) for o in raw["opens"]
            ),
            moved_by=tuple(raw.get("moved_by", ())),
            discharged_by=tuple(raw["discharged_by"]),
            cancelled_by=tuple(raw.get("cancelled_by", ())),
            late_truth=tuple(raw.get("late_truth", ())),
            lapse=raw["lapse"],
            answerable=tuple(raw["answerable"]),
            rungs=ladders[raw["ladder"]],
            versions=tuple(_version(raw["id"], v) for v in raw["versions"]),
        )
    except KeyError as missing:
        raise BadRulebook(f"{raw.get('id', '?')}: {missing} is missing or unknown") from missing
    if row.per not in _PER:
        raise BadRulebook(f"{row.id}: per is one of {', '.join(_PER)}, not {row.per}")
    if not set(row.late_truth) <= {*row.discharged_by, *row.cancelled_by}:
        raise BadRulebook(f"{row.id}: late_truth names a fact that neither discharges nor cancels it")
    return row


def _said(field: str, fact: Fact, touch: Touch) -> object:
    """What a fact says of the part it touches, or else of the whole."""
    of_the_part = getattr(touch, field, None)
    return getattr(fact, field) if of_the_part is None else of_the_part


def _version(row: str, raw: Mapping[str, Any]) -> RowVersion:
    if not raw.get("source"):
        raise BadRulebook(f"{row}: every version names its source")
    # A comma in a text that is not quoted would end it and begin a field.
    if unknown := set(raw) - {each.name for each in fields(RowVersion)}:
        raise BadRulebook(f"{row}: no such field of a version: {'、'.join(sorted(unknown))}")
    return RowVersion(
        regime=raw["regime"],
        valid_from=raw["valid_from"],
        valid_to=raw.get("valid_to"),
        term=_term(raw.get("term")),
        plan=_term(raw.get("plan")),
        at_most=_term(raw.get("at_most")),
        before=raw.get("before"),
        immediately=bool(raw.get("immediately", False)),
        alternatives=tuple(
            Alternative(_only(a["only"]), _needed(row, a.get("term"))) for a in raw.get("alternatives", ())
        ),
        source=raw["source"],
        mark=Mark(raw["mark"]),
        note=raw.get("note", ""),
    )


def _only(raw: Mapping[str, Any] | None) -> tuple[tuple[str, Any], ...]:
    return tuple((raw or {}).items())


def _term(raw: Mapping[str, Any] | None) -> Term | None:
    return None if raw is None else Term(int(raw["n"]), Unit(raw["unit"]), Roll(raw["roll"]))


def _needed(row: str, raw: Mapping[str, Any] | None) -> Term:
    term = _term(raw)
    if term is None:
        raise BadRulebook(f"{row}: an alternative needs a term")
    return term
