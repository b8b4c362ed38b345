"""Two databases and four feeds: the ledger itself, Kafka, and both with faults between the ledger and the consumer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain, count
from uuid import uuid4

import pytest
from sqlalchemy import URL, BigInteger, Column, Connection, Engine, MetaData, Table, Text, insert, select

from bihuan.parts.kafka import KafkaServer
from shared.bus.arrivals import Arrivals, KafkaFeed
from shared.bus.broker import Broker
from shared.bus.consumer import Consumer, Effect, run_once
from shared.bus.feed import Feed, LedgerFeed
from shared.bus.relay import Relay
from shared.ledger.engines import open_engine, open_ledger
from shared.ledger.port import Ledger, NewFact, StoredFact, Write
from shared.ledger.schema import migrate
from shared.vocabulary.fact import Actor, Context, Recorded
from shared.vocabulary.paper_facts import MessageOwed
from shared.wire.canonical import canonical
from shared.wire.codec import encode
from tests.fakes.chance import chance
from tests.journeys.chaos.campaign import wait_until

_serial = count(1)
# No key: a fact derived twice must be seen twice.
SEEN = Table("seen", MetaData(), Column("ledger", Text), Column("position", BigInteger), Column("text", Text))


@pytest.fixture(scope="session")
def postgres_database(postgres_url: URL) -> str:
    """The address of an empty PostgreSQL database."""
    engine = open_engine(postgres_url.render_as_string(hide_password=False))
    name = f"bus_{uuid4().hex}"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"create database {name}")
    engine.dispose()
    return postgres_url.set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Engine]]:
    """One migrated database per backend, with a table to derive into."""
    engines: dict[str, Engine] = {}

    def of(backend: str) -> Engine:
        if backend not in engines:
            file = tmp_path_factory.mktemp("sqlite") / "bihuan.db"
            url = (
                request.getfixturevalue("postgres_database")
                if backend == "postgresql"
                else f"sqlite:///{file}"
            )
            engines[backend] = open_engine(url)
            migrate(engines[backend])
            SEEN.create(engines[backend])
        return engines[backend]

    yield of
    for engine in engines.values():
        engine.dispose()


@pytest.fixture(params=("postgresql", "sqlite"))
def engine(request: pytest.FixtureRequest, databases: Callable[[str], Engine]) -> Engine:
    """Each database in turn."""
    return databases(request.param)


@pytest.fixture
def ledger(engine: Engine) -> Ledger:
    """A ledger that no other test writes."""
    return open_ledger(engine, f"book-{next(_serial)}-{uuid4().hex[:6]}")


class UnreliableFeed:
    """Repeats what was passed and leaves out every third fact, as at-least-once delivery and retention do."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def head(self) -> int:
        """The ledger's head."""
        return self._ledger.head()

    def after(self, position: int, limit: int) -> Sequence[StoredFact]:
        """What is beyond the position with holes, after what is not."""
        beyond = self._ledger.read(position, limit)
        holed = [stored for stored in beyond if stored.position % 3 or stored is beyond[-1]]
        return [*self._ledger.read(max(position - 5, 0), 5, position), *holed, *holed]


class Published:
    """A ledger on a real broker: what is new is relayed, and has arrived, before anything is read."""

    def __init__(self, ledger: Ledger, relay: Relay, arrivals: Arrivals) -> None:
        self._ledger, self._relay, self._arrivals = ledger, relay, arrivals
        self._feed = KafkaFeed(ledger, arrivals, quiet=3600)

    def head(self) -> int:
        """What has arrived."""
        self._publish()
        return self._feed.head()

    def after(self, position: int, limit: int) -> Sequence[StoredFact]:
        """As it arrived."""
        self._publish()
        return self._feed.after(position, limit)

    def _publish(self) -> None:
        while self._relay.turn(self._ledger):
            pass
        wait_until(lambda: self._arrivals.head(self._ledger.name) >= self._ledger.head(), seconds=300)


class DistortedArrivals(Arrivals):
    """Between broker and consumers: some facts lost, the others twice and in any order."""

    def __init__(self, broker: Broker) -> None:
        super().__init__(broker)
        self._luck = chance()

    def hear(self, facts: Sequence[StoredFact]) -> None:
        """Distort a delivery; its last fact is kept, so that a test knows when it has arrived."""
        kept = [fact for fact in facts if fact is facts[-1] or self._luck.random() < 0.7]
        self._luck.shuffle(kept)
        super().hear([*kept, *kept])


@pytest.fixture(scope="session")
def listening(kafka_server: KafkaServer) -> Iterator[dict[str, Arrivals]]:
    """Two processes' ears at the broker, one of them bad."""
    ears = {"kafka": Arrivals(kafka_server.broker), "kafka distorted": DistortedArrivals(kafka_server.broker)}
    for arrivals in ears.values():
        arrivals.start()
        assert arrivals.listening.wait(60)
    yield ears
    for arrivals in ears.values():
        arrivals.stop()


@pytest.fixture(params=("ledger", "unreliable", "kafka", "kafka distorted"))
def feed(request: pytest.FixtureRequest, engine: Engine, ledger: Ledger) -> Iterator[Feed]:
    """Each feed in turn."""
    if request.param in ("ledger", "unreliable"):
        yield LedgerFeed(ledger) if request.param == "ledger" else UnreliableFeed(ledger)
        return
    relay = Relay(engine, request.getfixturevalue("kafka_server").broker)
    yield Published(ledger, relay, request.getfixturevalue("listening")[request.param])
    relay.close()


@dataclass
class Bench:
    """A ledger being written, and a consumer that derives the texts of messages unless it is told to fail on one."""

    engine: Engine
    ledger: Ledger
    feed: Feed
    poison: set[str] = field(default_factory=set)
    effect: Effect = Effect.DERIVES
    acted: list[str] = field(default_factory=list)
    _commands: Iterator[int] = field(default_factory=count)

    def write(self, stream: str, *texts: str) -> int:
        """Append messages to a stream; answers the last position."""
        facts = [MessageOwed("m", ("office_head",), "order/1", "2026-03-02", text) for text in texts]
        return self.append(stream, *(NewFact(fact.TYPE, encode(fact, CONTEXT)) for fact in facts))

    def write_unknown(self, stream: str) -> int:
        """Append a fact of a type that this release does not know."""
        name = "thing.unheard_of.v9"
        return self.append(stream, NewFact(name, canonical({"type": name, "data": {}})))

    def append(self, stream: str, *facts: NewFact) -> int:
        """Append facts to a stream."""
        write = Write(stream, self.ledger.version(stream), facts)
        return self.ledger.append(f"c{next(self._commands)}", b"h" * 32, [write]).last

    @property
    def consumer(self) -> Consumer:
        """The consumer, made anew as a restarted process would."""
        return Consumer("witness", self._handle, self.effect)

    def run(self, limit: int = 500) -> int:
        """One turn."""
        return run_once(self.engine, self.ledger, self.consumer, limit, self.feed)

    def seen(self) -> list[str]:
        """The texts derived so far, in order."""
        query = select(SEEN.c.text).where(SEEN.c.ledger == self.ledger.name).order_by(SEEN.c.position)
        with self.engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def _handle(self, tx: Connection, streams: Sequence[Sequence[Recorded]]) -> None:
        for record in chain.from_iterable(streams):
            assert isinstance(record.fact, MessageOwed)
            text = record.fact.text
            if self.effect is Effect.DERIVES:
                tx.execute(insert(SEEN), {"ledger": record.ledger, "position": record.position, "text": text})
            if text in self.poison:
                raise ValueError(f"cannot handle {text}")
            if self.effect is Effect.APPENDS:
                self.acted.append(text)


CONTEXT = Context(
    (Actor("p", "office_head", "o"),), datetime(2026, 3, 2, tzinfo=UTC), "c", "c", "r", "k", "trace"
)


@pytest.fixture
def bench(engine: Engine, ledger: Ledger, feed: Feed) -> Bench:
    """A bench on each database and feed."""
    return Bench(engine, ledger, feed)
