"""Consumers that follow a ledger: quick when told, within a poll when not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Event

from sqlalchemy import Engine

from shared.bus.consumer import Consumer, run_once
from shared.bus.cursors import positions
from shared.bus.feed import Feed, LedgerFeed
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
    feed: Feed | None = None,
) -> None:
    """Pass facts until stopped; `consumers` is asked each time, because read models change generation."""
    source = feed or LedgerFeed(ledger)
    follow(lambda: catch_up(engine, ledger, consumers(), source), stop, wake, poll, ledger=ledger.name)


def catch_up(engine: Engine, ledger: Ledger, consumers: Iterable[Consumer], feed: Feed | None = None) -> int:
    """One turn for each consumer that is behind; answers how many facts were passed."""
    source = feed or LedgerFeed(ledger)
    head, known = source.head(), positions(engine, ledger.name)
    behind = [consumer for consumer in consumers if known.get(consumer.name, 0) < head]
    return sum(run_once(engine, ledger, consumer, feed=source) for consumer in behind)
