"""What the watch asks of a service: look at a thing, and take a step that is still owed.

Used by every service for its own kinds of stream; holds no law, only asks the pure core.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.law.obligations import Obligation
from shared.law.periods import SHANGHAI, end_of
from shared.law.rungs import Kind, Owed, Step, next_moment, steps_owed
from shared.ledger.port import VersionConflict
from shared.runtime.desk import ATTEMPTS, Acting, Call, Change, Desk, Loaded
from shared.runtime.reminders import reminder
from shared.vocabulary.fact import Actor, Fact
from shared.vocabulary.identities import derived_id, stream_of
from shared.vocabulary.obligation_facts import (
    LapseWithdrawn,
    ObligationLapsed,
    RungReached,
)
from shared.vocabulary.paper_facts import MessageOwed

CLOCK = Actor("clock", "clock", "bihuan")
"""The clock acts for nobody: it records, reminds and escalates, and takes no step against a party."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a look found: the version seen, the steps owed now, and which will be owed at the next moment."""

    stream: str
    version: int
    open: bool
    steps: tuple[Step, ...]
    wake_at: datetime | None
    coming: tuple[Step, ...] = ()
    waits_for: str = ""


def look(desk: Desk, stream: str) -> Look:
    """Read the ledger itself and say what is owed now and next."""
    return _seen(desk, desk.load(stream), desk.clock.now())


def take(desk: Desk, stream: str, step: Step) -> bool:
    """Take a step if it is still owed; "no longer owed" is success. True when a fact was written."""
    command = f"clock:{stream}:{step.identity}"
    body_hash = hashlib.sha256(command.encode()).digest()
    for attempt in range(ATTEMPTS):
        if desk.ledger.answer(command, body_hash) is not None:
            return False
        loaded = desk.load(stream)
        at = desk.clock.now()
        every = steps_owed(desk.obligations(loaded), desk.law.calendar, at=at)
        owed = next((o for o in every if o.step == step), None)
        if owed is None:
            return False
        call = Call(command, body_hash, CLOCK.person, loaded.records[0].context.trace)
        acting = Acting((CLOCK,), at, None, ())
        try:
            desk.append(
                call,
                acting,
                Change(loaded, (_fact(owed, loaded),)),
                *_messages(desk, owed, every, at),
            )
        except VersionConflict:
            if attempt == ATTEMPTS - 1:
                raise
            continue
        return True
    return False


def _seen(desk: Desk, loaded: Loaded, at: datetime) -> Look:
    many = desk.obligations(loaded)
    owed = steps_owed(many, desk.law.calendar, at=at)
    still = [o for o in many if o.open]
    wake = next_moment(still, desk.law.calendar, after=at)
    return Look(
        loaded.stream,
        loaded.version,
        bool(still) or bool(owed),
        tuple(o.step for o in owed),
        wake,
        tuple(o.step for o in steps_owed(many, desk.law.calendar, at=wake)) if wake else (),
        _waits_for(still),
    )


def _waits_for(still: list[Obligation]) -> str:
    """What an official reads on the timer: the nearest obligation and its legal due."""
    nearest = min(still, key=lambda o: (end_of(o.due.legal), o.id), default=None)
    return f"等待:{nearest.row.name}({nearest.id}),到期{nearest.due.legal}" if nearest else ""


def _fact(owed: Owed, loaded: Loaded) -> Fact:
    obligation, step = owed.obligation, owed.step
    match step.kind:
        case Kind.LAPSE:
            return ObligationLapsed(
                obligation=obligation.id,
                row=obligation.row.id,
                revision=step.revision,
                bearer=str(obligation.bearer),
                meaning=obligation.row.lapse,
                due=end_of(obligation.due.legal).isoformat(),
                known_at=loaded.records[-1].position,
            )
        case Kind.WITHDRAWAL:
            return LapseWithdrawn(obligation.id, obligation.row.id, step.revision, owed.because)
        case Kind.RUNG:
            return RungReached(
                obligation=obligation.id,
                row=obligation.row.id,
                revision=step.revision,
                rung=step.rung,
                to=_recipients(owed),
                moment=owed.moment,
                due=end_of(obligation.due.legal).isoformat(),
                collapsed=owed.collapsed,
            )


def _recipients(owed: Owed) -> tuple[str, ...]:
    rung = owed.rung
    if rung is None:
        return ()
    roles = [r for to in rung.to for r in (owed.obligation.row.answerable if to == "answerable" else (to,))]
    return tuple(dict.fromkeys(roles))


def _messages(desk: Desk, owed: Owed, every: Sequence[Owed], at: datetime) -> list[Change]:
    """One message to the same roles about the same thing on the same day, however many rungs fall on it.

    It says all that is owed to be told them now: a thing's rungs of one day come together.
    """
    if owed.step.kind is not Kind.RUNG:
        return []
    about, day = owed.obligation.stream, at.astimezone(SHANGHAI).date().isoformat()
    to = _recipients(owed)
    message = derived_id("message", desk.ledger.name, about, day, *to)
    book = desk.load(stream_of("message", message))
    if book.records:
        return []
    same = [o for o in every if o.step.kind is Kind.RUNG and _recipients(o) == to]
    text = reminder(about, same, at, lambda stream: desk.load(stream).facts)
    return [Change(book, (MessageOwed(message, to, about, day, text),))]
