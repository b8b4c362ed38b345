"""The history of a stream up to a fact, for those who derive from whole things."""

from __future__ import annotations

from collections import OrderedDict

from shared.bus.feed import decoded
from shared.ledger.port import Ledger
from shared.vocabulary.fact import Recorded


class Histories:
    """Remembers the streams met last, so that a fact costs one step and not a reading of its stream."""

    def __init__(self, ledger: Ledger, keep: int = 512) -> None:
        self._ledger, self._keep = ledger, keep
        self._known: OrderedDict[str, tuple[Recorded, ...]] = OrderedDict()

    def upto(self, record: Recorded) -> tuple[Recorded, ...]:
        """The stream's facts up to and with this one; raises UnknownFact when one of them cannot be read."""
        known = self._known.pop(record.stream, ())
        if len(known) + 1 == record.version:
            history = (*known, record)
        else:
            stored = self._ledger.stream(record.stream)
            history = tuple(decoded(one) for one in stored if one.version <= record.version)
        self._known[record.stream] = history
        if len(self._known) > self._keep:
            self._known.popitem(last=False)
        return history
