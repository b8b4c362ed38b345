"""What services do on each other's facts, as consumers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bihuan.composition import Composition
from services.enforcement import reactions as enforcement
from services.rectification import reactions as rectification
from shared.bus.consumer import Consumer, Effect
from shared.runtime.desk import Desk
from shared.vocabulary.fact import Recorded


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a service does on facts of these kinds of stream, under the name of its consumer."""

    service: str
    name: str
    react: Callable[[Desk, Recorded], None]
    kinds: frozenset[str]

    def consumer(self, desk: Desk) -> Consumer:
        """At a desk: it appends under ids that follow from the fact."""

        def handle(_tx: Connection, records: Sequence[Recorded]) -> None:
            for record in records:
                self.react(desk, record)

        return Consumer(self.name, handle, Effect.APPENDS, self.kinds)


REACTING = (
    Reaction("rectification", rectification.NAME, rectification.open_hazard, frozenset({"report"})),
    Reaction("rectification", rectification.CASE_NAME, rectification.note_case, frozenset({"case"})),
    Reaction("enforcement", enforcement.NAME, enforcement.open_source, frozenset({"order", "hazard"})),
)
REACTIONS = tuple(one.name for one in REACTING)
"""The consumers whose work is to be done before the clock may go on to the next due moment."""


def reactions(house: Composition, ledger: str, services: Collection[str] = ()) -> list[Consumer]:
    """What services do on each other's facts; of all services unless some are named."""
    return [
        one.consumer(house.desk(one.service, ledger))
        for one in REACTING
        if not services or one.service in services
    ]
