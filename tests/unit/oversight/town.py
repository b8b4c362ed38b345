"""A small town on an SQLite ledger: two officers, a head, and a clock that the test moves."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from pathlib import Path

from sqlalchemy import Engine

from services.oversight.views import read_models
from services.rectification import asks, order_handlers, visit_handlers
from shared.bus.projection import bring_up
from shared.law.periods import SHANGHAI
from shared.ledger.engines import open_engine, open_ledger
from shared.ledger.port import Appended
from shared.ledger.schema import migrate
from shared.runtime.desk import Acting, Call, Change, Desk
from shared.runtime.law_files import Law
from shared.vocabulary.fact import Actor, Fact
from shared.vocabulary.registry_facts import (
    AuthorityGranted,
    Certificate,
    CommunityRegistered,
    EnterpriseRegistered,
    PersonRegistered,
    Series,
)

MORNING = datetime(2025, 9, 15, 9, tzinfo=SHANGHAI)
SERIES = (
    Series("rectification_order", "(清)应急责改"),
    Series("inspection_record", "(清)检"),
    Series("reinspection_opinion", "(清)复查"),
)


@dataclass
class Hands:
    """A clock that shows what the test set."""

    shown: datetime = MORNING

    def now(self) -> datetime:
        """The installation's time."""
        return self.shown


@dataclass
class Town:
    """A township's book and what its officers do."""

    engine: Engine
    desk: Desk
    clock: Hands
    _commands: Iterator[int] = field(default_factory=count)

    def call(self, person: str = "p1", second: str | None = "p2") -> Call:
        """A fresh command."""
        command = f"c{next(self._commands)}"
        return Call(command, hashlib.sha256(command.encode()).digest(), person, "trace", second)

    def record(self, stream: str, *facts: Fact) -> Appended:
        """Append facts as they are."""
        acting = Acting((Actor("test", "clock", "bihuan"),), self.clock.now(), None, ())
        return self.desk.append(self.call(), acting, Change(self.desk.load(stream), facts))

    def visit(self, *defects: str) -> str:
        """Inspect e1: one order with an item of 14 days for each defect; answers the order's id."""
        items = [
            asks.VisitItem(defect=defect, place="一车间", legal_item="AQ105(2)", measure="order", days=14)
            for defect in defects
        ]
        ask = asks.MakeVisit(enterprise="e1", community="c1", items=items)
        done = visit_handlers.make_visit(self.desk, self.call(), ask)
        return next(s for s in done.versions if s.startswith("order/"))[6:]

    def serve(self, order: str) -> None:
        """Serve an order."""
        order_handlers.serve(self.desk, self.call(), order, asks.ServeOrder(how="direct", receipt="R1"))

    def reinspect(self, order: str, **passed: bool) -> None:
        """Re-inspect items: `reinspect(order, item1=False)`."""
        results = [{"item": int(item[4:]), "passed": ok} for item, ok in passed.items()]
        order_handlers.reinspect(self.desk, self.call(), order, asks.Reinspect(results=results))

    def catch_up(self) -> None:
        """Bring the read models up to the head."""
        bring_up(self.engine, self.desk.ledger, read_models(self.desk.ledger, self.desk.law))


def make_town(folder: Path, law: Law) -> Town:
    """The town, on a Monday morning."""
    engine = open_engine(f"sqlite:///{folder}/town.db")
    migrate(engine)
    clock = Hands()
    town = Town(engine, Desk(open_ledger(engine, "t-1"), law, clock), clock)
    certificate = Certificate("A1", date(2025, 1, 1), date(2027, 12, 31), "a")
    for person in ("p1", "p2"):
        role = ("enforcement_officer",)
        town.record(f"person/{person}", PersonRegistered(person, person, role, "off", (), certificate))
    town.record("person/h", PersonRegistered("h", "h", ("office_head",), "off"))
    validity = (date(2025, 1, 1), date(2027, 12, 31))
    granted = AuthorityGranted("off", "demo", "B", *validity, "县应急局", SERIES, ("a",), "emb")
    town.record("authority/off", granted)
    town.record("community/c1", CommunityRegistered("c1", "某社区"))
    town.record("enterprise/e1", EnterpriseRegistered("e1", "某厂", "c1", "metal", "key"))
    return town
