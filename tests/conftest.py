"""The real parts that tests run on: started once per session, never imitated, never skipped."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings
from sqlalchemy import URL

from bihuan.parts.jars import cached_jars
from bihuan.parts.java import find_java
from bihuan.parts.kafka import KafkaServer
from bihuan.parts.ladder import Binary, UseAddress, UseBinary
from bihuan.parts.missing import MissingPart
from bihuan.parts.postgres import PostgresServer
from bihuan.parts.postgres_client import address_in, server_version
from bihuan.parts.telling import Teller
from bihuan.parts.temporal import TemporalServer
from bihuan.parts.temporal_config import Store
from bihuan.parts.temporal_ladder import Surroundings, find_temporal

# Speed is measured in benchmarks and asserted in no test: a busy machine is no counterexample.
settings.register_profile("any speed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any speed")

# As drawn by default, with the values of every frame, one failure that is logged takes half a minute.
structlog.configure(
    [
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)


@pytest.fixture(scope="session")
def parts_folder() -> Iterator[Path]:
    """A short path that an unprivileged account can enter: PostgreSQL needs both when we are root."""
    folder = Path(tempfile.mkdtemp(prefix="bihuan-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres_url(parts_folder: Path) -> Iterator[URL]:
    """The superuser's way into a PostgreSQL server; make databases of your own there."""
    if named := address_in():
        server_version(named)
        yield named
        return
    server = PostgresServer(parts_folder / "postgres")
    _start_or_fail(server)
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def temporal_address(parts_folder: Path) -> Iterator[str]:
    """A Temporal server with the namespace `default` that keeps its state in memory, unless an address is named."""
    try:
        source = find_temporal(Surroundings(), Teller())
    except MissingPart as missing:
        pytest.fail(str(missing), pytrace=False)
    if isinstance(source, UseAddress):
        yield source.address
        return
    server = TemporalServer(source.binary, parts_folder / "temporal", Store.MEMORY)
    _start_or_fail(server)
    yield server.address
    server.stop()


@pytest.fixture(scope="session")
def kafka_server(parts_folder: Path) -> Iterator[KafkaServer]:
    """A Kafka broker that all tests share; the topic is theirs too, each has ledgers of its own in it."""
    try:
        java, _major = find_java()
        jars = cached_jars()
    except MissingPart as missing:
        pytest.fail(str(missing), pytrace=False)
    if jars is None:
        pytest.fail("缺少 Kafka / missing Kafka; 补救 / to mend: make parts", pytrace=False)
    server = KafkaServer(java, jars, parts_folder / "kafka")
    _start_or_fail(server)
    server.broker.ensure_topic()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def temporal_binary() -> Binary:
    """The program, for tests that need an engine of their own to kill: an address will not do."""
    elsewhere = {k: v for k, v in Surroundings().environment.items() if k != "TEMPORAL_ADDRESS"}
    try:
        source = find_temporal(Surroundings(elsewhere), Teller())
    except MissingPart as missing:
        pytest.fail(str(missing), pytrace=False)
    assert isinstance(source, UseBinary)
    return source.binary


def _start_or_fail(server: PostgresServer | TemporalServer | KafkaServer) -> None:
    try:
        server.start()
    except MissingPart as missing:
        pytest.fail(str(missing), pytrace=False)
