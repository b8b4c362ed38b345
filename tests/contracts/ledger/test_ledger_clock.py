"""The installation's clock, and the recorded time that follows it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from sqlalchemy import Engine, text, update

from shared.ledger.clockface import ClockFace, Mode, read_clock
from shared.ledger.engines import open_ledger
from shared.ledger.installation import FoundedOtherwise, Installation, found, installation
from shared.ledger.port import NewFact, Write
from shared.ledger.tables import CLOCK
from shared.runtime.clock import Clock, ClockGoesBack, RealInstallation

LATER = datetime(2031, 2, 16, 9, 0, tzinfo=UTC)
FACT = NewFact("order.noted.v1", b'{"type":"order.noted.v1"}')
DAY = timedelta(days=1)


REAL_TIME = ClockFace(Mode.REAL, 0, 0, 1_000_000)


@pytest.fixture(scope="module")
def demonstrations(new_database: Callable[[str], Engine]) -> Callable[[str], Engine]:
    """On each backend a demonstration whose clock no other test reads."""

    @cache
    def demonstration(backend: str) -> Engine:
        engine = new_database(backend)
        found(engine, Installation.DEMONSTRATION)
        return engine

    return demonstration


@pytest.fixture
def demonstration(backend: str, demonstrations: Callable[[str], Engine]) -> Engine:
    """A demonstration that shows real time."""
    engine = demonstrations(backend)
    show(engine, REAL_TIME)
    return engine


@pytest.fixture
def clock(demonstration: Engine) -> Clock:
    """The clock of a demonstration."""
    return Clock(demonstration)


def show(engine: Engine, face: ClockFace) -> None:
    """Set the clock as no program of ours would."""
    values = {"mode": face.mode, "base": face.base, "since": face.since, "rate_ppm": face.rate_ppm}
    with engine.begin() as connection:
        connection.execute(update(CLOCK), values)


def test_a_new_clock_shows_real_time_in_shanghai(clock: Clock) -> None:
    before = datetime.now(UTC)
    shown = clock.now()
    assert before - timedelta(seconds=1) < shown < datetime.now(UTC) + timedelta(seconds=1)
    assert (shown.utcoffset(), shown.tzname()) == (timedelta(hours=8), "Asia/Shanghai")
    assert clock.seconds_until(shown - DAY) == 0
    assert clock.seconds_until(shown + DAY) == pytest.approx(86400, abs=5)


def test_a_frozen_clock_stands_and_then_runs_on(clock: Clock) -> None:
    stopped = clock.freeze()
    assert (clock.now(), clock.now()) == (stopped, stopped)
    assert (clock.seconds_until(stopped + DAY), clock.seconds_until(stopped)) == (None, 0)
    assert clock.run() == stopped
    assert stopped <= clock.now() < stopped + timedelta(seconds=10)


def test_a_scaled_clock_makes_shorter_waits(clock: Clock) -> None:
    clock.set_forward(LATER)
    clock.freeze()
    start = clock.run(rate=86400)
    assert clock.seconds_until(start + 30 * DAY) == pytest.approx(30, abs=10)
    first, second = clock.now(), clock.now()
    assert start < first < second
    stopped = clock.freeze()
    assert second <= stopped < second + 10 * DAY


def test_a_clock_moves_forward_and_never_back(clock: Clock) -> None:
    clock.freeze()
    assert clock.set_forward(LATER) == LATER
    assert clock.now() == LATER
    with pytest.raises(ClockGoesBack):
        clock.set_forward(LATER - timedelta(microseconds=1))
    assert clock.set_forward(LATER) == LATER


def test_a_clock_moved_while_it_runs_goes_on_running(clock: Clock) -> None:
    clock.set_forward(LATER)
    assert LATER < clock.now() < LATER + timedelta(seconds=10)
    assert clock.seconds_until(LATER + DAY) == pytest.approx(86400, abs=10)


def test_a_clock_runs_forward_only(clock: Clock) -> None:
    for rate in (0, -1):
        with pytest.raises(ValueError, match="forward"):
            clock.run(rate)


def test_one_process_sees_no_step_back_of_the_machines_clock(demonstration: Engine, clock: Clock) -> None:
    clock.set_forward(LATER)
    shown = clock.now()
    with demonstration.begin() as connection:
        connection.execute(text("update clock set base = base - 60000000"))
    assert clock.now() >= shown


def test_only_a_demonstrations_clock_can_be_moved(own_engine: Engine) -> None:
    clock = Clock(own_engine)
    for _ in range(2):
        for move in (clock.freeze, clock.run, lambda: clock.set_forward(LATER)):
            with pytest.raises(RealInstallation):
                move()
        assert clock.now() < LATER
        found(own_engine, Installation.REAL)  # the second time round


def test_what_an_installation_is_never_changes(own_engine: Engine) -> None:
    found(own_engine, Installation.REAL)
    found(own_engine, Installation.REAL)
    with pytest.raises(FoundedOtherwise):
        found(own_engine, Installation.DEMONSTRATION)
    assert installation(own_engine) is Installation.REAL


def test_facts_are_recorded_by_the_installations_clock(
    demonstration: Engine, clock: Clock, ledger_name: str
) -> None:
    ledger = open_ledger(demonstration, ledger_name)
    clock.freeze()
    clock.set_forward(LATER)
    ledger.append("c", b"h", [Write("order/1", 0, (FACT,))])
    clock.set_forward(LATER + DAY)
    ledger.append("d", b"h", [Write("order/1", 1, (FACT,))])
    assert [fact.recorded_at for fact in ledger.read()] == [LATER, LATER + DAY]


def test_recorded_time_never_goes_back_within_a_ledger(
    demonstration: Engine, clock: Clock, ledger_name: str
) -> None:
    ledger = open_ledger(demonstration, ledger_name)
    clock.freeze()
    clock.set_forward(LATER)
    ledger.append("c", b"h", [Write("order/1", 0, (FACT,))])
    for n, jump in enumerate((-30 * DAY, DAY, -3 * DAY), start=1):
        with demonstration.begin() as connection:
            moved = {"jump": jump // timedelta(microseconds=1)}
            connection.execute(text("update clock set base = base + :jump"), moved)
        ledger.append(f"d{n}", b"h", [Write("order/1", n, (FACT,))])
    assert {fact.recorded_at for fact in ledger.read()} == {LATER}


@pytest.mark.parametrize(
    "face",
    [
        REAL_TIME,
        ClockFace(Mode.FROZEN, 1_900_000_000_000_001, 5, 1_000_000),
        ClockFace(Mode.SCALED, 1_900_000_000_000_001, 1_700_000_000_000_007, 86_400_000_001),
        ClockFace(Mode.SCALED, 1_900_000_000_000_001, 9_000_000_000_000_000, 1_000_000),
    ],
)
def test_database_and_programs_read_the_clock_alike(
    demonstrations: Callable[[str], Engine], face: ClockFace
) -> None:
    engine = demonstrations("postgresql")
    show(engine, face)
    with engine.connect() as connection:
        read, before = read_clock(connection)
        shown = connection.execute(text("select clock_now()")).scalar_one()
        _, after = read_clock(connection)
    assert read == face
    assert face.at(before) <= shown <= face.at(after)
