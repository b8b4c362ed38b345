"""What enforcement does on others' facts: a failed re-inspection or a finding opens a case source."""

from __future__ import annotations

from shared.runtime.desk import Change, Desk
from shared.runtime.reactions import react
from shared.vocabulary.fact import Recorded
from shared.vocabulary.hazard_facts import HazardViolationFound
from shared.vocabulary.identities import reaction_id, stream_of
from shared.vocabulary.order_facts import OrderIssued, OrderReinspected
from shared.vocabulary.source_facts import Ground, SourceOpened

NAME = "enforcement.open_source"


def open_source(desk: Desk, record: Recorded) -> None:
    """Open one case source per failed round or finding; the same event opens it once for ever."""
    match record.fact:
        case OrderReinspected() if record.fact.failed:
            opened = _failed(desk, record, record.fact)
        case HazardViolationFound():
            opened = _found(record, record.fact)
        case _:
            return
    react(
        desk,
        NAME,
        record,
        Change(desk.load(stream_of("source", opened.source)), (opened,)),
    )


def _failed(desk: Desk, record: Recorded, fact: OrderReinspected) -> SourceOpened:
    order = desk.load(record.stream)
    issued = next(f for f in order.facts if isinstance(f, OrderIssued))
    items = [item for item in issued.items if item.number in fact.failed]
    return SourceOpened(
        source=reaction_id(record.ledger, record.position, NAME),
        ground=Ground.FAILED_REINSPECTION,
        cause_stream=record.stream,
        cause_position=record.position,
        enterprise=fact.enterprise,
        legal_items=tuple(dict.fromkeys(item.legal_item for item in items)),
        order=fact.order,
        items=fact.failed,
        hazards=tuple(item.hazard for item in items),
    )


def _found(record: Recorded, fact: HazardViolationFound) -> SourceOpened:
    return SourceOpened(
        source=reaction_id(record.ledger, record.position, NAME),
        ground=Ground.VIOLATION_FOUND,
        cause_stream=record.stream,
        cause_position=record.position,
        enterprise=fact.enterprise,
        legal_items=(fact.legal_item,),
        hazards=(fact.hazard,),
    )
