"""What every ledger promises to many writers at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Thread
from time import monotonic, sleep
from typing import TypeVar

import pytest
from sqlalchemy import Connection, Engine, insert, text

from shared.ledger.engines import open_ledger
from shared.ledger.leaf import leaf
from shared.ledger.port import Appended, Ledger, NewFact, VersionConflict, Write
from shared.ledger.tables import FACT
from shared.ledger.verify import verify

FACT_TYPE = "hazard.noted.v1"
BODY = b'{"type":"hazard.noted.v1"}'
WRITERS = 50
T = TypeVar("T")


def one(stream: str, expected: int = 0) -> list[Write]:
    return [Write(stream, expected, (NewFact(FACT_TYPE, BODY),))]


def together(count: int, act: Callable[[int], T]) -> list[T]:
    """Start every act at the same moment, each in a thread of its own."""
    ready = Barrier(count)

    def started(n: int) -> T:
        ready.wait()
        return act(n)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(started, range(count)))


def test_of_fifty_writers_on_one_version_one_wins(ledger: Ledger) -> None:
    def write(n: int) -> bool:
        try:
            ledger.append(f"c{n}", b"h", one("order/1"))
        except VersionConflict:
            return False
        return True

    assert together(WRITERS, write).count(True) == 1
    assert ledger.head() == 1


def test_fifty_writers_on_one_stream_leave_gapless_versions(ledger: Ledger) -> None:
    def write(n: int) -> int:
        while True:
            version = ledger.version("order/1")
            try:
                return ledger.append(f"c{n}", b"h", one("order/1", version)).versions["order/1"]
            except VersionConflict:
                continue

    assert sorted(together(WRITERS, write)) == list(range(1, WRITERS + 1))
    assert verify(ledger.read()).sound == WRITERS


def test_writers_of_many_streams_leave_gapless_positions(ledger: Ledger) -> None:
    def write(n: int) -> list[Appended]:
        return [
            ledger.append(f"c{n}/{m}", b"h", [*one(f"order/{n}", m), *one(f"hazard/{n}/{m}")])
            for m in range(4)
        ]

    answers = [answer for answers in together(8, write) for answer in answers]
    assert sorted(answer.first for answer in answers) == list(range(1, 64, 2))
    report = verify(ledger.read())
    assert (report.sound, report.flaw) == (64, None)


def test_one_command_of_eleven_streams_sent_eight_times_happens_once(ledger: Ledger) -> None:
    writes = [write for n in range(11) for write in one(f"hazard/{n}")]
    answers = together(8, lambda _: ledger.append("visit", b"h", writes))
    assert [answer.repeated for answer in answers].count(False) == 1
    assert {(answer.first, answer.last) for answer in answers} == {(1, 11)}
    assert ledger.head() == 11


def test_commands_of_eleven_streams_in_opposite_orders_do_not_deadlock(ledger: Ledger) -> None:
    def visit(n: int) -> bool:
        writes = [write for m in range(11) for write in one(f"hazard/{m}")]
        try:
            ledger.append(f"visit{n}", b"h", writes[:: 1 if n % 2 else -1])
        except VersionConflict:
            return False
        return True

    assert together(8, visit).count(True) == 1
    assert ledger.head() == 11


def test_a_writer_paused_before_commit_is_neither_skipped_nor_overtaken(
    postgres: Engine, ledger_name: str
) -> None:
    ledger = open_ledger(postgres, ledger_name)
    ledger.append("c0", b"h", one("order/1"))
    done: list[Appended] = []
    with postgres.connect() as paused:
        transaction = paused.begin()
        append_within(paused, ledger_name, "paused", "order/1", 1)
        others = [
            Thread(target=lambda: done.append(ledger.append("same", b"h", one("order/1", 2)))),
            Thread(target=lambda: done.append(ledger.append("other", b"h", one("order/2")))),
        ]
        for thread in others:
            thread.start()
        wait_until(lambda: waiting_for_lock(postgres, 2))
        assert ([fact.position for fact in ledger.read()], done) == ([1], [])
        transaction.commit()
    for thread in others:
        thread.join()
    assert [(fact.position, fact.stream) for fact in ledger.read()][1] == (2, "order/1")
    assert (sorted(answer.first for answer in done), ledger.version("order/1")) == ([3, 4], 3)


def test_a_writer_paused_and_then_rolled_back_leaves_no_gap(postgres: Engine, ledger_name: str) -> None:
    ledger = open_ledger(postgres, ledger_name)
    done: list[Appended] = []
    with postgres.connect() as paused:
        transaction = paused.begin()
        append_within(paused, ledger_name, "paused", "order/1", 0)
        other = Thread(target=lambda: done.append(ledger.append("other", b"h", one("order/2"))))
        other.start()
        wait_until(lambda: waiting_for_lock(postgres, 1))
        transaction.rollback()
    other.join()
    assert ([answer.first for answer in done], ledger.version("order/1")) == ([1], 0)


def test_ledgers_do_not_wait_for_each_other(postgres: Engine, ledger_name: str) -> None:
    with postgres.connect() as paused, paused.begin():
        append_within(paused, ledger_name, "paused", "order/1", 0)
        assert open_ledger(postgres, f"{ledger_name}-neighbour").append("c", b"h", one("order/1")).first == 1


def test_in_sqlite_others_wait_for_a_paused_writer(sqlite: Engine, ledger_name: str) -> None:
    ledger = open_ledger(sqlite, ledger_name)
    done: list[Appended] = []
    asked = Event()

    def write(n: int) -> None:
        asked.set()
        done.append(ledger.append(f"c{n}", b"h", one(f"order/{n}")))

    others = [Thread(target=write, args=(n,)) for n in range(2, 7)]
    with sqlite.begin() as paused:
        row = {"ledger": ledger_name, "position": 1, "stream": "order/1", "kind": "order", "version": 1}
        row |= {"type": FACT_TYPE, "recorded_at": 0, "body": BODY}
        paused.execute(insert(FACT), row | {"leaf": leaf(ledger_name, 1, "order/1", 1, 0, BODY)})
        for thread in others:
            thread.start()
        asked.wait()
        sleep(0.2)
        assert (ledger.read(), done) == ([], [])
    for thread in others:
        thread.join()
    assert sorted(answer.first for answer in done) == [2, 3, 4, 5, 6]
    assert (ledger.head(), verify(ledger.read()).flaw) == (6, None)


def append_within(connection: Connection, ledger: str, command: str, stream: str, expected: int) -> None:
    """Append in a transaction that the caller holds open, as no program of ours would."""
    statement = text(
        "select bihuan_append(:ledger, :command, 'h', array[:stream], array[:expected],"
        " array[:stream], array[:type], array[cast(:body as bytea)], '{}', '{}')"
    )
    asked = {"ledger": ledger, "command": command, "stream": stream, "expected": expected}
    connection.execute(statement, asked | {"type": FACT_TYPE, "body": BODY})


def waiting_for_lock(engine: Engine, count: int) -> bool:
    with engine.connect() as connection:
        query = text("select count(*) from pg_locks where locktype = 'advisory' and not granted")
        return bool(connection.execute(query).scalar_one() == count)


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = monotonic() + seconds
    while not condition():
        if monotonic() > deadline:
            pytest.fail("the others never came to wait")
        sleep(0.02)
