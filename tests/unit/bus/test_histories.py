"""The history of a stream up to a fact, for read models that share what they remember."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from shared.bus.feed import decoded
from shared.bus.histories import Histories
from shared.ledger.memory import MemoryLedger
from shared.ledger.port import NewFact, StoredFact, Write
from shared.vocabulary.fact import Actor, Context
from shared.vocabulary.paper_facts import MessageOwed
from shared.wire.codec import encode

AT = datetime(2026, 3, 2, tzinfo=UTC)
OWED = MessageOwed("m", ("office_head",), "order/1", "2026-03-02", "text")
FACT = NewFact(
    OWED.TYPE, encode(OWED, Context((Actor("p", "office_head", "o"),), AT, "c", "c", "r", "k", "t"))
)
STREAMS, LENGTH = ("message/a", "message/b", "message/c"), 12


class Counting(MemoryLedger):
    """Counts the readings of whole streams."""

    readings = 0

    def stream(self, stream: str, after: int = 0) -> list[StoredFact]:
        """One more reading."""
        self.readings += 1
        return super().stream(stream, after)


def ledger() -> Counting:
    """A book with a few streams of a dozen facts."""
    made = Counting("book", lambda: AT)
    made.append("c", b"h", [Write(stream, 0, (FACT,) * LENGTH) for stream in STREAMS])
    made.readings = 0
    return made


cuts = st.lists(st.integers(1, LENGTH - 1), unique=True).map(lambda some: [0, *sorted(some), LENGTH])


@given(st.data())
def test_whoever_shares_them_is_given_the_stream_up_to_his_own_facts_in_any_order(data):
    book = ledger()
    shared = Histories(book, keep=2)
    spans = [
        (stream, span) for stream in STREAMS for _reader in range(3) for span in pairwise(data.draw(cuts))
    ]
    for stream, (after, upto) in data.draw(st.permutations(spans)):
        whole = [decoded(stored) for stored in MemoryLedger.stream(book, stream)]
        assert shared.upto(whole[after:upto]) == tuple(whole[:upto])


def test_one_who_comes_after_another_costs_no_reading():
    book = ledger()
    shared = Histories(book)
    for _reader in range(3):
        for stored in book.read(0, 100):
            shared.upto([decoded(stored)])
    assert book.readings == 0
