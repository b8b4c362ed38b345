"""The configuration of a Kafka broker of ours: one node, KRaft, loopback only, a password on every door. Pure."""

from collections.abc import Mapping
from pathlib import Path

from bihuan.parts.folder import LOOPBACK

PORT_NAMES = ("broker", "controller")
USER = "bihuan"
HEAP_MB = 256
LOGGING = """
Configuration:
  status: "error"
  Appenders:
    Console: {name: "Out", PatternLayout: {pattern: "%d{ISO8601} %p %c{1}: %m%n"}}
  Loggers:
    Root: {level: "warn", AppenderRef: {ref: "Out"}}
"""


def broker_config(ports: Mapping[str, int], data: Path, password: str) -> Mapping[str, str]:
    """The broker's properties. One machine has one copy of everything; the ledger is what is backed up."""
    broker, controller = (f"{LOOPBACK}:{ports[name]}" for name in PORT_NAMES)
    login = (
        "org.apache.kafka.common.security.plain.PlainLoginModule required"
        f' username="{USER}" password="{password}" user_{USER}="{password}";'
    )
    return {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.bootstrap.servers": controller,
        "listeners": f"BROKER://{broker},CONTROLLER://{controller}",
        "advertised.listeners": f"BROKER://{broker},CONTROLLER://{controller}",
        "listener.security.protocol.map": "BROKER:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "BROKER",
        # Not SCRAM: its credentials would stand on the command line that formats the store, for all to see.
        "sasl.enabled.mechanisms": "PLAIN",
        "sasl.mechanism.inter.broker.protocol": "PLAIN",
        "sasl.mechanism.controller.protocol": "PLAIN",
        "listener.name.broker.plain.sasl.jaas.config": login,
        "listener.name.controller.plain.sasl.jaas.config": login,
        "log.dirs": str(data),
        "auto.create.topics.enable": "false",
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "transaction.state.log.num.partitions": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "num.network.threads": "2",
        "num.io.threads": "2",
        # A broker that was killed may come back only when its old session has ended.
        "broker.session.timeout.ms": "3000",
        "broker.heartbeat.interval.ms": "500",
    }


def properties(config: Mapping[str, str]) -> str:
    """A Java properties file; our values hold no character that it would read otherwise, but for backslashes."""
    return "".join(f"{name}={value}\n".replace("\\", "\\\\") for name, value in config.items())
