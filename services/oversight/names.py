"""What things are called: a read model, so that people read names and numbers of papers instead of ids."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import chain

from sqlalchemy import Connection, Engine, delete, select, text, tuple_

from services.oversight.tables import THING_NAME
from shared.bus.projection import serving, write
from shared.ledger.reading import reading
from shared.vocabulary.case_facts import CaseFiled
from shared.vocabulary.fact import Fact, Recorded
from shared.vocabulary.identities import kind_of, stream_of, thing_of
from shared.vocabulary.order_facts import OrderIssued, VisitMade
from shared.vocabulary.registry_facts import (
    ChannelRegistered,
    CommunityRegistered,
    EnterpriseRegistered,
    OfficeRegistered,
    PersonRegistered,
)

NAMES = "names"

NAMED_FIELDS = {
    "enterprise": "enterprise",
    "community": "community",
    "channel": "channel",
    "person": "person",
    "office": "office",
    "order": "order",
    "party": "enterprise",
    "to": "office",
    "by": "office",
    "from_office": "office",
}
"""Fields of facts that hold the id of a thing of this kind, or another word; a party that is a person has no name."""

_NAMED = text(
    "insert into thing_name (ledger, generation, kind, thing, name, position)"
    " values (:ledger, :generation, :kind, :thing, :name, :position)"
    " on conflict (ledger, generation, kind, thing) do update"
    " set name = excluded.name, position = excluded.position"
)
_AT_ONCE = 500


class ThingNames:
    """The last name that the facts of each registered thing, order, case and visit give it."""

    name = NAMES
    kinds = frozenset({"person", "office", "community", "enterprise", "channel", "order", "case", "visit"})

    def derive(self, tx: Connection, streams: Sequence[Sequence[Recorded]], generation: int) -> None:
        """Enter the last name that each stream's facts give, if they give one."""
        rows = {
            record.stream: {
                "ledger": record.ledger,
                "generation": generation,
                "kind": kind_of(record.stream),
                "thing": thing_of(record.stream),
                "name": name,
                "position": record.position,
            }
            for record in chain.from_iterable(streams)
            if (name := _given(record.fact)) is not None
        }
        write(tx, _NAMED, list(rows.values()))

    def clear(self, tx: Connection, ledger: str, generation: int) -> None:
        """Remove a generation."""
        mine = (THING_NAME.c.ledger == ledger, THING_NAME.c.generation == generation)
        tx.execute(delete(THING_NAME).where(*mine))


def names_of(engine: Engine, ledger: str, streams: Collection[str]) -> dict[str, str]:
    """The names of these things, by stream; what has none is left out."""
    wanted = sorted({(kind_of(stream), thing_of(stream)) for stream in streams})
    n, found = THING_NAME.c, {}
    with reading(engine) as connection:
        for first in range(0, len(wanted), _AT_ONCE):
            some = tuple_(n.kind, n.thing).in_(wanted[first : first + _AT_ONCE])
            mine = (n.ledger == ledger, n.generation == serving(ledger, NAMES))
            for row in connection.execute(select(n.kind, n.thing, n.name).where(*mine, some)):
                found[stream_of(row.kind, row.thing)] = row.name
    return found


def all_of(engine: Engine, ledger: str, kind: str) -> dict[str, str]:
    """Every named thing of a kind, by id, in the order of their ids."""
    n = THING_NAME.c
    mine = (n.ledger == ledger, n.generation == serving(ledger, NAMES), n.kind == kind)
    with reading(engine) as connection:
        rows = connection.execute(select(n.thing, n.name).where(*mine).order_by(n.thing))
        return {row.thing: row.name for row in rows}


def mentioned(fact: Fact) -> set[str]:
    """The streams of the things that a sentence about the fact may call by their names."""
    found = {
        stream_of(kind, value)
        for field, kind in NAMED_FIELDS.items()
        if isinstance(value := getattr(fact, field, None), str)
    }
    found |= {stream_of("enterprise", party) for party in getattr(fact, "parties", ())}
    return found | {stream_of("enterprise", penalty.party.id) for penalty in getattr(fact, "penalties", ())}


def _given(fact: Fact) -> str | None:
    match fact:
        case (
            PersonRegistered()
            | OfficeRegistered()
            | CommunityRegistered()
            | EnterpriseRegistered()
            | ChannelRegistered()
        ):
            return fact.name
        case OrderIssued() | CaseFiled():
            return fact.number
        case VisitMade():
            return fact.record
        case _:
            return None
