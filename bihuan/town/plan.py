"""The visits of a campaign: when, where, by whom, and what was found, so that the figures come out exactly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from random import Random

from bihuan.town.defects import Defect, found_at
from bihuan.town.figures import Figures
from shared.law.calendar import Calendar
from shared.law.periods import SHANGHAI
from shared.vocabulary.registry_facts import EnterpriseRegistered

PAIRS = (("p-004", "p-005"), ("p-006", "p-007"), ("p-008", "p-009"))
"""Three pairs of certified officers."""

TIMES = (time(9, 0), time(10, 50), time(14, 20))
LONGEST_TERM = 30
SHORTEST_TERM = 5
EXCLUDED = frozenset({"school", "idle_place", "construction_decoration"})
"""Sectors that this campaign left to others."""

_PLACES = (
    "一车间",
    "二车间",
    "成品库",
    "原料库",
    "配电间",
    "东门通道",
    "值班室",
    "装卸区",
    "厨房",
    "院内棚房",
)


class After(StrEnum):
    """What became of a visit besides the rectification of its hazards."""

    NOTHING = "nothing"
    WAIVED = "waived"
    FINED_ON_SPOT = "fined_on_spot"
    FINED = "fined"
    UNDER_WAY = "under_way"


@dataclass(frozen=True, slots=True)
class Found:
    """One hazard found; `days` is its term under the order, None when it was corrected on the spot."""

    defect: Defect
    place: str
    days: int | None


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit; `running`: its order still runs on the last day; `fine` in fen where there was one."""

    number: int
    at: datetime
    pair: int
    enterprise: EnterpriseRegistered
    found: tuple[Found, ...]
    running: bool = False
    after: After = After.NOTHING
    fine: int = 0

    @property
    def ordered(self) -> tuple[Found, ...]:
        """What was put under the order."""
        return tuple(one for one in self.found if one.days is not None)


def plan(
    figures: Figures,
    seed: int,
    calendar: Calendar,
    enterprises: Sequence[EnterpriseRegistered],
    defects: Sequence[Defect],
) -> tuple[Visit, ...]:
    """The visits in order of time, the same ones for the same seed."""
    chance = Random(seed)  # noqa: S311 - a story, no secret
    days = [figures.first + timedelta(days=n) for n in range((figures.last - figures.first).days + 1)]
    slots = [
        (d, t, pair) for d in days if calendar.is_working(d) for t in TIMES for pair in range(len(PAIRS))
    ]
    chosen = sorted(chance.sample(range(len(slots)), figures.visits))
    whom = _itinerary(enterprises, figures.visits, chance)
    ordered = sorted(chance.sample(range(figures.visits), figures.orders))
    running = frozenset(ordered[-figures.running_orders :])
    sizes = _sizes(figures, ordered, running, chance)
    on_spot = spread(figures.on_spot, figures.visits, 0, 5, chance)
    after = _afterwards(figures, [n for n in ordered if n not in running], on_spot, chance)
    visits = []
    for n, slot in enumerate(chosen):
        day, at, pair = slots[slot]
        known = found_at(whom[n].sector, day, defects)
        found = _ordered(known, sizes.get(n, 0), n in running, day, figures, chance)
        found += _corrected(known, on_spot[n], chance)
        chance.shuffle(found)
        outcome, fine = after.get(n, (After.NOTHING, 0))
        moment = datetime.combine(day, at, SHANGHAI)
        visits.append(Visit(n + 1, moment, pair, whom[n], tuple(found), n in running, outcome, fine))
    return tuple(visits)


def spread(total: int, parts: int, low: int, high: int, chance: Random) -> list[int]:
    """A whole number shared out at random, each part within both bounds; raises ValueError where that cannot be."""
    if not low * parts <= total <= high * parts:
        raise ValueError(f"{total} cannot be shared out to {parts} parts of {low} to {high}")
    shares = [low] * parts
    left = total - low * parts
    while left:
        n = chance.randrange(parts)
        if shares[n] < high:
            shares[n] += 1
            left -= 1
    return shares


def _itinerary(
    enterprises: Iterable[EnterpriseRegistered], visits: int, chance: Random
) -> list[EnterpriseRegistered]:
    """Key enterprises twice, early and late; the rest of the visits go to others, each once."""
    eligible = [one for one in enterprises if one.sector not in EXCLUDED]
    key = [one for one in eligible if one.supervision == "key"][: visits // 3]
    others = [one for one in eligible if one.supervision != "key"]
    legs = [(chance.uniform(0, 0.45), one) for one in key] + [(chance.uniform(0.55, 1), one) for one in key]
    legs += [(chance.random(), one) for one in chance.sample(others, visits - len(legs))]
    return [one for _, one in sorted(legs, key=lambda leg: leg[0])]


def _sizes(figures: Figures, ordered: list[int], running: frozenset[int], chance: Random) -> dict[int, int]:
    """How many hazards each order has: those of running orders are the open ones."""
    settled = [n for n in ordered if n not in running]
    still = spread(figures.open, len(running), 4, 12, chance)
    done = spread(figures.rectified - figures.on_spot, len(settled), 3, 14, chance)
    return dict(zip(sorted(running), still, strict=True)) | dict(zip(settled, done, strict=True))


def _afterwards(
    figures: Figures, settled: list[int], on_spot: list[int], chance: Random
) -> dict[int, tuple[After, int]]:
    """Which visits had consequences: early ones were decided by the last day, later ones are under way.

    Waived is what was corrected on the spot.
    """
    early, late = settled[: len(settled) // 3], settled[len(settled) // 2 : len(settled) * 3 // 4]
    fined = chance.sample(early, len(figures.fines))
    after = {
        n: (After.FINED_ON_SPOT if i == 0 else After.FINED, fine)
        for i, (n, fine) in enumerate(zip(fined, figures.fines, strict=True))
    }
    after |= dict.fromkeys(chance.sample(late, figures.under_way), (After.UNDER_WAY, 0))
    others = [n for n in settled[: len(settled) * 3 // 4] if n not in after and on_spot[n]]
    return after | dict.fromkeys(chance.sample(others, figures.waived), (After.WAIVED, 0))


def _ordered(
    known: Sequence[Defect], count: int, running: bool, day: date, figures: Figures, chance: Random
) -> list[Found]:
    pool = [one for one in known if one.days is not None and one.days >= SHORTEST_TERM]
    # A running order's terms end after the last day.
    least = (figures.last - day).days + 2 if running else SHORTEST_TERM
    return [
        Found(one, chance.choice(_PLACES), min(LONGEST_TERM, max(one.days or 0, least)))
        for one in chance.sample(pool, count)
    ]


def _corrected(known: Sequence[Defect], count: int, chance: Random) -> list[Found]:
    pool = [one for one in known if one.days is None]
    return [Found(one, chance.choice(_PLACES), None) for one in chance.sample(pool, count)]
