"""Which hazards are likely the same one, and which of two may be merged into the other.

No text is scored: each ground is an equality that an officer can check. A person decides; this only proposes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from shared.law.rulebook import BadRulebook, Mark
from shared.vocabulary.fact import Recorded
from shared.vocabulary.hazard_facts import (
    Grade,
    HazardCorrectedOnSpot,
    HazardGraded,
    HazardKeptApart,
    HazardRectified,
    HazardReleasedFromOrder,
    HazardReported,
    HazardSeparated,
    HazardVerified,
    HazardViolationFound,
)

BEFORE_MEASURES = ("reported", "verified", "graded")
"""The stages, in their order, at which nothing was done about a hazard yet: only then can it be merged away."""

_NUMERALS = frozenset("0123456789一二三四五六七八九十百")

OVER = frozenset({"closed", "unfounded", "merged"})
"""The stages at which a hazard is at its end."""


class Ground(StrEnum):
    """Why two hazards are likely the same."""

    SAME_ENTERPRISE = "same_enterprise"
    SAME_COMMUNITY = "same_community"
    SAME_PLACE = "same_place"
    PLACE_WITHIN = "place_within"
    SAME_LEGAL_ITEM = "same_legal_item"
    LEGAL_ITEM_OPEN = "legal_item_open"


class Obstacle(StrEnum):
    """Why one hazard cannot be merged into another."""

    ITSELF = "itself"
    OVER = "over"
    DEALT_WITH = "dealt_with"
    VIOLATION = "violation"
    INTO_OVER = "into_over"
    KEPT_APART = "kept_apart"
    OTHER_ENTERPRISE = "other_enterprise"
    OTHER_LEGAL_ITEM = "other_legal_item"
    AFTER_REMOVAL = "after_removal"
    GRAVER = "graver"
    FURTHER = "further"
    DUE_EARLIER = "due_earlier"


@dataclass(frozen=True, slots=True)
class LikenessVersion:
    """How many calendar days may lie between two discoveries, from which day on, on what source."""

    valid_from: date
    window_days: int
    source: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class LikenessRule:
    """The versions of the window, the latest first."""

    versions: tuple[LikenessVersion, ...]

    @property
    def longest(self) -> int:
        """The widest window that was ever in force, in days."""
        return max(version.window_days for version in self.versions)

    def at(self, day: date) -> LikenessVersion:
        """The version in force on a day."""
        for version in self.versions:
            if version.valid_from <= day:
                return version
        raise BadRulebook(f"likeness: no version is in force on {day}")


@dataclass(frozen=True, slots=True)
class Traits:
    """What is compared of a hazard.

    `known_at`: when it became known; `since`: when its present duty began; `removed_at`: when its removal was seen.
    `source` names the visit or report that it came from; `apart` the hazards that an officer kept apart from it.
    """

    hazard: str
    stage: str
    enterprise: str | None
    community: str
    defect: str
    place: str
    source: str
    known_at: datetime
    since: datetime
    removed_at: datetime | None = None
    legal_item: str | None = None
    major: bool = False
    violation: bool = False
    apart: tuple[str, ...] = ()


def parse_likeness(raw: Iterable[Mapping[str, Any]]) -> LikenessRule:
    """The rule from its parsed file."""
    versions = [
        LikenessVersion(v["valid_from"], int(v["window_days"]), v["source"], Mark(v["mark"])) for v in raw
    ]
    return LikenessRule(tuple(sorted(versions, key=lambda version: version.valid_from, reverse=True)))


def traits(history: Sequence[Recorded], stage: str) -> Traits:
    """The traits of a hazard, whose stage its service reads from the same facts; the first says how it became known."""
    it = _known(history[0], stage)
    for record in history[1:]:
        it = _after(it, record)
    return it


def place_key(place: str) -> str:
    """A place without what people write differently: width, case, spaces and punctuation; 2-3 does not become 23."""
    written = unicodedata.normalize("NFKC", place).casefold()
    return re.sub(r"[\W_]+", _joint, written)


def alike(one: Traits, other: Traits, window: timedelta) -> tuple[Ground, ...]:
    """Why two hazards are likely the same; nothing when they are not, or when people told them apart.

    Same enterprise and place, or same community and place where an enterprise is unknown; no two different items of
    law; known within the window of each other. What one visit found was told apart by those who saw it.
    """
    told_apart = one.source == other.source or other.hazard in one.apart or one.hazard in other.apart
    if told_apart or abs(one.known_at - other.known_at) > window or _differ(one.legal_item, other.legal_item):
        return ()
    where = _where(one, other)
    if not where:
        return ()
    known = one.legal_item is not None and other.legal_item is not None
    return (*where, Ground.SAME_LEGAL_ITEM if known else Ground.LEGAL_ITEM_OPEN)


def obstacle(merged: Traits, into: Traits) -> Obstacle | None:
    """What stands against merging the first into the second; None when nothing does.

    Merging may neither put off a duty nor lose what was found: what is graver, further along or due earlier stays.
    """
    same_duty = _rank(merged) == _rank(into) and merged.major == into.major and not into.violation
    findings: tuple[tuple[bool, Obstacle], ...] = (
        (merged.hazard == into.hazard, Obstacle.ITSELF),
        (merged.stage in OVER, Obstacle.OVER),
        (merged.stage not in BEFORE_MEASURES, Obstacle.DEALT_WITH),
        (merged.violation, Obstacle.VIOLATION),
        (into.stage in OVER, Obstacle.INTO_OVER),
        (into.hazard in merged.apart or merged.hazard in into.apart, Obstacle.KEPT_APART),
        (_differ(merged.enterprise, into.enterprise), Obstacle.OTHER_ENTERPRISE),
        (_differ(merged.legal_item, into.legal_item), Obstacle.OTHER_LEGAL_ITEM),
        (into.removed_at is not None and into.removed_at < merged.known_at, Obstacle.AFTER_REMOVAL),
        (merged.major and not into.major, Obstacle.GRAVER),
        (_rank(merged) > _rank(into), Obstacle.FURTHER),
        (same_duty and merged.since < into.since, Obstacle.DUE_EARLIER),
    )
    return next((obstacle for found, obstacle in findings if found), None)


def _known(first: Recorded, stage: str) -> Traits:
    fact = first.fact
    if not isinstance(fact, HazardReported):
        raise ValueError(f"{first.stream} does not begin with the report of a hazard")
    return Traits(
        fact.hazard, stage, fact.enterprise, fact.community, fact.defect, fact.place,
        f"{fact.source}/{fact.source_id}", first.effective, first.effective,
    )  # fmt: skip


def _after(it: Traits, record: Recorded) -> Traits:
    match record.fact:
        case HazardGraded() as fact:
            major = fact.grade is Grade.MAJOR
            return replace(it, legal_item=fact.legal_item, major=major, since=record.effective)
        case HazardVerified() | HazardReleasedFromOrder():
            return replace(it, since=record.effective)
        case HazardSeparated() as fact:
            return replace(it, since=record.effective, apart=(*it.apart, fact.other))
        case HazardKeptApart() as fact:
            return replace(it, apart=(*it.apart, fact.other))
        case HazardCorrectedOnSpot() | HazardRectified():
            return replace(it, removed_at=record.effective)
        case HazardViolationFound():
            return replace(it, violation=True)
        case _:
            return it


def _where(one: Traits, other: Traits) -> tuple[Ground, ...]:
    here, there = place_key(one.place), place_key(other.place)
    if not here or not there:
        return ()
    if one.enterprise is None or other.enterprise is None:
        same = one.community == other.community and here == there
        return (Ground.SAME_COMMUNITY, Ground.SAME_PLACE) if same else ()
    if one.enterprise != other.enterprise:
        return ()
    if here == there:
        return Ground.SAME_ENTERPRISE, Ground.SAME_PLACE
    return (Ground.SAME_ENTERPRISE, Ground.PLACE_WITHIN) if _within(here, there) else ()


def _joint(gap: re.Match[str]) -> str:
    around = gap.string[: gap.start()][-1:], gap.string[gap.end() :][:1]
    return "-" if all(c.isdigit() for c in around) and all(around) else ""


def _within(here: str, there: str) -> bool:
    """Whether one place is named within the other's name, and not as the end of another number: 一车间, 十一车间."""
    short, long = sorted((here, there), key=len)
    before, found, after = long.partition(short)
    cut = before[-1:] + short[:1], short[-1:] + after[:1]
    return bool(found) and not any(len(pair) == 2 and set(pair) <= _NUMERALS for pair in cut)


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other


def _rank(traits: Traits) -> int:
    return BEFORE_MEASURES.index(traits.stage) if traits.stage in BEFORE_MEASURES else len(BEFORE_MEASURES)
