"""The standing reconciliation of one ledger: a turn each half minute, as metrics and, when it must be, an alarm."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Sequence

import structlog

from bihuan.composition import Composition
from bihuan.reconciling.contents import Contents
from bihuan.reconciling.differences import Difference, Snapshot, by_side, differences
from bihuan.reconciling.snapshot import lags, snapshot
from bihuan.reconciling.words import words
from bihuan.sweeping import EXAMPLES, Telling
from shared.bus import cursors
from shared.ledger.port import Ledger, StoredFact
from shared.runtime import armed, deliveries, metrics

EVERY = 30.0
"""Real seconds between two turns."""

WINDOW = 200
"""Facts whose contents a turn compares: so many of the newest, and so many of a walk over the whole ledger."""

AGAIN, REMEMBERED = 100, 1000
"""Differences in contents that are looked at again each turn, and that are remembered; the walk finds the others."""

log = structlog.get_logger("reconcile")


class Standing:
    """Remembers what it saw for as long as the grace, and where its walk over the ledger is."""

    def __init__(self, house: Composition, ledger: Ledger) -> None:
        self._house, self._ledger = house, ledger
        self._grace = house.installation.monitoring.grace_s
        self._contents = Contents(house, ledger)
        self._looks: deque[Snapshot] = deque()
        self._known: dict[tuple[str, str, str], Difference] = {}
        self._fresh: int | None = None
        self._walked, self._round = 0, 0.0
        self._telling = Telling()

    def turn(self) -> int:
        """One look; always answers 0, for there is nothing to do at once after it."""
        look = snapshot(self._house, self._ledger)
        self._looks.append(look)
        while len(self._looks) > 1 and look.taken - self._looks[1].taken >= self._grace:
            self._looks.popleft()
        lasted = look.taken - self._looks[0].taken >= self._grace
        self._compare_contents(look)
        found = (*(differences(self._looks) if lasted else ()), *self._known.values())
        self._measure(look, found)
        if self._telling.due(frozenset(one.key for one in found), look.taken):
            _alarm(self._ledger.name, found)
        return 0

    def _compare_contents(self, look: Snapshot) -> None:
        """What is known to differ once more, the newest facts that everyone has passed, and a step of the walk."""
        for position in sorted({one.position for one in list(self._known.values())[:AGAIN]}):
            self._compare(self._ledger.read(position - 1, 1), position - 1)
        passed = min(look.head, *(position for _, position in look.consumers.values()))
        first = max(passed - WINDOW, 0) if self._fresh is None else min(self._fresh, passed)
        newest = self._ledger.read(first, WINDOW, passed)
        self._compare(newest, first)
        self._fresh = newest[-1].position if newest else first
        step = self._ledger.read(self._walked, WINDOW)
        self._compare(step, self._walked, begun=True)
        self._round = step[-1].position / look.head if len(step) == WINDOW else 1.0
        self._walked = step[-1].position if len(step) == WINDOW else 0

    def _compare(self, facts: Sequence[StoredFact], after: int, *, begun: bool = False) -> None:
        """What was known of these facts is replaced by what is found now."""
        found = self._contents.check(facts, after, begun=begun)
        last = facts[-1].position if facts else after
        self._known = {key: one for key, one in self._known.items() if not after < one.position <= last}
        self._known |= {one.key: one for one in found[: REMEMBERED - len(self._known)]}

    def _measure(self, look: Snapshot, found: Sequence[Difference]) -> None:
        name, engine, now = (
            self._ledger.name,
            self._house.engine("oversight"),
            self._house.clock_for("oversight").now(),
        )
        metrics.FACTS.labels(name).set(look.head)
        reached = {consumer: position for consumer, (_, position) in look.consumers.items()}
        for consumer, lag in lags(self._house, self._ledger, reached, look.head).items():
            metrics.LAG.labels(name, consumer).set(lag.facts)
            metrics.LAG_TIME.labels(name, consumer).set(lag.seconds)
        parked: Counter[str] = Counter()
        for cursor, streams in cursors.parked_counts(engine, name).items():
            parked[cursor.partition("@")[0]] += streams
        for consumer in look.consumers:
            metrics.PARKED.labels(name, consumer).set(parked[consumer])
        due = armed.next_due(engine, name)
        metrics.ARMED.labels(name).set(armed.count(engine, name))
        metrics.UNARMED.labels(name).set(len(look.unarmed))
        metrics.BEHIND.labels(name).set(len(look.behind))
        metrics.OVERDUE_LOOK.labels(name).set(max((now - due).total_seconds(), 0.0) if due else 0.0)
        metrics.STUCK.labels(name).set(len(armed.stuck(engine, name)))
        metrics.UNSENT.labels(name).set(deliveries.unsent(engine, name))
        for side, count in by_side(found).items():
            metrics.DIFFERENCE.labels(name, side).set(count)
        metrics.ROUND.labels(name).set(min(self._round, 1.0))
        metrics.RECONCILED.labels(name).set(time.time())


def _alarm(ledger: str, found: Sequence[Difference]) -> None:
    """Tell whoever reads the log; the whole of it is `bihuan reconcile`."""
    log.error(
        "reconcile.found", alarm=True, ledger=ledger,
        off_by={str(side): count for side, count in by_side(found).items()},
        examples=[words(one) for one in found[:EXAMPLES]],
    )  # fmt: skip
