"""What every ledger promises to many writers at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from random import Random
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
from tests.fakes.chance import LONG, chance

FACT_TYPE = "hazard.noted.v1"
BODY = b'{"type":"hazard.noted.v1"}'
WRITERS = 50
ROUNDS = 40 if LONG else 3
T = TypeVar("T")


def one(stream: str, expected: int = 0) -> list[Write]:
    return [Write(stream, expected, (NewFact(FACT_TYPE, BODY),))]


def together(luck: Random, count: int, act: Callable[[int], T]) -> list[T]:
    """Start every act at almost the same moment, each in a thread of its own, in an order left to chance."""
    ready, late = Barrier(count), [luck.choice((0.0, luck.uniform(0, 0.01))) for _ in range(count)]

    def started(n: int) -> T:
        ready.wait()
        sleep(late[n])
        return act(n)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(started, range(count)))


def test_of_fifty_writers_on_one_version_one_wins(ledger: Ledger) -> None:
    luck = chance()
    for turn in range(1, ROUNDS + 1):

        def write(n: int, turn: int = turn) -> bool:
            try:
                ledger.append(f"c{turn}/{n}", b"h", one(f"order/{turn}"))
            except VersionConflict:
                return False
            return True

        assert together(luck, WRITERS, write).count(True) == 1
        assert ledger.head() == turn


def test_fifty_writers_on_one_stream_leave_gapless_versions(ledger: Ledger) -> None:
    luck = chance()
    for turn in range(1, ROUNDS + 1):
        stream = f"order/{turn}"

        def write(n: int, stream: str = stream) -> int:
            while True:
                version = ledger.version(stream)
                try:
                    return ledger.append(f"{stream}/{n}", b"h", one(stream, version)).versions[stream]
                except VersionConflict:
                    continue

        assert sorted(together(luck, WRITERS, write)) == list(range(1, WRITERS + 1))
    assert verify(ledger.read(limit=ROUNDS * WRITERS)).sound == ROUNDS * WRITERS


def test_writers_of_many_streams_leave_gapless_positions(ledger: Ledger) -> None:
    def write(n: int) -> list[Appended]:
        return [
            ledger.append(f"c{n}/{m}", b"h", [*one(f"order/{n}", m), *one(f"hazard/{n}/{m}")])
            for m in range(4)
        ]

    answers = [answer for answers in together(chance(), 8, write) for answer in answers]
    assert sorted(answer.first for answer in answers) == list(range(1, 64, 2))
    report = verify(ledger.read())
    assert (report.sound, report.flaw) == (64, None)


def test_one_command_of_eleven_streams_sent_eight_times_happens_once(ledger: Ledger) -> None:
    luck = chance()
    for turn in range(ROUNDS):
        writes = [write for n in range(11) for write in one(f"hazard/{turn}-{n}")]
        command = f"visit-{turn}"
        answers = together(
            luck, 8, lambda _, writes=writes, command=command: ledger.append(command, b"h", writes)
        )
        assert [answer.repeated for answer in answers].count(False) == 1
        assert {(answer.first, answer.last) for answer in answers} == {(turn * 11 + 1, turn * 11 + 11)}
        assert ledger.head() == turn * 11 + 11


def test_commands_of_eleven_streams_in_opposite_orders_do_not_deadlock(ledger: Ledger) -> None:
    luck = chance()
    for turn in range(1, ROUNDS + 1):

        def visit(n: int, turn: int = turn) -> bool:
            writes = [write for m in range(11) for write in one(f"hazard/{turn}-{m}")]
            try:
                ledger.append(f"visit{turn}/{n}", b"h", writes[:: 1 if n % 2 else -1])
            except VersionConflict:
                return False
            return True

        assert together(luck, 8, visit).count(True) == 1
        assert ledger.head() == turn * 11


def test_a_writer_paused_before_commit_is_neither_skipped_nor_overtaken(
    postgres: Engine, ledger_name: str
) -> None:
    """Whoever comes while it is paused, on its stream or another, comes after it; readers see nothing beyond it."""
    luck, ledger = chance(), open_ledger(postgres, ledger_name)
    for _ in range(ROUNDS):
        before, version = ledger.head(), ledger.version("order/1")
        others = [luck.choice(("same", "other")) for _ in range(luck.randint(1, 6))]
        done: list[Appended] = []

        def write(
            n: int, kind: str, after: int = version + 1, before: int = before, done: list[Appended] = done
        ):
            command, stream = f"{kind}-{before}-{n}", "order/1" if kind == "same" else f"order/{before}-{n}"
            while True:
                try:
                    expected = after if kind == "same" else 0
                    done.append(ledger.append(command, b"h", one(stream, expected)))
                except VersionConflict:
                    after += 1  # another of the same kind was first
                else:
                    return

        with postgres.connect() as paused:
            transaction = paused.begin()
            append_within(paused, ledger_name, f"paused-{before}", "order/1", version)
            threads = [Thread(target=write, args=(n, kind)) for n, kind in enumerate(others)]
            for thread in threads:
                thread.start()
            wait_until(partial(waiting_for_lock, postgres, len(others)))
            assert (ledger.head(), done) == (before, [])
            transaction.commit()
        for thread in threads:
            thread.join()
        [first] = ledger.read(before, 1)
        assert (first.position, first.stream, first.version) == (before + 1, "order/1", version + 1)
        assert sorted(answer.first for answer in done) == [before + 2 + n for n in range(len(others))]
        assert ledger.version("order/1") == version + 1 + others.count("same")


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
