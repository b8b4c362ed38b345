"""A broker that is away, killed or emptied under load: commands go on, and consumers have everything once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import Engine

from bihuan.parts.kafka import KafkaServer
from shared.bus import cursors
from shared.bus.arrivals import Arrivals, KafkaFeed
from shared.bus.faults import FaultOfTheMoment
from shared.bus.following import follow
from shared.bus.relay import NAME, Relay
from shared.ledger.engines import open_ledger
from tests.contracts.bus.conftest import Bench
from tests.contracts.bus.test_kafka import everything, position
from tests.fakes.chance import LONG
from tests.journeys.chaos.campaign import wait_until

OUTAGE_S = 300 if LONG else 15
PATIENCE_S = 600.0
_serial = count(1)


@pytest.fixture
def engine(databases: Callable[[str], Engine]) -> Engine:
    """The database that stands beside Kafka in production."""
    return databases("postgresql")


@pytest.fixture
def server(kafka_server: KafkaServer, parts_folder: Path) -> Iterator[KafkaServer]:
    """A broker of one test's own."""
    made = KafkaServer(kafka_server.java, kafka_server.jars, parts_folder / f"kafka-{next(_serial)}")
    made.start()
    yield made
    made.stop()


@contextmanager
def at_work(engine: Engine, server: KafkaServer) -> Iterator[Bench]:
    """A relay and a consumer that follow a ledger, each in a thread."""
    ledger = open_ledger(engine, f"away-{next(_serial)}")
    arrivals, relay, stop = Arrivals(server.broker), Relay(engine, server.broker), Event()
    bench = Bench(engine, ledger, KafkaFeed(ledger, arrivals, quiet=1.0))
    arrivals.start()
    turns = (lambda: relay.turn(ledger), bench.run)
    following = [Thread(target=follow, args=(turn, stop, Event(), 0.05)) for turn in turns]
    for thread in following:
        thread.start()
    try:
        yield bench
    finally:
        stop.set()
        for thread in following:
            thread.join()
        arrivals.stop()
        relay.close()


def await_all(bench: Bench) -> None:
    """Everything is seen, and acknowledged by the broker."""
    ledger = bench.ledger
    wait_until(lambda: len(bench.seen()) == ledger.head(), PATIENCE_S)
    wait_until(lambda: cursors.position(bench.engine, NAME, ledger.name) == ledger.head(), PATIENCE_S)


@pytest.mark.timeout(2400)
def test_a_dead_broker_and_the_loss_of_all_topics_lose_no_fact(engine: Engine, server: KafkaServer) -> None:
    with at_work(engine, server) as bench:
        for round_ in range(3):
            for number in range(20):
                bench.write("message/a", f"{round_}.{number}")
                if number == 10:
                    server.kill()
            if round_ == 2:
                server.lose_everything()
            with pytest.raises(FaultOfTheMoment):
                Relay(engine, server.broker).turn(bench.ledger)
            server.start()
            bench.write("message/a", f"{round_}.after")
            await_all(bench)
            if round_ < 2:  # what was acknowledged is there: all of it, killed or not
                published = {position(record) for record in everything(server.broker, bench.ledger)}
                assert published == {str(n + 1) for n in range(bench.ledger.head())}
    assert bench.seen() == [f"{r}.{n}" for r in range(3) for n in (*range(20), "after")]


@pytest.mark.timeout(2400)
def test_what_is_written_during_a_long_outage_is_published_in_order_afterwards(
    engine: Engine, server: KafkaServer
) -> None:
    """300 seconds in a long run (BIHUAN_LONG=1)."""
    with at_work(engine, server) as bench:
        bench.write("message/a", "before")
        await_all(bench)
        server.kill()
        written, end = ["before"], time.monotonic() + OUTAGE_S
        while time.monotonic() < end:
            written.append(f"{len(written)}")
            bench.write(f"message/{len(written) % 7}", written[-1])
            time.sleep(0.05)
        server.start()
        await_all(bench)
        order = [position(record) for record in everything(server.broker, bench.ledger)]
        assert list(dict.fromkeys(order)) == [str(n + 1) for n in range(bench.ledger.head())]
    assert sorted(bench.seen()) == sorted(written), "each once"
