"""Facts to measure with: the township of the reports, and a book of a million facts made of many townships."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import count, islice
from typing import cast

from psycopg import Connection
from sqlalchemy import Engine

from bihuan.town.founding import simulated
from shared.ledger.port import StoredFact
from shared.runtime.law_files import load_law
from shared.vocabulary.identities import kind_of

LEDGER = "t-qinghe"

_COPIED = frozenset({"visit", "hazard", "order", "source", "case", "message", "enterprise"})
"""The kinds of stream that each further township has anew; the registry is the first one's."""
_ID = re.compile(rb"\b([0-9a-f]{8})(?=-[0-9a-f]{4}-5)|\be-(?=\d{3}\b)")
_COPY = "copy fact (ledger, stream, version, type, body) from stdin (format binary)"


@cache
def township() -> tuple[StoredFact, ...]:
    """Some 28,000 facts of three months, as the simulator writes them."""
    ledger, _ = simulated(LEDGER, load_law())
    return tuple(ledger.read(0, 10**6))


def townships() -> Iterator[tuple[str, int, str, bytes]]:
    """Stream, version, type and body of one township's facts after another's; things and enterprises are others."""
    for number in count():
        for fact in township():
            if not number:
                yield fact.stream, fact.version, fact.type, fact.body
            elif kind_of(fact.stream) in _COPIED:
                stream = _other(fact.stream.encode(), number).decode()
                yield stream, fact.version, fact.type, _other(fact.body, number)


class GrowingBook:
    """A ledger in PostgreSQL that is filled as fast as the database numbers facts."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._facts, self.size = engine, townships(), 0

    def grow(self, size: int) -> None:
        """Fill it up to so many facts."""
        with self._engine.begin() as tx:
            driver = cast(Connection, tx.connection.driver_connection)
            with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
                copy.set_types(["text", "text", "int4", "text", "bytea"])
                for fact in islice(self._facts, size - self.size):
                    copy.write_row((LEDGER, *fact))
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("vacuum analyze fact")
        self.size = size


def _other(text: bytes, number: int) -> bytes:
    def changed(found: re.Match[bytes]) -> bytes:
        if found[1] is None:
            return b"e-%d-" % number
        return b"%08x" % (int(found[1], 16) ^ (number << 20))

    return _ID.sub(changed, text)
