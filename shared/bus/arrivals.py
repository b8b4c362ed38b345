"""What arrives from Kafka: one thread for a process, a short memory for each ledger, a wake for those who follow it."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Sequence
from threading import Event, Lock, Thread

import structlog
from kafka import KafkaConsumer, TopicPartition

from shared.bus.broker import BROKER_AWAY, TOPIC, Broker
from shared.bus.cloudevents import NotAFact, stored
from shared.ledger.port import Ledger, StoredFact

MEMORY = 2000
"""Facts remembered per ledger for consumers that are a little behind; the ledger has all of them."""

POLL_MS = 250
PAUSE = 1.0

QUIET = 10.0
"""Real seconds after which the ledger itself is asked for its head: what Kafka lost is found without new facts."""

log = structlog.get_logger(__name__)


class Arrivals:
    """Listens to the topic from now on: what came before is read from the ledger."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._facts: dict[str, deque[StoredFact]] = defaultdict(lambda: deque(maxlen=MEMORY))
        self._heads: dict[str, int] = defaultdict(int)
        self._wakes: dict[str, list[Event]] = defaultdict(list)
        self._lock = Lock()
        self._stop = Event()
        self.listening = Event()
        """Set while the consumer is connected: what is sent from then on arrives."""
        self._thread = Thread(target=self._run, name="arrivals", daemon=True)

    def start(self) -> None:
        """Begin to listen, now or as soon as the broker is there."""
        self._thread.start()

    def stop(self) -> None:
        """Hear no more."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def wakes(self, ledger: str, wake: Event) -> None:
        """Set this event whenever facts of the ledger arrive."""
        with self._lock:
            self._wakes[ledger].append(wake)

    def head(self, ledger: str) -> int:
        """The highest position that arrived, 0 before the first."""
        return self._heads[ledger]

    def beyond(self, ledger: str, position: int) -> list[StoredFact]:
        """The remembered facts beyond a position, in order of position."""
        with self._lock:
            found = {fact.position: fact for fact in self._facts[ledger] if fact.position > position}
        return [found[number] for number in sorted(found)]

    def hear(self, facts: Sequence[StoredFact]) -> None:
        """Take in what arrived, in whatever order and however often."""
        with self._lock:
            for fact in facts:
                self._facts[fact.ledger].append(fact)
                self._heads[fact.ledger] = max(self._heads[fact.ledger], fact.position)
            woken = [wake for ledger in {fact.ledger for fact in facts} for wake in self._wakes[ledger]]
        for wake in woken:
            wake.set()

    def forget(self, facts: Sequence[StoredFact]) -> None:
        """Leave out what arrived and is not of its ledger; heads that it feigned are forgotten, too."""
        gone = set(facts)
        with self._lock:
            for ledger in {fact.ledger for fact in gone}:
                kept = [fact for fact in self._facts[ledger] if fact not in gone]
                self._facts[ledger] = deque(kept, maxlen=MEMORY)
                self._heads[ledger] = max((fact.position for fact in kept), default=0)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._listen()
            except BROKER_AWAY as trouble:
                log.warning("bus.broker_away", address=self._broker.address, why=str(trouble)[:200])
            except Exception:
                # Not to be deaf for good: a new consumer begins behind whatever this one stumbled over.
                log.exception("bus.hearing_failed", address=self._broker.address, alarm=True)
            finally:
                self.listening.clear()
            self._stop.wait(PAUSE)

    def _listen(self) -> None:
        consumer = self._broker.consumer()
        try:
            if not self.assign(consumer):
                return
            self.listening.set()
            while not self._stop.is_set():
                for records in consumer.poll(timeout_ms=POLL_MS).values():
                    self.hear([fact for record in records if (fact := _sound(record)) is not None])
        finally:
            consumer.close()

    @staticmethod
    def assign(consumer: KafkaConsumer) -> bool:
        """All partitions, from their ends; False while there is no topic: the relay makes it."""
        found = consumer.partitions_for_topic(TOPIC)
        if not found:
            return False
        partitions = [TopicPartition(TOPIC, number) for number in sorted(found)]
        consumer.assign(partitions)
        consumer.seek_to_end(*partitions)
        for partition in partitions:
            consumer.position(partition)  # waits until the end is known: nothing sent after this is missed
        return True


class KafkaFeed:
    """One ledger's facts as they arrive, with the ledger behind them for all that did not.

    A leaf is a hash without a key, so whoever may write the topic can make one that is right: what arrived is passed
    only where the ledger has the very same leaf.
    """

    def __init__(self, ledger: Ledger, arrivals: Arrivals, quiet: float = QUIET) -> None:
        self._ledger, self._arrivals, self._quiet = ledger, arrivals, quiet
        self._known, self._asked = 0, float("-inf")

    def head(self) -> int:
        """The last position known: what arrived, or what the ledger said a while ago."""
        if time.monotonic() - self._asked >= self._quiet:
            self._asked = time.monotonic()
            self._known = self._ledger.head()
        return max(self._known, self._arrivals.head(self._ledger.name))

    def after(self, position: int, limit: int) -> Sequence[StoredFact]:
        """At most `limit` facts beyond a position: as they arrived, or from the ledger when none did."""
        arrived = self._confirmed(self._arrivals.beyond(self._ledger.name, position), position, limit)
        if arrived or self.head() <= position:
            return arrived
        return self._ledger.read(position, limit)

    def _confirmed(self, arrived: Sequence[StoredFact], position: int, limit: int) -> list[StoredFact]:
        """Those of the `limit` facts beyond a position that the ledger has, too; what it has not is forgotten."""
        if not arrived:
            return []
        leaves = self._ledger.leaves(position, limit)
        # A full answer ends somewhere; one that is not full ends at the head, and nothing true is beyond.
        told = [fact for fact in arrived if len(leaves) < limit or fact.position <= position + limit]
        true = [fact for fact in told if leaves.get(fact.position) == fact.leaf]
        if len(true) < len(told):
            forged = [fact for fact in told if leaves.get(fact.position) != fact.leaf]
            at = [fact.position for fact in forged[:20]]
            log.error("bus.not_in_the_ledger", ledger=self._ledger.name, positions=at, alarm=True)
            self._arrivals.forget(forged)
        return true


def _sound(record: object) -> StoredFact | None:
    """The fact in a record; one that is damaged or none of ours is left out, and the ledger fills the gap."""
    try:
        return stored(record.key, record.value, record.headers)  # type: ignore[attr-defined]
    except NotAFact as wrong:
        log.error("bus.not_a_fact", why=str(wrong)[:200], alarm=True)
        return None
