"""Acts on two hazards that may be the same: load both, decide, append to both."""

from __future__ import annotations

from services.rectification import asks, hazard, merging
from shared.law.likeness import Traits, traits
from shared.ledger.port import Appended
from shared.runtime.desk import Call, Change, Desk, Loaded
from shared.vocabulary.identities import stream_of


def merge(desk: Desk, call: Call, hazard_id: str, ask: asks.MergeHazard) -> Appended:
    """The hazard ends in another that survives."""
    it, other = desk.thing("hazard", hazard_id, call), desk.thing("hazard", ask.into)
    acting = desk.begin("merge_hazard", call, it, other)
    merged, absorbed = merging.merge(_traits(it), _traits(other), reasons=ask.reasons)
    return desk.append(call, acting, Change(it, (merged,)), Change(other, (absorbed,)))


def keep_apart(desk: Desk, call: Call, hazard_id: str, ask: asks.KeepApart) -> Appended:
    """The two are not the same."""
    it, other = desk.thing("hazard", hazard_id, call), desk.thing("hazard", ask.other)
    acting = desk.begin("keep_apart", call, it, other)
    here, there = merging.keep_apart(_traits(it), _traits(other), reasons=ask.reasons)
    return desk.append(call, acting, Change(it, (here,)), Change(other, (there,)))


def separate(desk: Desk, call: Call, hazard_id: str, ask: asks.SeparateHazard) -> Appended:
    """The merging was wrong; the hazard goes on by itself."""
    it = desk.thing("hazard", hazard_id, call)
    state = hazard.replay(it.facts)
    survivors = [desk.load(stream_of("hazard", state.merged_into))] if state.merged_into else []
    acting = desk.begin("separate_hazard", call, it, *survivors)
    back, apart = merging.separate(state, reasons=ask.reasons)
    changes = [Change(survivor, (apart,)) for survivor in survivors]
    return desk.append(call, acting, Change(it, (back,)), *changes)


def _traits(it: Loaded) -> Traits:
    return traits(it.records, hazard.replay(it.facts).stage)
