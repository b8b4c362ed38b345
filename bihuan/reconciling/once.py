"""One reconciliation for a person who asks: it waits for what is in flight, and reads as much as they want."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from bihuan.composition import Composition
from bihuan.reconciling.contents import Contents
from bihuan.reconciling.differences import Difference, differences
from bihuan.reconciling.snapshot import snapshot
from shared.ledger.port import Ledger

GLANCE = 1.0
"""Real seconds between two looks."""

STEP = 500
"""Facts that are compared together."""

Told = Callable[[int, int], None]
"""Told how many facts are compared, of how many."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What differs, at which head, and beyond which position contents were compared."""

    head: int
    after: int
    found: tuple[Difference, ...]


def reconcile(
    house: Composition, ledger: Ledger, *, grace: float, newest: int | None, told: Told
) -> Reconciled:
    """Look until all that differed at first is settled, at most `grace` real seconds; then compare contents.

    `newest`: of so many facts; None: of the whole ledger.
    """
    looks = [snapshot(house, ledger)]
    while (lasting := differences(looks)) and looks[-1].taken - looks[0].taken < grace:
        time.sleep(GLANCE)
        looks.append(snapshot(house, ledger))
    head = looks[-1].head
    after = 0 if newest is None else max(head - newest, 0)
    return Reconciled(head, after, lasting + _contents(Contents(house, ledger), ledger, after, head, told))


def _contents(
    contents: Contents, ledger: Ledger, after: int, head: int, told: Told
) -> tuple[Difference, ...]:
    found: dict[tuple[str, str, str], Difference] = {}
    position = after
    while facts := ledger.read(position, STEP, head):
        # From the beginning each thing is met with its first fact; otherwise with whatever of it is among the newest.
        found |= {one.key: one for one in contents.check(facts, position, begun=after == 0)}
        position = facts[-1].position
        told(position - after, head - after)
    return tuple(found.values())
