"""A broker that is run elsewhere: over TLS, by password or SCRAM, and nobody who is not vouched for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Thread

import pytest
from kafka import KafkaAdminClient
from kafka.admin import UserScramCredentialUpsertion
from sqlalchemy import Engine

from bihuan.parts.folder import LOOPBACK, choose_ports
from bihuan.parts.kafka_config import PORT_NAMES, USER, broker_config, properties
from shared.bus import cursors
from shared.bus.arrivals import Arrivals
from shared.bus.broker import Broker
from shared.bus.following import follow
from shared.bus.relay import NAME, Relay
from shared.ledger.engines import open_ledger
from shared.ledger.port import NewFact, Write
from shared.wire.canonical import canonical
from tests.fakes.authority import Authority
from tests.fakes.servers import READY_S, done, kafka, listening
from tests.journeys.chaos.campaign import wait_until

WORD = "a-word-of-its-own"
MODULES = "org.apache.kafka.common.security"


@dataclass(frozen=True)
class Elsewhere:
    """A broker as others run it: its door over TLS, and the file that holds our password there."""

    address: str
    ca: Path
    password: Path
    folder: Path

    def known_by(self, mechanism: str) -> Broker:
        """Our way in."""
        return Broker(self.address, USER, self.password, mechanism, self.ca)


@pytest.fixture(scope="module")
def elsewhere(parts_folder: Path) -> Iterator[Elsewhere]:
    folder = parts_folder / "kafka-tls"
    authority = Authority(folder)
    certificate, key = authority.issue("broker")
    store = folder / "broker.pem"
    store.write_bytes(key.read_bytes() + certificate.read_bytes())
    ports = choose_ports([*PORT_NAMES, "tls"])
    password, inside = folder / "password", folder / "inside"
    password.write_text(f"{WORD}\n")
    inside.write_text("inside")
    ours = broker_config(ports, folder / "data", "inside")
    door, tls = "listener.name.tls", f"TLS://{LOOPBACK}:{ports['tls']}"
    more = {
        "listeners": f"{ours['listeners']},{tls}",
        "advertised.listeners": f"{ours['advertised.listeners']},{tls}",
        "listener.security.protocol.map": f"{ours['listener.security.protocol.map']},TLS:SASL_SSL",
        f"{door}.ssl.keystore.type": "PEM",
        f"{door}.ssl.keystore.location": str(store),
        f"{door}.sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-512",
        f"{door}.plain.sasl.jaas.config": f'{MODULES}.plain.PlainLoginModule required user_{USER}="{WORD}";',
        f"{door}.scram-sha-512.sasl.jaas.config": f"{MODULES}.scram.ScramLoginModule required;",
    }
    said = folder / "server.properties"
    said.write_text(properties({**ours, **more}))
    done(
        [
            *kafka(),
            "kafka.tools.StorageTool",
            "format",
            "--standalone",
            "-t",
            "YmlodWFuLW9uZS1tYWNoaQ",
            "-c",
            str(said),
        ]
    )
    server = listening([*kafka(), "kafka.Kafka", str(said)], ports["tls"], folder / "server.log")
    own = Broker(f"{LOOPBACK}:{ports['broker']}", USER, inside)
    wait_until(own.answers, READY_S)
    admin = KafkaAdminClient(**own.settings())
    admin.alter_user_scram_credentials([UserScramCredentialUpsertion(USER, "SCRAM-SHA-512", WORD)])
    admin.close()
    yield Elsewhere(f"{LOOPBACK}:{ports['tls']}", authority.ca, password, folder)
    server.stop()


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-512"])
def test_facts_are_relayed_and_heard_over_tls(
    elsewhere: Elsewhere, databases: Callable[[str], Engine], mechanism: str
) -> None:
    """The topic is made by the relay, in as many copies as that broker holds right."""
    broker, engine = elsewhere.known_by(mechanism), databases("postgresql")
    wait_until(broker.answers, READY_S)
    ledger = open_ledger(engine, f"tls-{mechanism}")
    relay, hearing, stop = Relay(engine, broker), Arrivals(broker), Event()
    hearing.start()
    relaying = Thread(target=follow, args=(lambda: relay.turn(ledger), stop, Event(), 0.1))
    relaying.start()
    try:
        body = canonical({"type": "thing.v1", "data": {}})
        ledger.append("first", b"h" * 32, [Write("thing/a", 0, (NewFact("thing.v1", body),))])
        wait_until(lambda: cursors.position(engine, NAME, ledger.name) == 1, READY_S)
        wait_until(hearing.listening.is_set, READY_S)
        ledger.append("second", b"h" * 32, [Write("thing/a", 1, (NewFact("thing.v1", body),))])
        wait_until(lambda: hearing.head(ledger.name) == 2, READY_S)
    finally:
        stop.set()
        relaying.join()
        relay.close()
        hearing.stop()


def test_a_broker_that_our_authority_does_not_vouch_for_is_not_spoken_to(elsewhere: Elsewhere) -> None:
    stranger = Authority(elsewhere.folder / "stranger")
    known = elsewhere.known_by("PLAIN")
    wait_until(known.answers, READY_S)
    assert not replace(known, ca=stranger.ca).answers()


def test_a_wrong_password_and_a_way_without_tls_are_refused(elsewhere: Elsewhere, tmp_path: Path) -> None:
    wrong = tmp_path / "password"
    wrong.write_text("wrong")
    known = elsewhere.known_by("SCRAM-SHA-512")
    wait_until(known.answers, READY_S)
    assert not replace(known, password=wrong).answers()
    assert not replace(known, ca=None).answers()
