"""Where a consumer's facts come from: the ledger by position now, a topic later; the same facts, once each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Protocol

from shared.ledger.port import Ledger, StoredFact
from shared.vocabulary.fact import Recorded
from shared.wire import codec


class Feed(Protocol):
    """Facts of one ledger beyond a position; may repeat and omit, never invents."""

    def after(self, position: int, limit: int) -> Sequence[StoredFact]:
        """At most `limit` facts, in position order except for repetitions."""
        ...


class LedgerFeed:
    """The ledger itself as bus: neither repeats nor omits."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def after(self, position: int, limit: int) -> Sequence[StoredFact]:
        """At most `limit` facts beyond a position."""
        return self._ledger.read(position, limit)


@lru_cache(maxsize=4096)
def decoded(stored: StoredFact) -> Recorded:
    """The fact, decoded once for all consumers of the process; raises UnknownFact."""
    return codec.recorded(stored)


def without_gaps(ledger: Ledger, arrived: Iterable[StoredFact], after: int) -> list[StoredFact]:
    """What arrived, each position once and in order; what a feed left out is read from the ledger."""
    facts: list[StoredFact] = []
    for stored in arrived:
        if stored.position <= after:
            continue
        missing = stored.position - after - 1
        if missing:
            facts += ledger.read(after, missing, stored.position - 1)
        facts.append(stored)
        after = stored.position
    return facts
