"""What services do on each other's facts, as consumers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain

from sqlalchemy import Connection

from bihuan.composition import Composition
from services.enforcement import carriers
from services.enforcement import reactions as enforcement
from services.intake import reactions as intake
from services.rectification import reactions as rectification
from shared.bus.consumer import Consumer, Effect
from shared.runtime.desk import Desk, DeskOf
from shared.vocabulary.fact import Recorded

React = Callable[[Recorded], None]
At = Callable[[DeskOf, str], React]
"""What is done for the facts of one ledger, from the service's desks at the books."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a service does on facts of these kinds of stream, under the name of its consumer."""

    service: str
    name: str
    at: At
    kinds: frozenset[str]

    def consumer(self, desks: DeskOf, ledger: str) -> Consumer:
        """Of a ledger: it appends under ids that follow from the fact."""
        react = self.at(desks, ledger)

        def handle(_tx: Connection, streams: Sequence[Sequence[Recorded]]) -> None:
            for record in chain.from_iterable(streams):
                react(record)

        return Consumer(self.name, handle, Effect.APPENDS, self.kinds)


def _here(service: str, name: str, react: Callable[[Desk, Recorded], None], *kinds: str) -> Reaction:
    """One that writes into the book in which it reads."""

    def at(desks: DeskOf, ledger: str) -> React:
        desk = desks(ledger)
        if desk is None:
            raise LookupError(ledger)
        return partial(react, desk)

    return Reaction(service, name, at, frozenset(kinds))


def _across(service: str, name: str, carry: Callable[[DeskOf, Recorded], None], *kinds: str) -> Reaction:
    """One that carries into other books."""
    return Reaction(service, name, lambda desks, _: partial(carry, desks), frozenset(kinds))


REACTING = (
    _here("rectification", rectification.NAME, rectification.open_hazard, "report"),
    _here("rectification", rectification.CASE_NAME, rectification.note_case, "case"),
    _here("enforcement", enforcement.NAME, enforcement.open_source, "order", "hazard"),
    _across("enforcement", carriers.OVER, carriers.carry_over, "case"),
    _across("enforcement", carriers.BACK, carriers.carry_back, "source"),
    _here("intake", intake.NAME, intake.answer_reporters, "hazard"),
)
REACTIONS = tuple(one.name for one in REACTING)
"""The consumers whose work is to be done before the clock may go on to the next due moment."""


def reactions(house: Composition, ledger: str, services: Collection[str] = ()) -> list[Consumer]:
    """What services do on each other's facts, or carry into other books; of all services unless some are named."""
    return [
        one.consumer(house.desks(one.service), ledger)
        for one in REACTING
        if not services or one.service in services
    ]
