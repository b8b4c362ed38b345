"""Who gets what: engines by service role, desks by ledger, and the answers to watches."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from threading import Event

from sqlalchemy import Engine, make_url

from bihuan.installation import Installation
from bihuan.parts.missing import MissingPart
from shared.bus.arrivals import Arrivals, KafkaFeed
from shared.bus.broker import Broker
from shared.bus.feed import Feed, LedgerFeed
from shared.ledger.engines import open_engine, open_ledger
from shared.ledger.keys import FileKeys
from shared.ledger.port import Ledger
from shared.ledger.sealed import Sealed
from shared.runtime.clock import Clock
from shared.runtime.desk import Desk, DeskOf
from shared.runtime.law_files import Law, load_law
from shared.runtime.watching import WatchService

_QUICK = {"connect_timeout": "2", "tcp_user_timeout": "2000", "options": "-c statement_timeout=2000"}
"""How PostgreSQL is asked by a check: two seconds, then it counts as away."""


class Composition:
    """One process's view of an installation. Engines connect when first used."""

    def __init__(self, installation: Installation, law: Law | None = None) -> None:
        self.installation = installation
        self.law = law or load_law()
        self._engines: dict[tuple[str, bool], Engine] = {}
        self._clocks: dict[Engine, Clock] = {}
        self._desks: dict[tuple[str, str], Desk] = {}

    def engine(self, service: str = "", *, lasting: bool = True) -> Engine:
        """The service's engine: on PostgreSQL it logs in as its own role; an SQLite file has one engine.

        Not `lasting`: for what is made again from the ledger.
        """
        address = make_url(self.installation.database)
        sqlite = address.get_backend_name() == "sqlite"
        role = "" if sqlite or not service else f"bihuan_{service}"
        if (role, lasting) not in self._engines:
            target = address.set(username=role) if role else address
            self._engines[role, lasting] = open_engine(target, self.installation.passwords, lasting=lasting)
        return self._engines[role, lasting]

    @cached_property
    def probe(self) -> Engine:
        """Connections for checks alone: never short of one because of work, and a silent server is no server."""
        url = self.engine("oversight").url
        quick = url.update_query_dict(_QUICK) if url.get_backend_name() == "postgresql" else url
        return open_engine(quick, self.installation.passwords)

    @property
    def clock(self) -> Clock:
        """The installation's clock, for those who may move it."""
        return self.clock_for("")

    def clock_for(self, service: str) -> Clock:
        """The installation's clock as a service's role reads it: no process needs the owner's login."""
        engine = self.engine(service)
        if engine not in self._clocks:
            self._clocks[engine] = Clock(engine)
        return self._clocks[engine]

    def desk(self, service: str, ledger: str) -> Desk:
        """A service's desk at one office's book."""
        key = (service, ledger)
        if key not in self._desks:
            book = open_ledger(self.engine(service), ledger, f"bihuan_{service}")
            # Intake is handed its store beside its desk; no other service seals what people are.
            vault = self.sealed(ledger, service) if service == "enforcement" else None
            self._desks[key] = Desk(book, self.law, self.clock_for(service), vault)
        return self._desks[key]

    def desks(self, service: str) -> DeskOf:
        """The service's desk at each book of the installation, None for any other."""
        return lambda ledger: self.desk(service, ledger) if ledger in self.installation.ledgers else None

    def sealed(self, ledger: str, service: str = "intake") -> Sealed:
        """The sealed personal data of one ledger as a service reaches it, with the keys of the data folder."""
        folder = self.installation.folder
        return Sealed(self.engine(service), FileKeys(self.installation.keys), ledger, folder / "sealed")

    @cached_property
    def broker(self) -> Broker:
        """The way to Kafka; only where the installation has it."""
        kafka = self.installation.kafka
        if kafka is None:
            raise MissingPart(
                "Kafka", "本安装没有 Kafka / this installation has no Kafka", "bihuan run --profile full"
            )
        password, ca = (Path(file) if file else None for file in (kafka.password, kafka.ca))
        return Broker(kafka.address, kafka.user, password, kafka.mechanism, ca)

    def feed(self, ledger: Ledger, wake: Event | None = None) -> Feed:
        """Where this process's consumers get the facts of a ledger; `wake` is set when facts arrive."""
        if self.installation.kafka is None:
            return LedgerFeed(ledger)
        if wake is not None:
            self._arrivals.wakes(ledger.name, wake)
        return KafkaFeed(ledger, self._arrivals)

    @property
    def hears_bus(self) -> bool:
        """Whether facts arrive from Kafka now, for those here who have asked for a feed."""
        return "_arrivals" in self.__dict__ and self._arrivals.listening.is_set()

    @cached_property
    def _arrivals(self) -> Arrivals:
        arrivals = Arrivals(self.broker)
        arrivals.start()
        return arrivals

    def watch_service(self, service: str) -> WatchService:
        """What a service answers to the watches of its things."""
        return WatchService(
            lambda ledger: self.desk(service, ledger), self.engine(service), self.clock_for(service)
        )

    def close(self) -> None:
        """Give back every connection."""
        if "_arrivals" in self.__dict__:
            self._arrivals.stop()
        for engine in self._engines.values():
            engine.dispose()
        if "probe" in self.__dict__:
            self.probe.dispose()
