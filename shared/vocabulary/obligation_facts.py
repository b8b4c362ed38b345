"""What the clock records about an obligation. It never takes a step against a party."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shared.vocabulary.fact import Fact, fact


@fact("obligation.rung_reached.v1")
@dataclass(frozen=True, slots=True)
class RungReached(Fact):
    """A reminder or escalation fell due; `collapsed` are earlier rungs that an outage swallowed."""

    obligation: str
    row: str
    revision: int
    rung: str
    to: tuple[str, ...]
    moment: datetime
    due: str
    collapsed: tuple[str, ...] = ()


@fact("obligation.lapsed.v1")
@dataclass(frozen=True, slots=True)
class ObligationLapsed(Fact):
    """The legal due passed, undischarged as known at ledger position `known_at`."""

    obligation: str
    row: str
    revision: int
    bearer: str
    meaning: str
    due: str
    known_at: int


@fact("obligation.lapse_withdrawn.v1")
@dataclass(frozen=True, slots=True)
class LapseWithdrawn(Fact):
    """Late truth: the fact at `because` took effect in time, so the lapse is taken back."""

    obligation: str
    row: str
    revision: int
    because: int
