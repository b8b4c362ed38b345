"""The relay: publishes a ledger in order, and counts a fact as sent only when the broker has said so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from kafka import KafkaProducer
from kafka.errors import UnknownTopicOrPartitionError
from sqlalchemy import Engine

from shared.bus import cursors
from shared.bus.broker import BROKER_AWAY, TOPIC, Broker
from shared.bus.cloudevents import message
from shared.bus.faults import FaultOfTheMoment
from shared.ledger.port import Ledger

NAME = "relay"
"""Its cursor's name: up to where every fact was acknowledged by the broker."""

BATCH = 500
ACKNOWLEDGED_S = 30.0

log = structlog.get_logger(__name__)


class Relay:
    """Publishes the ledgers of an installation; not for several threads at once.

    Two relays at once do no harm: facts are then sent twice, and consumers drop what is at or below their cursor.
    """

    def __init__(self, engine: Engine, broker: Broker) -> None:
        self._engine, self._broker = engine, broker
        self._producer: KafkaProducer | None = None

    def turn(self, ledger: Ledger) -> int:
        """Send the next facts and wait for every acknowledgement; answers how many. Raises FaultOfTheMoment."""
        start = cursors.position(self._engine, NAME, ledger.name)
        facts = ledger.read(start, BATCH)
        if not facts:
            return 0
        with self._sending() as producer:
            messages = [message(fact) for fact in facts]
            sent = [
                producer.send(TOPIC, key=one.key, value=one.value, headers=one.headers) for one in messages
            ]
            for future in sent:
                future.get(timeout=ACKNOWLEDGED_S)
        with self._engine.begin() as tx:
            reached = cursors.lock(tx, NAME, ledger.name)
            cursors.move(tx, NAME, ledger.name, max(reached, facts[-1].position))
        return len(facts)

    def close(self) -> None:
        """Give the producer up, with whatever it has not sent: the cursor knows."""
        producer, self._producer = self._producer, None
        if producer is not None:
            producer.close(timeout=1)

    @contextmanager
    def _sending(self) -> Iterator[KafkaProducer]:
        # A failed producer is thrown away: what it still holds would arrive late and out of order.
        try:
            if self._producer is None:
                self._broker.ensure_topic()
                self._producer = self._broker.producer()
            yield self._producer
        except BROKER_AWAY as trouble:
            self.close()
            if isinstance(trouble, UnknownTopicOrPartitionError):
                log.warning("bus.topic_lost", topic=TOPIC)
            raise FaultOfTheMoment from trouble
