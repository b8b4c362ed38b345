"""Consumers that follow a ledger: quick when told, within a poll when not."""

from __future__ import annotations

import time
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


AGAIN = 1.0
"""Real seconds after which one looks although the ledger stands still: a read model may have changed generation."""


def tail(
    engine: Engine,
    ledger: Ledger,
    consumers: Callable[[], Iterable[Consumer]],
    stop: Event,
    wake: Event,
    poll: float = POLL,
    feed: Feed | None = None,
) -> None:
    """Pass facts until stopped; `consumers` is asked often, because read models change generation."""
    source = feed or LedgerFeed(ledger)
    settled, looked = -1, float("-inf")

    def turn() -> int:
        nonlocal settled, looked
        head = source.head()
        if head == settled and time.monotonic() - looked < AGAIN:
            return 0
        looked = time.monotonic()
        behind = _behind(engine, ledger, consumers(), head)
        settled = -1 if behind else head
        return sum(run_once(engine, ledger, consumer, feed=source) for consumer in behind)

    follow(turn, stop, wake, poll, ledger=ledger.name)


def catch_up(engine: Engine, ledger: Ledger, consumers: Iterable[Consumer]) -> int:
    """One turn for each consumer that is behind; answers how many facts were passed."""
    behind = _behind(engine, ledger, consumers, ledger.head())
    return sum(run_once(engine, ledger, consumer) for consumer in behind)


def _behind(engine: Engine, ledger: Ledger, consumers: Iterable[Consumer], head: int) -> list[Consumer]:
    known = positions(engine, ledger.name)
    return [consumer for consumer in consumers if known.get(consumer.name, 0) < head]
