"""What enforcement carries from one office's book to another's: a case handed over, and the answer to it.

Each is written by this service under its own grant in the other ledger, once, whatever is repeated or dies between.
"""

from __future__ import annotations

from shared.runtime.desk import Change, Desk, DeskOf
from shared.runtime.reactions import react
from shared.vocabulary.fact import Recorded
from shared.vocabulary.hand_over_facts import (
    CaseHandedOver,
    CaseHandOverAcknowledged,
    CaseHandOverReturned,
    HandOverAcknowledged,
    HandOverReceived,
    HandOverReturned,
)
from shared.vocabulary.identities import handed_source, stream_of

OVER = "enforcement.carry_over"
BACK = "enforcement.carry_back"


class NoSuchBook(LookupError):
    """The other office's ledger is not in this installation; the stream waits, parked, until it is."""

    def __init__(self, ledger: str) -> None:
        super().__init__(
            f"本安装没有账本{ledger};用 bihuan init 添加后,用 bihuan bus redrive 补办"
            f" / this installation has no ledger {ledger}: add it with bihuan init, then bihuan bus redrive"
        )


def carry_over(desks: DeskOf, record: Recorded) -> None:
    """A case handed to an office with a book of its own is received there, effective on arrival.

    The receiver's time to answer begins when it can know, however late the giver entered the hand-over.
    """
    fact = record.fact
    if not isinstance(fact, CaseHandedOver) or fact.ledger is None or fact.package is None:
        return
    desk = _desk(desks, fact.ledger)
    received = HandOverReceived(
        source=handed_source(record.ledger, record.position),
        to=fact.to,
        from_ledger=record.ledger,
        from_office=record.context.actors[0].organisation,
        case=fact.case,
        cause_position=record.position,
        reasons=fact.reasons,
        letter=fact.letter,
        package=fact.package,
    )
    there = Change(desk.load(stream_of("source", received.source)), (received,))
    react(desk, OVER, record, there, effective=desk.clock.now())


def carry_back(desks: DeskOf, record: Recorded) -> None:
    """The receiver's answer is noted on the giver's case, effective when it was given."""
    if not isinstance(record.fact, HandOverAcknowledged | HandOverReturned):
        return
    own = _desk(desks, record.ledger).load(record.stream)
    received = next(fact for fact in own.facts if isinstance(fact, HandOverReceived))
    desk = _desk(desks, received.from_ledger)
    match record.fact:
        case HandOverAcknowledged(source, receipt):
            answer: CaseHandOverAcknowledged | CaseHandOverReturned = CaseHandOverAcknowledged(
                received.case, received.to, receipt, source
            )
        case HandOverReturned(source, reasons):
            answer = CaseHandOverReturned(received.case, received.to, reasons, source)
    react(desk, BACK, record, Change(desk.load(stream_of("case", received.case)), (answer,)))


def _desk(desks: DeskOf, ledger: str) -> Desk:
    desk = desks(ledger)
    if desk is None:
        raise NoSuchBook(ledger)
    return desk
