"""Where a consumer's facts come from: the ledger by position, or a topic; the same facts, once each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Protocol

from shared.ledger.port import Ledger, StoredFact
from shared.vocabulary.fact import Recorded
from shared.wire import codec


class Feed(Protocol):
    """Facts of one ledger beyond a position; may repeat and omit, never passes what the ledger has not."""

    def head(self) -> int:
        """The last position known to be there; may lag behind the ledger for a while, not for ever."""
        ...

    def after(self, position: int, limit: int) -> Sequence[StoredFact]:
        """At most `limit` facts, in position order except for repetitions."""
        ...


class LedgerFeed:
    """The ledger itself as bus: neither repeats nor omits."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def head(self) -> int:
        """The ledger's head."""
        return self._ledger.head()

    def after(self, position: int, limit: int) -> Sequence[StoredFact]:
        """At most `limit` facts beyond a position."""
        return self._ledger.read(position, limit)


@lru_cache(maxsize=4096)
def decoded(stored: StoredFact) -> Recorded:
    """The fact, decoded once for all consumers of the process; raises UnknownFact."""
    return codec.recorded(stored)


FeedOf = Callable[[Ledger], Feed]
"""How a process gets at the facts of a ledger."""


def without_gaps(ledger: Ledger, arrived: Iterable[StoredFact], after: int, limit: int) -> list[StoredFact]:
    """At most `limit` facts, each position once and in order; what a feed left out is read from the ledger."""
    facts: list[StoredFact] = []
    for stored in arrived:
        if stored.position <= after:
            continue
        missing = min(stored.position - after - 1, limit - len(facts))
        if missing:
            facts += ledger.read(after, missing, stored.position - 1)
        if len(facts) == limit:
            break
        facts.append(stored)
        after = stored.position
    return facts
