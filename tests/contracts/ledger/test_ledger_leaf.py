"""The leaf can be recomputed by anyone, and no change to a stored fact goes unseen."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from shared.ledger.engines import open_ledger
from shared.ledger.instants import microseconds
from shared.ledger.leaf import leaf
from shared.ledger.port import Ledger, NewFact, StoredFact, Write
from shared.ledger.verify import verify
from tests.fakes.leaves import forged, stored_fact

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)


def test_the_leaf_is_the_hash_of_the_documented_bytes() -> None:
    header = b"\x00\x03\xe9\x95\x87" + b"\x00" * 7 + b"\x07" + b"\x00\x07order/1" + b"\x00\x00\x00\x02"
    recorded = b"\x00\x05\xd0\x1f\x4b\x6a\x80\x00"
    expected = sha256(b"\x00" + header + recorded + b'{"a":1}').digest()
    assert leaf("镇", 7, "order/1", 2, int.from_bytes(recorded, "big"), b'{"a":1}') == expected


def test_every_stored_leaf_is_the_one_recomputed(ledger: Ledger) -> None:
    facts = tuple(NewFact("话.v1", f'{{"n":{n},"type":"话.v1"}}'.encode()) for n in range(20))
    ledger.append("c", b"h", [Write("报告/一", 0, facts), Write("order/1", 0, facts)])
    for fact in ledger.read():
        recorded = microseconds(fact.recorded_at)
        assert fact.leaf == leaf(fact.ledger, fact.position, fact.stream, fact.version, recorded, fact.body)
    assert verify(ledger.read()).sound == 40


def test_leaves_are_found_by_position_as_many_as_are_asked_for(ledger: Ledger) -> None:
    fact = NewFact("order.noted.v1", b'{"type":"order.noted.v1"}')
    ledger.append("c", b"h", [Write("order/1", 0, (fact,) * 3), Write("order/2", 0, (fact,) * 2)])
    leaves = {stored.position: stored.leaf for stored in ledger.read()}
    assert ledger.leaves(0, 9) == leaves
    assert ledger.leaves(2, 2) == {3: leaves[3], 4: leaves[4]}
    assert ledger.leaves(5, 2) == {}


HEADERS = st.tuples(
    TEXTS,
    st.integers(1, 2**62),
    TEXTS,
    st.integers(1, 2**30),
    st.integers(-(2**60), 2**60),
    st.binary(max_size=50),
)


@settings(max_examples=10, deadline=None)
@given(headers=st.lists(HEADERS, min_size=1, max_size=20))
def test_sql_and_python_hash_alike(
    postgres: Engine, headers: list[tuple[str, int, str, int, int, bytes]]
) -> None:
    query = text(
        "select bihuan_leaf(:ledger, cast(:position as bigint), :stream, cast(:version as integer),"
        " cast(:recorded as bigint), cast(:body as bytea))"
    )
    names = ("ledger", "position", "stream", "version", "recorded", "body")
    with postgres.connect() as connection:
        for header in headers:
            values = dict(zip(names, header, strict=True))
            assert bytes(connection.execute(query, values).scalar_one()) == leaf(*header)


@pytest.fixture(scope="module")
def unlocked_databases(new_database: Callable[[str], Engine]) -> Callable[[str], Engine]:
    """On each backend a database whose second lock was taken away, as only its owner can."""

    @cache
    def unlocked(backend: str) -> Engine:
        engine = new_database(backend)
        with engine.begin() as connection:
            if backend == "postgresql":
                connection.execute(text("alter table fact disable trigger fact_append_only"))
            else:
                connection.execute(text("drop trigger fact_no_update"))
                connection.execute(text("drop trigger fact_no_delete"))
        return engine

    return unlocked


@pytest.fixture
def unlocked(backend: str, unlocked_databases: Callable[[str], Engine]) -> Engine:
    """The unlocked database of a backend."""
    return unlocked_databases(backend)


@pytest.fixture
def book(unlocked: Engine, ledger_name: str) -> Ledger:
    """Five facts: two of one order, then one each of three others."""
    ledger = open_ledger(unlocked, ledger_name)
    fact = NewFact("order.noted.v1", b'{"n":1,"type":"order.noted.v1"}')
    ledger.append("c", b"h", [Write("order/0", 0, (fact, fact))])
    ledger.append("d", b"h", [Write(f"order/{n}", 0, (fact,)) for n in range(1, 4)])
    return ledger


def tamper(engine: Engine, ledger: Ledger, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            query = text(f"{statement} and ledger = :ledger")
            values = {"ledger": ledger.name, "edited": b'{"n":2,"type":"order.noted.v1"}'}
            connection.execute(query, {name: values[name] for name in query.compile().params})


@pytest.mark.parametrize(
    ("statement", "position"),
    [
        pytest.param("update fact set body = :edited where position = 2", 2, id="edited body"),
        pytest.param("update fact set type = 'other.v1' where position = 2", 2, id="edited type"),
        pytest.param("update fact set leaf = body where position = 3", 3, id="edited leaf"),
        pytest.param("update fact set recorded_at = recorded_at - 1 where position = 3", 3, id="dated back"),
        pytest.param(
            "update fact set recorded_at = recorded_at + 1 where position = 5", 5, id="dated forward"
        ),
        pytest.param("update fact set stream = 'order/9' where position = 4", 4, id="other stream"),
        pytest.param("update fact set version = 7 where position = 2", 2, id="other version"),
        pytest.param("delete from fact where position = 1", 2, id="deleted first"),
        pytest.param("delete from fact where position = 3", 4, id="deleted"),
    ],
)
def test_the_first_altered_fact_is_named(
    unlocked: Engine, book: Ledger, statement: str, position: int
) -> None:
    tamper(unlocked, book, statement)
    report = verify(book.read())
    assert report.flaw is not None and report.flaw.position == position


def test_two_facts_that_changed_places_are_found(unlocked: Engine, book: Ledger) -> None:
    tamper(
        unlocked,
        book,
        "update fact set position = 99 where position = 4",
        "update fact set position = 4 where position = 5",
        "update fact set position = 5 where position = 99",
    )
    report = verify(book.read())
    assert report.flaw is not None and (report.flaw.position, report.sound) == (4, 3)


def test_a_deletion_covered_up_by_renumbering_is_found(unlocked: Engine, book: Ledger) -> None:
    tamper(
        unlocked,
        book,
        "delete from fact where position = 3",
        "update fact set position = 3 where position = 4",
        "update fact set position = 4 where position = 5",
    )
    report = verify(book.read())
    assert report.flaw is not None and report.flaw.position == 3


def test_a_fact_of_another_ledger_is_found(book: Ledger) -> None:
    facts = book.read()
    facts[2] = replace(facts[2], ledger="other")
    assert verify(facts).sound == 2


def recorded(stream: int, position: int, version: int) -> StoredFact:
    at = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(seconds=position)
    body = b'{"type":"order.noted.v1"}'
    return stored_fact("book", position, f"order/{stream}", version, "order.noted.v1", at, body)


@settings(deadline=None)
@given(streams=st.lists(st.integers(0, 3), min_size=1, max_size=12), data=st.data())
def test_any_change_to_any_fact_is_found(streams: list[int], data: st.DataObject) -> None:
    facts = [recorded(s, n + 1, streams[: n + 1].count(s)) for n, s in enumerate(streams)]
    assert verify(facts).flaw is None
    n = data.draw(st.integers(0, len(facts) - 1))
    fact = facts[n]
    facts[n] = data.draw(
        st.sampled_from(
            [
                replace(fact, body=fact.body + b" "),
                replace(fact, type="other.v1"),
                replace(fact, stream="order/x"),
                replace(fact, version=fact.version + 1),
                replace(fact, position=fact.position + 1),
                replace(fact, recorded_at=fact.recorded_at + timedelta(microseconds=1)),
                replace(fact, leaf=sha256(fact.leaf).digest()),
            ]
        )
    )
    report = verify(facts)
    assert report.flaw is not None and report.sound == n


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'{"typ":1}'])
def test_a_body_without_its_type_is_found(body: bytes) -> None:
    assert verify([forged(recorded(0, 1, 1), 1, body)]).flaw is not None
