"""Consumers that follow a ledger: quick when told, within a poll when not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Event

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from shared.bus.consumer import Consumer, run_once
from shared.bus.cursors import positions
from shared.bus.faults import FaultOfTheMoment, is_of_the_moment
from shared.ledger.port import Ledger

POLL = 0.1
"""Real seconds between two looks when nobody tells."""

LONGEST_PAUSE = 5.0
"""Real seconds, at most, until the next try while the database cannot be used."""

log = structlog.get_logger(__name__)


def tail(
    engine: Engine,
    ledger: Ledger,
    consumers: Callable[[], Iterable[Consumer]],
    stop: Event,
    wake: Event,
    poll: float = POLL,
) -> None:
    """Pass facts until stopped; `consumers` is asked each time, because read models change generation."""
    pause = poll
    while not stop.is_set():
        try:
            passed = catch_up(engine, ledger, consumers())
            pause = poll
        except (DBAPIError, FaultOfTheMoment) as fault:
            if not is_of_the_moment(fault):
                raise
            log.warning("bus.database_not_usable", ledger=ledger.name, fault=repr(fault.__cause__ or fault))
            passed, pause = 0, min(pause * 2, LONGEST_PAUSE)
        if not passed:
            wake.wait(pause)
            wake.clear()


def catch_up(engine: Engine, ledger: Ledger, consumers: Iterable[Consumer]) -> int:
    """One turn for each consumer that is behind; answers how many facts were passed."""
    head, known = ledger.head(), positions(engine, ledger.name)
    behind = [consumer for consumer in consumers if known.get(consumer.name, 0) < head]
    return sum(run_once(engine, ledger, consumer) for consumer in behind)
