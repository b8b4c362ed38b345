"""Which open hazards are likely the same: found through an index when one becomes known or changes, never by comparing all.

A pair is there while nobody has decided about it and the law lets one be merged into the other.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Select, delete, insert, or_, select, union

from services.oversight.hazard_entry import ENDED, entry
from services.oversight.tables import LIKENESS, PROPOSAL
from services.oversight.words import Language, word
from shared.bus.histories import Histories
from shared.bus.projection import serving
from shared.law.likeness import Ground, LikenessRule, Traits, alike, obstacle, place_key, traits
from shared.law.periods import SHANGHAI
from shared.ledger.instants import microseconds
from shared.vocabulary.fact import Recorded

DUPLICATES = "duplicates"

_TRAITS = TypeAdapter(Traits)


class LikelySame:
    """One row per open hazard with what makes it alike to others, and one per pair to be decided."""

    name = DUPLICATES
    kinds = frozenset({"hazard"})

    def __init__(self, histories: Histories, rule: LikenessRule) -> None:
        self._histories, self._rule = histories, rule

    def derive(self, tx: Connection, record: Recorded, generation: int) -> None:
        """Write the hazard's row and its pairs anew."""
        history = self._histories.upto(record)
        line = entry(history)
        if line is None:
            return
        self._forget(tx, record.ledger, generation, line.hazard)
        if line.stage in ENDED:
            return
        its = traits(history, line.stage)
        mine = {"ledger": record.ledger, "generation": generation}
        for opened, other in self._candidates(tx, record.ledger, generation, its):
            found = _pair(its, line.opened, other, opened, self._window(its, other))
            if found is not None:
                tx.execute(insert(PROPOSAL), mine | found)
        row = {
            "hazard": its.hazard,
            "opened": line.opened,
            "enterprise": its.enterprise,
            "community": its.community,
            "place_key": place_key(its.place),
            "known_at": microseconds(its.known_at),
            "traits": _TRAITS.dump_json(its).decode(),
        }
        tx.execute(insert(LIKENESS), mine | row)

    def clear(self, tx: Connection, ledger: str, generation: int) -> None:
        """Remove a generation."""
        for rows in (LIKENESS, PROPOSAL):
            tx.execute(delete(rows).where(rows.c.ledger == ledger, rows.c.generation == generation))

    def _forget(self, tx: Connection, ledger: str, generation: int, hazard: str) -> None:
        p, own = PROPOSAL.c, LIKENESS.c
        tx.execute(
            delete(LIKENESS).where(own.ledger == ledger, own.generation == generation, own.hazard == hazard)
        )
        for side in (p.duplicate, p.survivor):
            tx.execute(delete(PROPOSAL).where(p.ledger == ledger, p.generation == generation, side == hazard))

    def _candidates(
        self, tx: Connection, ledger: str, generation: int, its: Traits
    ) -> list[tuple[int, Traits]]:
        """Open hazards of the enterprise, and where an enterprise is unknown those of the place, known about then."""
        c, reach = LIKENESS.c, timedelta(days=self._rule.longest)
        about_then = c.known_at.between(
            microseconds(its.known_at - reach), microseconds(its.known_at + reach)
        )
        mine = (c.ledger == ledger, c.generation == generation, about_then)
        at_place = select(c.hazard, c.opened, c.traits).where(
            *mine, c.community == its.community, c.place_key == place_key(its.place)
        )
        if its.enterprise is None:
            found = tx.execute(at_place)
        else:
            of_enterprise = select(c.hazard, c.opened, c.traits).where(*mine, c.enterprise == its.enterprise)
            found = tx.execute(union(of_enterprise, at_place.where(c.enterprise.is_(None))))
        return [(row.opened, _TRAITS.validate_json(row.traits)) for row in found]

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
