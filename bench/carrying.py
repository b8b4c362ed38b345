"""How long a fact takes from its commit to a consumer over Kafka, beside a bare producer and consumer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from statistics import median, quantiles
from threading import Event, Thread
from time import perf_counter, sleep
from uuid import uuid4

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from sqlalchemy import Connection, Engine

from bench import places
from bench.appends import BODY
from bench.figures import ROUNDS, Figure
from bihuan.parts.jars import obtain_jars
from bihuan.parts.java import find_java
from bihuan.parts.kafka import KafkaServer
from bihuan.parts.telling import Teller
from shared.bus.arrivals import Arrivals, KafkaFeed
from shared.bus.broker import Broker
from shared.bus.consumer import Consumer
from shared.bus.following import follow
from shared.bus.relay import Relay
from shared.bus.tail import POLL, tail
from shared.ledger.engines import open_engine, open_ledger
from shared.ledger.port import NewFact, Write
from shared.vocabulary.fact import Actor, Context, Recorded
from shared.vocabulary.paper_facts import MessageOwed
from shared.wire.codec import encode

LEDGER, BARE = "t-bench", "bare"
FACTS, PAUSE_S = 200, 0.03
PATIENCE_S = 60.0


def figures() -> Iterator[Figure]:
    """The median and the slowest of a hundred, of several rounds each."""
    with ExitStack() as stack:
        server = stack.enter_context(places.postgres())
        url, engine = stack.enter_context(places.migrated(server, "carrying"))
        broker = stack.enter_context(_kafka())
        ours, bare = _Ours(engine, open_engine(url, lasting=False), broker), _Bare(broker)
        stack.callback(ours.close)
        stack.callback(bare.close)
        rounds = [(_seconds(ours.send, ours.heard), _seconds(bare.send, bare.heard)) for _ in range(ROUNDS)]
    for name, zh, en, of in (
        ("p50", "中位", "median", median),
        ("p99", "百分之九十九", "99th percentile", lambda many: quantiles(many, n=100)[98]),
    ):
        found = tuple((1000 * of(one), 1000 * of(other)) for one, other in rounds)
        yield Figure(
            f"bus.{name}", f"从提交到消费者（{zh}）", f"commit to consumer, {en}", "ms",
            median(one for one, _ in found), median(other for _, other in found),
            "a bare producer and consumer", 2.0, at_most=True, rounds=found,
        )  # fmt: skip


@contextmanager
def _kafka() -> Iterator[Broker]:
    java, _major = find_java()
    with places.folder() as folder:
        server = KafkaServer(java, obtain_jars(Teller()), folder / "kafka")
        server.start()
        try:
            yield server.broker
        finally:
            server.stop()


def _seconds(send: Callable[[], tuple[str, float]], heard: dict[str, float]) -> list[float]:
    """From the moment of sending until the consumer has it."""
    sent: dict[str, float] = {}
    for _ in range(FACTS):
        name, at = send()
        sent[name] = at
        sleep(PAUSE_S)
    end = perf_counter() + PATIENCE_S
    while sent.keys() - heard.keys():
        if perf_counter() > end:
            raise TimeoutError(f"{len(sent.keys() - heard.keys())} never arrived")
        sleep(0.01)
    return [max(heard[name] - at, 0.0) for name, at in sent.items()]


class _Ours:
    """Ledger, relay and a consumer with its cursor, as the production shape has them."""

    def __init__(self, engine: Engine, deriving: Engine, broker: Broker) -> None:
        self.heard: dict[str, float] = {}
        self._ledger, self._relay = open_ledger(engine, LEDGER), Relay(engine, broker)
        self._stop, self._wake, self._arrivals = Event(), Event(), Arrivals(broker)
        broker.ensure_topic()
        self._arrivals.start()
        self._arrivals.listening.wait(PATIENCE_S)
        consumer = Consumer("bench", self._handle)
        feed = KafkaFeed(self._ledger, self._arrivals)
        self._arrivals.wakes(LEDGER, self._wake)
        works: list[Callable[[], None]] = [
            lambda: follow(lambda: self._relay.turn(self._ledger), self._stop, Event(), POLL),
            lambda: tail(deriving, self._ledger, lambda: [consumer], self._stop, self._wake, feed=feed),
        ]
        self._threads = [Thread(target=work, daemon=True) for work in works]
        for thread in self._threads:
            thread.start()

    def send(self) -> tuple[str, float]:
        """One fact, and when its commit was known."""
        name = uuid4().hex
        fact = MessageOwed(name, ("office_head",), "order/1", "2026-03-02", "x" * 300)
        write = Write(f"message/{name}", 0, (NewFact(fact.TYPE, encode(fact, _CONTEXT)),))
        self._ledger.append(name, bytes(32), [write])
        return name, perf_counter()

    def close(self) -> None:
        """End the threads."""
        self._stop.set()
        self._wake.set()
        for thread in self._threads:
            thread.join()
        self._arrivals.stop()
        self._relay.close()

    def _handle(self, _tx: Connection, streams: Sequence[Sequence[Recorded]]) -> None:
        now = perf_counter()
        for [record] in streams:
            self.heard[record.stream.partition("/")[2]] = now


class _Bare:
    """The same client with the same settings, and nothing around it."""

    def __init__(self, broker: Broker) -> None:
        self.heard: dict[str, float] = {}
        self._producer: KafkaProducer = broker.producer()
        self._consumer: KafkaConsumer = broker.consumer()
        admin = KafkaAdminClient(**broker.settings())
        admin.create_topics({BARE: {"num_partitions": 1, "replication_factor": -1}})
        admin.close()
        self._consumer.assign([TopicPartition(BARE, 0)])
        self._consumer.seek_to_beginning()
        self._stop = Event()
        self._thread = Thread(target=self._listen, daemon=True)
        self._thread.start()

    def send(self) -> tuple[str, float]:
        """One message, and when it was handed over."""
        name, at = uuid4().hex, perf_counter()
        self._producer.send(BARE, BODY, key=name.encode()).get(timeout=PATIENCE_S)
        return name, at

    def close(self) -> None:
        """End the thread."""
        self._stop.set()
        self._thread.join()
        self._consumer.close()
        self._producer.close()

    def _listen(self) -> None:
        while not self._stop.is_set():
            for many in self._consumer.poll(timeout_ms=250).values():
                now = perf_counter()
                self.heard |= {(one.key or b"").decode(): now for one in many}


_AT = datetime(2026, 3, 2, tzinfo=UTC)
_CONTEXT = Context((Actor("p", "office_head", "o"),), _AT, "c", "c", "r", "k", "trace")
