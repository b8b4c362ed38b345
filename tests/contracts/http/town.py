"""Two towns in one database, served by the three services behind one rim."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from sqlalchemy import Engine, update
from starlette.testclient import TestClient

from services.enforcement.api import enforcement_routers
from services.intake.api import RAW, intake_routers
from services.intake.attachments import Uploads
from services.intake.handlers import Store
from services.intake.open311 import dialect as open311
from services.intake.receiving import Front
from services.intake.signing import key_of
from services.rectification.api import rectification_routers
from shared.law.periods import SHANGHAI
from shared.ledger.engines import open_engine, open_ledger
from shared.ledger.installation import Installation, found
from shared.ledger.instants import microseconds
from shared.ledger.keys import FileKeys
from shared.ledger.schema import migrate
from shared.ledger.sealed import Sealed
from shared.ledger.tables import CLOCK
from shared.runtime import access
from shared.runtime.access import PrincipalKind
from shared.runtime.clock import Clock
from shared.runtime.desk import Acting, Call, Change, Desk
from shared.runtime.doors import Doors
from shared.runtime.http import service_app
from shared.runtime.law_files import load_law
from shared.runtime.lookout import CLOCK as CLERK
from shared.runtime.nonces import spend
from shared.runtime.signatures import Signatures
from shared.runtime.throttle import Throttle
from shared.vocabulary.fact import Fact
from shared.vocabulary.identities import stream_of
from shared.vocabulary.registry_facts import (
    AuthorityGranted,
    Certificate,
    ChannelRegistered,
    CommunityRegistered,
    EnterpriseRegistered,
    PersonRegistered,
    Series,
)

NOW = datetime(2025, 9, 15, 9, tzinfo=SHANGHAI)
TOWNS = ("t-1", "t-2")
ROLES = sorted({role for act in load_law().acts.values() for role in act.roles})
_KINDS = (
    "rectification_order",
    "inspection_record",
    "reinspection_opinion",
    "transfer_letter",
    "case_filing",
    "onspot_penalty_decision",
)


@dataclass
class Town:
    """A running system, the tokens of its people, and a caller."""

    engine: Engine
    desks: dict[str, Desk]
    client: TestClient
    folder: Path
    tokens: dict[tuple[str, str], str] = field(default_factory=dict)
    logged: StringIO = field(default_factory=StringIO)
    keys: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def store(self, ledger: str) -> Store:
        """Where intake keeps what does not stand in facts."""
        return Store(_sealed(self.engine, self.folder, ledger), Uploads(self.folder / "files"))

    def head(self) -> int:
        """How many facts both ledgers hold."""
        return sum(desk.ledger.head() for desk in self.desks.values())

    def token(self, who: str, ledger: str = "t-1") -> str:
        """The token of a person or channel."""
        return self.tokens[ledger, who]

    def headers(
        self, who: str, second: str | None = None, ledger: str = "t-1", **more: str
    ) -> dict[str, str]:
        """The headers of a good request with a fresh key."""
        own = {"Authorization": f"Bearer {self.token(who, ledger)}", "Idempotency-Key": f"k{next(self.keys)}"}
        own |= {"Second-Officer": f"Bearer {self.token(second, ledger)}"} if second else {}
        return own | {name.replace("_", "-"): value for name, value in more.items()}

    def post(self, path: str, body: Any, who: str = "a", second: str | None = None, **more: str) -> Any:
        """A POST of JSON by a person."""
        return self.client.post(path, json=body, headers=self.headers(who, second, **more))

    def visit(self, measure: str = "order") -> dict[str, Any]:
        """A visit by two officers that finds one hazard; the answer."""
        item = {"defect": "通道堵塞", "place": "一车间", "legal_item": "AQ105(2)", "measure": measure}
        item |= {"days": 14} if measure == "order" else {}
        body = {"enterprise": "e-1", "community": "c-1", "items": [item]}
        answer = self.post("/visits", body, "a", "b")
        assert answer.status_code == 201, answer.text
        done: dict[str, Any] = answer.json()
        return done

    def register(self, ledger: str, stream: str, fact: Fact) -> None:
        """Record a registry fact."""
        desk = self.desks[ledger]
        command = f"registered:{stream}:{desk.ledger.version(stream)}"
        call = Call(command, hashlib.sha256(command.encode()).digest(), "registry", "0" * 32)
        desk.append(call, Acting((CLERK,), desk.clock.now(), None, ()), Change(desk.load(stream), (fact,)))

    def person(self, ledger: str, name: str, role: str, valid_to: date = date(2027, 12, 31)) -> None:
        """Register a person with a certificate and give them a token."""
        certificate = Certificate(f"Z-{name}", date(2025, 1, 1), valid_to, ledger)
        fact = PersonRegistered(name, "王某某", (role,), "office", (), certificate)
        self.register(ledger, stream_of("person", name), fact)
        self.tokens[ledger, name] = access.issue(self.engine, ledger, name, PrincipalKind.PERSON)

    def channel(self, ledger: str, name: str, *, registered: bool = True) -> None:
        """Give a channel a token, and register it unless told otherwise."""
        if registered:
            self.register(
                ledger, stream_of("channel", name), ChannelRegistered(name, "热线", "hotline_12350")
            )
        self.tokens[ledger, name] = access.issue(self.engine, ledger, name, PrincipalKind.CHANNEL)


def _sealed(engine: Engine, folder: Path, ledger: str) -> Sealed:
    return Sealed(engine, FileKeys(folder / "keys"), ledger, folder / "sealed")


def _settle(town: Town, ledger: str) -> None:
    for name in ("a", "b", "c"):
        town.person(ledger, name, "enforcement_officer")
    town.person(ledger, "expired", "enforcement_officer", date(2025, 9, 14))
    town.person(ledger, "head", "office_head")
    for role in ROLES:
        for name in (f"{role}-1", f"{role}-2"):
            town.person(ledger, name, role)
    town.channel(ledger, "ch-1")
    town.channel(ledger, "ch-unknown", registered=False)
    town.register(ledger, "community/c-1", CommunityRegistered("c-1", "清河社区"))
    town.register(
        ledger, "enterprise/e-1", EnterpriseRegistered("e-1", "某厂", "c-1", "mechanical", "general")
    )
    series = tuple(Series(kind, f"({ledger}){kind}") for kind in _KINDS)
    granted = AuthorityGranted(
        "office",
        "demo",
        "B",
        date(2025, 1, 1),
        date(2027, 12, 31),
        "县应急管理局",
        series,
        (ledger,),
        "county",
    )
    town.register(ledger, "authority/office", granted)


@dataclass
class Site:
    """The application, built once; each test moves a town in behind its doors."""

    town: Town | None = None
    throttle: Throttle = field(default_factory=lambda: Throttle(1000))

    def here(self) -> Town:
        """The town that is served now."""
        assert self.town is not None
        return self.town

    def app(self) -> FastAPI:
        """All three services behind one rim."""
        doors = Doors(
            lambda ledger: self.here().desks.get(ledger), lambda token: access.who(self.here().engine, token)
        )
        front = Front(doors, lambda ledger: self.here().store(ledger), b"s" * 32, TOWNS, self.throttle)
        routers = [*intake_routers(front), *rectification_routers(doors), *enforcement_routers(doors)]
        signatures = Signatures(
            key_of(doors.desk_of), lambda nonce, until: spend(self.here().engine, nonce, until)
        )
        return service_app(
            "闭环",
            doors.who,
            routers,
            raw=RAW,
            dialects=[open311.dialect(front)],
            signatures=signatures,
        )

    @contextmanager
    def serving(self, address: str, folder: Path, client: TestClient) -> Iterator[Town]:
        """The towns whose ledgers are in a database and whose files lie in a folder."""
        engine = open_engine(address)
        clock = Clock(engine)
        desks = {
            name: Desk(open_ledger(engine, name), load_law(), clock, _sealed(engine, folder, name))
            for name in TOWNS
        }
        self.town = Town(engine, desks, client, folder)
        yield self.town
        engine.dispose()


def settle(address: str, folder: Path, site: Site, client: TestClient) -> dict[tuple[str, str], str]:
    """Found two towns in an empty database, with everybody registered; answers the tokens."""
    engine = open_engine(address)
    migrate(engine)
    found(engine, Installation.DEMONSTRATION)
    with engine.begin() as connection:
        connection.execute(update(CLOCK).values(mode="frozen", base=microseconds(NOW), since=0))
    engine.dispose()
    with site.serving(address, folder, client) as town:
        for ledger in TOWNS:
            _settle(town, ledger)
        return town.tokens
