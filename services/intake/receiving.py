"""Receiving reports and finding them again by their numbers, however a channel speaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from services.intake import asks, handlers
from services.intake.handlers import Store
from services.intake.tracking import as_written, tracking_number
from shared.law.periods import SHANGHAI
from shared.ledger.port import Appended
from shared.runtime.desk import Loaded
from shared.runtime.doors import Asking, Doors
from shared.runtime.throttle import Throttle
from shared.vocabulary.identities import report_id, stream_of


@dataclass(frozen=True, slots=True)
class Front:
    """What intake is made of: doors, the store of a ledger, the installation's secret, the ledgers served.

    `address`: where channels reach the interface; empty: as each request says;
    `repeats_within`: for how long the same content without a key is the same report; `demonstration`: not in earnest.
    """

    doors: Doors
    store_of: Callable[[str], Store]
    secret: bytes
    ledgers: tuple[str, ...]
    throttle: Throttle = field(default_factory=Throttle)
    address: str = ""
    repeats_within: timedelta = timedelta(minutes=10)
    demonstration: bool = False


def receive(
    front: Front, asking: Asking, reports: tuple[asks.Report, ...], *, rows: bool
) -> tuple[Appended, list[str]]:
    """Record all reports of a request or none; answers their tracking numbers too. `rows`: places are named by row."""
    ledger, channel = asking.principal.ledger, asking.principal.id
    numbers = [tracking_number(front.secret, ledger, channel, asking.key, row) for row in range(len(reports))]
    store, call = front.store_of(ledger), asking.call()
    taken = asking.desk.run(
        call, lambda: handlers.receive(asking.desk, store, call, reports, numbers.__getitem__, rows=rows)
    )
    return taken, numbers


def receipts(asking: Asking, appended: Appended, numbers: list[str]) -> list[dict[str, Any]]:
    """What the channel is told of each report."""
    stored = asking.desk.ledger.read(after=appended.first - 1, limit=appended.last - appended.first + 1)
    at = stored[0].recorded_at.astimezone(SHANGHAI).isoformat()
    return [{"tracking_number": number, "id": report_id(number), "received_at": at} for number in numbers]


def found_by(front: Front, number: str) -> Loaded | None:
    """The report of a tracking number, in whichever ledger it is."""
    # A number that cannot be one is looked up all the same: the answer takes as long as for any other.
    thing = report_id(as_written(number) or "")
    found = None
    for ledger in front.ledgers:
        desk = front.doors.desk_of(ledger)
        it = desk.load(stream_of("report", thing)) if desk else None
        found = it if it and it.records else found
    return found
