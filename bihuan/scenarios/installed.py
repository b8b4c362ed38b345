"""What every engine that runs on an installation has in common: its clock, what is entered, and its facts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from bihuan.composition import Composition
from bihuan.installation import KINDS_BY_SERVICE
from shared.runtime.desk import Acting, Call, Change, Desk
from shared.vocabulary.fact import Actor, Fact, Recorded
from shared.vocabulary.identities import kind_of
from shared.wire.codec import recorded

OWNER = {kind: service for service, kinds in KINDS_BY_SERVICE.items() for kind in kinds}
"""The service that owns each kind of thing; kinds that several may write belong to the last named."""


class Installed:
    """An installation under a scenario; no book named: its first."""

    def __init__(self, house: Composition) -> None:
        self.house = house

    def now(self) -> datetime:
        """The installation's time."""
        return self.house.clock.now()

    def facts(self, after: int = 0, *, book: str | None = None) -> Sequence[Recorded]:
        """Everything recorded in a book beyond a position, in order."""
        ledger = self.desk("hazard", book).ledger
        return [recorded(stored) for stored in ledger.read(after, ledger.head())]

    def write(self, stream: str, fact: Fact, by: Actor, book: str | None) -> None:
        """Append a fact that no act makes."""
        desk = self.desk(kind_of(stream), book)
        on = desk.load(stream)
        command = f"enter:{stream}:{on.version}"
        call = Call(command, hashlib.sha256(command.encode()).digest(), by.person, "scenario")
        desk.append(call, Acting((by,), self.now(), None, ()), Change(on, (fact,)))

    def desk(self, kind: str, book: str | None) -> Desk:
        """The desk of the service that owns this kind of thing."""
        return self.house.desk(OWNER[kind], book or self.house.installation.ledgers[0])
