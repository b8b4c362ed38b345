"""Which open hazards are likely the same: found through an index when one becomes known or changes, never by comparing all.

A pair is there while nobody has decided about it and the law lets one be merged into the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    Select,
    TableClause,
    bindparam,
    delete,
    insert,
    or_,
    select,
    union,
)

from services.oversight.hazard_entry import ENDED, entry
from services.oversight.tables import LIKENESS, PROPOSAL
from services.oversight.words import Language, word
from shared.bus.histories import Histories
from shared.bus.projection import serving, write
from shared.law.likeness import Ground, LikenessRule, Traits, alike, obstacle, place_key, traits
from shared.law.periods import SHANGHAI
from shared.ledger.instants import microseconds
from shared.vocabulary.fact import Recorded

DUPLICATES = "duplicates"

_TRAITS = TypeAdapter(Traits)


def _near(*where: ColumnElement[bool]) -> Select[Any]:
    """Open hazards of a generation that became known between two moments, and of which this holds too."""
    c = LIKENESS.c
    mine = (c.ledger == bindparam("ledger"), c.generation == bindparam("generation"))
    return select(c.hazard, c.opened, c.traits).where(
        *mine, c.known_at.between(bindparam("first"), bindparam("last")), *where
    )


def _without(rows: TableClause, column: str) -> Delete:
    c = rows.c
    return delete(rows).where(
        c.ledger == bindparam("of_ledger"),
        c.generation == bindparam("of_generation"),
        c[column] == bindparam("of_hazard"),
    )


# Built once: building a statement costs more than running it.
_AT_PLACE = (
    LIKENESS.c.community == bindparam("community"),
    LIKENESS.c.place_key == bindparam("place_key"),
)
_OF_PLACE = _near(*_AT_PLACE)
_OF_ENTERPRISE = union(
    _near(LIKENESS.c.enterprise == bindparam("enterprise")),
    _near(*_AT_PLACE, LIKENESS.c.enterprise.is_(None)),
)
_FORGET = (
    _without(LIKENESS, "hazard"),
    _without(PROPOSAL, "duplicate"),
    _without(PROPOSAL, "survivor"),
)
_ADD_HAZARD, _ADD_PAIRS = insert(LIKENESS), insert(PROPOSAL)


class LikelySame:
    """One row per open hazard with what makes it alike to others, and one per pair to be decided.

    A pair is written anew with each fact of either hazard, so it follows from both, whichever came last.
    """

    name = DUPLICATES
    kinds = frozenset({"hazard"})

    def __init__(self, histories: Histories, rule: LikenessRule) -> None:
        self._histories, self._rule = histories, rule

    def derive(self, tx: Connection, streams: Sequence[Sequence[Recorded]], generation: int) -> None:
        """Write the hazards' rows and their pairs anew."""
        known: list[tuple[Traits, dict[str, Any]]] = []
        forgotten: list[dict[str, Any]] = []
        for records in streams:
            history, ledger = self._histories.upto(records), records[-1].ledger
            line = entry(history)
            if line is None:
                continue
            forgotten.append({"of_ledger": ledger, "of_generation": generation, "of_hazard": line.hazard})
            if line.stage not in ENDED:
                its = traits(history, line.stage)
                known.append((its, _row(ledger, generation, its, line.opened)))
        for statement in _FORGET:
            write(tx, statement, forgotten)
        for its, row in known:
            # One after the other: of two that are alike, the second finds the first.
            write(tx, _ADD_PAIRS, self._pairs(tx, its, row))
            tx.execute(_ADD_HAZARD, row)

    def clear(self, tx: Connection, ledger: str, generation: int) -> None:
        """Remove a generation."""
        for rows in (LIKENESS, PROPOSAL):
            tx.execute(delete(rows).where(rows.c.ledger == ledger, rows.c.generation == generation))

    def _pairs(self, tx: Connection, its: Traits, row: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            {"ledger": row["ledger"], "generation": row["generation"], **pair}
            for opened, other in self._candidates(tx, its, row)
            if (pair := _pair(its, row["opened"], other, opened, self._window(its, other)))
        ]

    def _candidates(self, tx: Connection, its: Traits, row: dict[str, Any]) -> list[tuple[int, Traits]]:
        """Open hazards of the enterprise, and where an enterprise is unknown those of the place, known about then."""
        reach = timedelta(days=self._rule.longest)
        span = {"first": microseconds(its.known_at - reach), "last": microseconds(its.known_at + reach)}
        statement = _OF_PLACE if its.enterprise is None else _OF_ENTERPRISE
        return [(one.opened, _TRAITS.validate_json(one.traits)) for one in tx.execute(statement, row | span)]

    def _window(self, one: Traits, other: Traits) -> timedelta:
        later = max(one.known_at, other.known_at).astimezone(SHANGHAI).date()
        return timedelta(days=self._rule.at(later).window_days)


def pairs(ledger: str, community: str | None, enterprise: str | None) -> Select[Any]:
    """The pairs to be decided, with the traits of both."""
    p, duplicate, survivor = PROPOSAL.c, LIKENESS.alias(), LIKENESS.alias()
    query = select(PROPOSAL, duplicate.c.traits.label("its"), survivor.c.traits.label("others"))
    for side, hazard in ((duplicate, p.duplicate), (survivor, p.survivor)):
        same = (side.c.ledger == p.ledger) & (side.c.generation == p.generation) & (side.c.hazard == hazard)
        query = query.join(side, same)
    if community is not None:
        query = query.where(or_(duplicate.c.community == community, survivor.c.community == community))
    if enterprise is not None:
        query = query.where(or_(duplicate.c.enterprise == enterprise, survivor.c.enterprise == enterprise))
    return query.where(p.ledger == ledger, p.generation == serving(ledger, DUPLICATES))


def proposal_row(row: dict[str, Any], lang: Language) -> dict[str, Any]:
    """A pair as it is read: which would be merged into which, and why they are likely the same."""
    its, others = _TRAITS.validate_json(row["its"]), _TRAITS.validate_json(row["others"])
    days = abs(its.known_at.astimezone(SHANGHAI).date() - others.known_at.astimezone(SHANGHAI).date()).days
    why = [word(ground, lang) for ground in row["grounds"].split(",")]
    if lang is Language.ZH:
        why.append(f"发现相隔{days}天" if days else "同日发现")
    else:
        why.append(f"known {days} days apart" if days else "known on one day")
    return {
        "duplicate": _shown(its, lang),
        "survivor": _shown(others, lang),
        "grounds": [Ground(ground) for ground in row["grounds"].split(",")],
        "days_apart": days,
        "why": why,
    }


def _row(ledger: str, generation: int, its: Traits, opened: int) -> dict[str, Any]:
    return {
        "ledger": ledger,
        "generation": generation,
        "hazard": its.hazard,
        "opened": opened,
        "enterprise": its.enterprise,
        "community": its.community,
        "place_key": place_key(its.place),
        "known_at": microseconds(its.known_at),
        "traits": _TRAITS.dump_json(its).decode(),
    }


def _pair(
    one: Traits, opened: int, other: Traits, other_opened: int, window: timedelta
) -> dict[str, Any] | None:
    """The row of two hazards that are likely the same, if one can be merged into the other: rather the later one."""
    grounds = alike(one, other, window)
    ways = [(one, other), (other, one)] if opened > other_opened else [(other, one), (one, other)]
    way = next((way for way in ways if obstacle(*way) is None), None)
    if not grounds or way is None:
        return None
    return {
        "duplicate": way[0].hazard,
        "survivor": way[1].hazard,
        "opened": max(opened, other_opened),
        "other_opened": min(opened, other_opened),
        "grounds": ",".join(grounds),
    }


def _shown(its: Traits, lang: Language) -> dict[str, Any]:
    return {
        "hazard": its.hazard,
        "stage": its.stage,
        "stage_name": word(its.stage, lang),
        "enterprise": its.enterprise,
        "community": its.community,
        "defect": its.defect,
        "place": its.place,
        "legal_item": its.legal_item,
        "known_at": its.known_at.astimezone(SHANGHAI).isoformat(),
        "source": its.source,
    }
