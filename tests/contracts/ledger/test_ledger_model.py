"""Both databases answer as the ledger in memory does, whatever is asked of them."""

from collections.abc import Callable
from dataclasses import astuple
from datetime import UTC, datetime
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from shared.ledger.engines import open_ledger
from shared.ledger.memory import MemoryLedger
from shared.ledger.port import Ledger, LedgerError, NewFact, Unchanged, Write
from shared.ledger.verify import verify

_serial = count(1)
STREAMS = [f"{kind}/{n}" for kind in ("order", "hazard") for n in range(2)]
TYPES = st.sampled_from(["order.noted.v1", "危险.v1"])
FACTS = st.builds(
    lambda type_, n: NewFact(type_, f'{{"n":{n},"type":"{type_}"}}'.encode()), TYPES, st.integers(0, 9)
)


@st.composite
def commands(draw: st.DrawFn) -> tuple[str, bytes, list[Write], list[Unchanged]]:
    """A command whose id, body and versions often clash with those of others."""
    streams = draw(st.lists(st.sampled_from(STREAMS), min_size=1, max_size=3, unique=True))
    written = draw(st.integers(1, len(streams)))
    versions = st.integers(0, 3)
    writes = [
        Write(s, draw(versions), tuple(draw(st.lists(FACTS, min_size=1, max_size=2))))
        for s in streams[:written]
    ]
    guards = [Unchanged(s, draw(versions)) for s in streams[written:]]
    return draw(st.sampled_from("abcdef")), draw(st.sampled_from([b"x", b"x", b"y"])), writes, guards


@settings(max_examples=10, deadline=None)
@given(asked=st.lists(commands(), max_size=8))
def test_both_databases_answer_as_the_model_does(
    shared_database: Callable[[str], Engine], asked: list[tuple[str, bytes, list[Write], list[Unchanged]]]
) -> None:
    name = f"model-{next(_serial)}"
    model = MemoryLedger(name, lambda: datetime.now(UTC))
    ledgers = [open_ledger(shared_database(backend), name) for backend in ("postgresql", "sqlite")]
    for command, body_hash, writes, guards in asked:
        expected = answer(model, command, body_hash, writes, guards)
        for ledger in ledgers:
            assert answer(ledger, command, body_hash, writes, guards) == expected
    for ledger in ledgers:
        assert contents(ledger) == contents(model)
        assert verify(ledger.read()).flaw is None


def answer(
    ledger: Ledger, command: str, body_hash: bytes, writes: list[Write], guards: list[Unchanged]
) -> object:
    try:
        return astuple(ledger.append(command, body_hash, writes, guards))
    except LedgerError as refused:
        return type(refused), vars(refused)


def contents(ledger: Ledger) -> object:
    everything = [
        ledger.read(),
        ledger.read(after=1, limit=2),
        ledger.read(upto=2),
        ledger.stream("order/0", after=1),
    ]
    facts = [[(f.position, f.stream, f.version, f.type, f.body) for f in read] for read in everything]
    answers = [ledger.answer(command, b"x") for command in "abc" if not reused(ledger, command)]
    return facts, [ledger.version(stream) for stream in STREAMS], ledger.head(), answers


def reused(ledger: Ledger, command: str) -> bool:
    try:
        ledger.answer(command, b"x")
    except LedgerError:
        return True
    return False
