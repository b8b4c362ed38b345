"""Acts on a case source: load, decide, append."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from services.enforcement import source
from shared.ledger.port import Appended
from shared.runtime.asks import Ask, Said
from shared.runtime.desk import Call, Change, Desk
from shared.vocabulary.source_facts import Outcome


class Proposal(Ask):
    """处置建议."""

    outcome: Outcome
    reasons: Said
    basis: Said


class Disposition(Proposal):
    """处置决定; a transfer names its agency."""

    agency: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None = None


def propose(desk: Desk, call: Call, source_id: str, ask: Proposal) -> Appended:
    """The handler proposes."""
    it = desk.thing("source", source_id, call)
    acting = desk.begin("propose_disposition", call, it)
    fact = source.propose(
        source.replay(it.facts),
        outcome=ask.outcome,
        reasons=ask.reasons,
        basis=ask.basis,
    )
    return desk.append(call, acting, Change(it, (fact,)))


def dispose(desk: Desk, call: Call, source_id: str, ask: Disposition) -> Appended:
    """The head decides; a filing takes the next case number."""
    it = desk.thing("source", source_id, call)
    acting = desk.begin("dispose_source", call, it)
    number: str | None = None
    numbered: tuple[Change, ...] = ()
    if ask.outcome is Outcome.FILED:
        number, change = desk.number("case_filing", acting, it.stream)
        numbered = (change,)
    fact = source.dispose(
        source.replay(it.facts),
        outcome=ask.outcome,
        reasons=ask.reasons,
        basis=ask.basis,
        number=number,
        agency=ask.agency,
        mode=acting.profile.mode if acting.profile else None,
    )
    return desk.append(call, acting, Change(it, (fact,)), *numbered)
