"""The way to a Kafka broker: clients with the settings that were found to recover well, and our one topic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.errors import KafkaError, TopicAlreadyExistsError
from kafka.net.compat import KafkaNetClient

TOPIC = "bihuan.facts.v1"
PARTITIONS = 6
"""An office's book is one partition whatever this is: order is per ledger, scale comes from many ledgers."""

BROKER_AWAY = (KafkaError, OSError)
"""What the clients raise while the broker cannot be used."""

C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker is and how to log in: without a user, nothing is asked; without `ca`, nothing is hidden.

    `ca`: the file of the authority that vouches for the broker's name; the connection is over TLS then.
    """

    address: str
    user: str = ""
    password: Path | None = None
    mechanism: str = "PLAIN"
    ca: Path | None = None

    def settings(self) -> Mapping[str, Any]:
        """What every client needs. The library's own 30 s of back-off would be added to every outage."""
        protocol = ("SASL_" if self.user else "") + ("SSL" if self.ca else "PLAINTEXT")
        login = {
            "sasl_mechanism": self.mechanism,
            "sasl_plain_username": self.user,
            "sasl_plain_password": self.password.read_text("utf-8").strip() if self.password else "",
        }
        common = {"bootstrap_servers": self.address, "reconnect_backoff_max_ms": 1000}
        common |= {"bootstrap_timeout_ms": 10_000, "security_protocol": protocol}
        return common | (login if self.user else {}) | ({"ssl_cafile": str(self.ca)} if self.ca else {})

    def producer(self) -> KafkaProducer:
        """Idempotent and acknowledged by all replicas; never transactional: consumers drop repetitions anyway."""
        return KafkaProducer(
            **self.settings(), acks="all", enable_idempotence=True, linger_ms=5, max_block_ms=5000,
            request_timeout_ms=10_000, delivery_timeout_ms=20_000,
        )  # fmt: skip

    def consumer(self) -> KafkaConsumer:
        """Without a group or stored offsets: where a consumer stands is in our database, beside what it derived.

        Offsets that the broker no longer has are no loss, for the ledger has the facts: go on at the end.
        """
        return self._client(
            KafkaConsumer, group_id=None, enable_auto_commit=False, auto_offset_reset="latest",
            metadata_max_age_ms=10_000, request_timeout_ms=10_000,
        )  # fmt: skip

    def answers(self) -> bool:
        """Whether it takes calls now."""
        try:
            self._client(KafkaAdminClient, bootstrap_timeout_ms=5000).close()
        except BROKER_AWAY:
            return False
        return True

    def ensure_topic(self) -> None:
        """Make the topic if it is not there, in as many copies as the broker holds right; raises BROKER_AWAY."""
        admin = self._client(KafkaAdminClient)
        try:
            admin.create_topics({TOPIC: {"num_partitions": PARTITIONS, "replication_factor": -1}})
        except TopicAlreadyExistsError:
            return
        finally:
            admin.close()

    def _client(self, kind: Callable[..., C], **more: Any) -> C:
        """One that has reached the broker; one that cannot would leave its thread and sockets behind as it raises."""
        begun: list[KafkaNetClient] = []

        def connections(**settings: Any) -> KafkaNetClient:
            begun.append(KafkaNetClient(**settings))
            return begun[-1]

        try:
            return kind(**{**self.settings(), **more}, kafka_client=connections)
        except BROKER_AWAY:
            for each in begun:
                each.close()
            raise
