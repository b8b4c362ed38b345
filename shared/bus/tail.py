"""Consumers that follow a ledger: quick when told, within a poll when not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Event

from sqlalchemy import Engine

from shared.bus.consumer import Consumer, run_once
from shared.bus.cursors import positions
from shared.bus.following import follow
from shared.ledger.port import Ledger

POLL = 0.1
"""Real seconds between two looks when nobody tells."""


def tail(
    engine: Engine,
    ledger: Ledger,
    consumers: Callable[[], Iterable[Consumer]],
    stop: Event,
    wake: Event,
    poll: float = POLL,
) -> None:
    """Pass facts until stopped; `consumers` is asked each time, because read models change generation."""
    follow(lambda: catch_up(engine, ledger, consumers()), stop, wake, poll, ledger=ledger.name)


def catch_up(engine: Engine, ledger: Ledger, consumers: Iterable[Consumer]) -> int:
    """One turn for each consumer that is behind; answers how many facts were passed."""
    head, known = ledger.head(), positions(engine, ledger.name)
    behind = [consumer for consumer in consumers if known.get(consumer.name, 0) < head]
    return sum(run_once(engine, ledger, consumer) for consumer in behind)
