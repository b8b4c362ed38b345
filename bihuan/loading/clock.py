"""An empty demonstration's clock is moved on to where a file of visits ends, before the file is loaded."""

from __future__ import annotations

from bihuan.loading.load import Prepared
from bihuan.loading.plan import clock_after
from shared.ledger.port import Ledger
from shared.runtime.clock import Clock
from shared.vocabulary.identities import kind_of

_WATCHED = ("visit", "hazard", "order", "source", "report")


class NotEmpty(Exception):
    """The ledger already has things with deadlines, which a jump would pass over."""


def advance_for(prepared: Prepared, ledger: Ledger, clock: Clock) -> None:
    """Move the clock on to the morning after the file's last event; raises NotEmpty, RealInstallation."""
    target = clock_after(prepared.plan)
    if clock.now() >= target:
        return
    after = 0
    while page := ledger.read(after, 2000):
        after = page[-1].position
        if any(kind_of(stored.stream) in _WATCHED for stored in page):
            raise NotEmpty
    clock.set_forward(target)
