"""What the bus on a real broker promises: bytes as stored, nothing counted before it is acknowledged, nothing lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from threading import Thread

import pytest
from kafka.consumer.fetcher import ConsumerRecord
from sqlalchemy import Engine
from structlog.testing import capture_logs

from bihuan.parts.kafka import KafkaServer
from shared.bus import cursors
from shared.bus.arrivals import Arrivals, KafkaFeed
from shared.bus.broker import TOPIC, Broker
from shared.bus.cloudevents import Message, message
from shared.bus.consumer import run_once
from shared.bus.relay import NAME, Relay
from shared.ledger.port import Ledger, StoredFact
from tests.contracts.bus.conftest import Bench, Published
from tests.fakes.leaves import forged
from tests.journeys.chaos.campaign import wait_until

_serial = count(1)


@pytest.fixture(params=("postgresql",))
def engine(request: pytest.FixtureRequest, databases: Callable[[str], Engine]) -> Engine:
    """The database that stands beside Kafka in production."""
    return databases(request.param)


@pytest.fixture
def relay(engine: Engine, kafka_server: KafkaServer) -> Iterator[Relay]:
    made = Relay(engine, kafka_server.broker)
    yield made
    made.close()


@pytest.fixture
def hearing(kafka_server: KafkaServer) -> Iterator[Arrivals]:
    made = Arrivals(kafka_server.broker)
    made.start()
    assert made.listening.wait(60)
    yield made
    made.stop()


@pytest.fixture
def feed(ledger: Ledger, relay: Relay, hearing: Arrivals) -> Published:
    return Published(ledger, relay, hearing)


def everything(broker: Broker, ledger: Ledger) -> list[ConsumerRecord]:
    """The ledger as the broker has it, once the last fact is there; what an outage sent twice is there twice."""
    found: list[ConsumerRecord] = []
    last = str(ledger.head())
    end = time.monotonic() + 600
    consumer = broker.consumer()
    try:
        Arrivals.assign(consumer)
        consumer.seek_to_beginning()
        while all(position(record) != last for record in found):
            assert time.monotonic() < end, f"the broker does not have fact {last}"
            for records in consumer.poll(timeout_ms=1000).values():
                found += [r for r in records if r.key == ledger.name.encode()]
    finally:
        consumer.close()
    return found


def send(broker: Broker, *messages: Message) -> None:
    """Publish what anyone could who may write the topic."""
    producer = broker.producer()
    for one in messages:
        producer.send(TOPIC, key=one.key, value=one.value, headers=one.headers).get(30)
    producer.close()


def lying(true: StoredFact, position: int) -> StoredFact:
    """A lie about a position, with the leaf that it would have."""
    return forged(true, position, true.body.replace(b"true", b"lies"))


def position(record: ConsumerRecord) -> str:
    """Where in its ledger the record says it stands."""
    return dict(record.headers)["ce_id"].decode()


def test_a_fact_travels_as_a_cloud_event_of_its_stored_bytes(
    bench: Bench, relay: Relay, kafka_server
) -> None:
    bench.write("message/a", "甲", "乙")
    assert relay.turn(bench.ledger) == 2
    first, second = everything(kafka_server.broker, bench.ledger)
    stored = bench.ledger.read()
    assert [first.value, second.value] == [fact.body for fact in stored]
    attributes = {name: value.decode() for name, value in first.headers}
    assert attributes == {
        "content-type": "application/json",
        "ce_specversion": "1.0",
        "ce_id": "1",
        "ce_source": f"/ledgers/{bench.ledger.name}",
        "ce_type": "message.owed.v1",
        "ce_subject": "message/a",
        "ce_time": stored[0].recorded_at.isoformat(),
        "ce_streamversion": "1",
        "ce_leaf": stored[0].leaf.hex(),
    }


def test_a_damaged_message_is_left_out_and_read_from_the_ledger(
    bench: Bench, hearing: Arrivals, kafka_server: KafkaServer
) -> None:
    bench.write("message/a", "true", "last")
    true, last = bench.ledger.read()
    one = message(true)
    damaged = [
        message(replace(true, body=true.body.replace(b"true", b"lies"))),
        Message(b"", b"\xff", []),
        *(
            replace(one, headers=[(name, value if name == at else kept) for name, kept in one.headers])
            for at, value in [("ce_time", b"2026-03-02T09:30:00"), ("ce_id", b"-1")]
        ),
    ]
    with capture_logs() as logs:
        send(kafka_server.broker, *damaged, message(last))
        wait_until(lambda: hearing.head(bench.ledger.name) == 2)
        assert hearing.listening.is_set()
    assert [fact.position for fact in hearing.beyond(bench.ledger.name, 0)] == [2]
    run_once(bench.engine, bench.ledger, bench.consumer, 500, KafkaFeed(bench.ledger, hearing))
    assert bench.seen() == ["true", "last"]
    assert {log["event"] for log in logs if log.get("alarm")} == {"bus.not_a_fact"}


def test_a_forgery_that_is_consistent_in_itself_is_found_out_by_the_ledger(
    bench: Bench, hearing: Arrivals, kafka_server: KafkaServer
) -> None:
    bench.write("message/a", "true", "last")
    true, last = bench.ledger.read()
    beyond = 10**6
    send(kafka_server.broker, message(last), message(lying(true, 1)), message(lying(true, beyond)))
    wait_until(lambda: hearing.head(bench.ledger.name) == beyond)
    bench.feed = KafkaFeed(bench.ledger, hearing)
    with capture_logs() as logs:
        while bench.run():
            pass
    assert bench.seen() == ["true", "last"]
    assert cursors.position(bench.engine, "witness", bench.ledger.name) == 2
    assert {log["event"] for log in logs if log.get("alarm")} == {"bus.not_in_the_ledger"}


def test_two_relays_at_once_make_consumers_derive_nothing_twice(
    bench: Bench, relay: Relay, kafka_server
) -> None:
    other = Relay(bench.engine, kafka_server.broker)
    bench.write("message/a", *"abcdef")
    both = [Thread(target=one.turn, args=(bench.ledger,)) for one in (relay, other)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    other.close()
    while bench.run():
        pass
    assert bench.seen() == list("abcdef")
    assert cursors.position(bench.engine, NAME, bench.ledger.name) == 6


def test_what_kafka_never_brought_is_found_in_the_ledger_after_a_while(
    bench: Bench, hearing: Arrivals
) -> None:
    bench.feed = KafkaFeed(bench.ledger, hearing, quiet=0.1)
    assert bench.run() == 0
    bench.write("message/a", "a", "b")
    wait_until(lambda: bench.run() == 2)
    assert bench.seen() == ["a", "b"]
