"""The history of a stream up to a fact, for those who derive from whole things."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from shared.bus.feed import decoded
from shared.ledger.port import Ledger
from shared.vocabulary.fact import Recorded


class Histories:
    """Remembers the streams met last, so that a fact costs one step and not a reading of its stream."""

    def __init__(self, ledger: Ledger, keep: int = 2048) -> None:
        self._ledger, self._keep = ledger, keep
        self._known: OrderedDict[str, tuple[Recorded, ...]] = OrderedDict()

    def upto(self, records: Sequence[Recorded]) -> tuple[Recorded, ...]:
        """The stream's facts up to and with its next ones; raises UnknownFact when one of them cannot be read."""
        last = records[-1]
        known = self._known.pop(last.stream, ())
        if len(known) + 1 == records[0].version:
            known = (*known, *records)
        elif len(known) < last.version:
            stored = self._ledger.stream(last.stream)
            known = tuple(decoded(one) for one in stored if one.version <= last.version)
        self._known[last.stream] = known
        if len(self._known) > self._keep:
            self._known.popitem(last=False)
        # Another of those who share it may be further along the stream.
        return known[: last.version]
