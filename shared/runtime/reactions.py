"""How a service reacts to a fact of another: an append whose command is the event and the reaction's name."""

from __future__ import annotations

import hashlib
from datetime import datetime

from shared.ledger.port import Appended
from shared.runtime.desk import Acting, Call, Change, Desk
from shared.vocabulary.fact import Actor, Recorded


def react(
    desk: Desk, name: str, cause: Recorded, *changes: Change, effective: datetime | None = None
) -> Appended:
    """Record what follows from a fact: effective when the fact was, once however often the fact arrives.

    The fact may stand in another office's book: positions count per book, so the command names that one.
    """
    book = "" if cause.ledger == desk.ledger.name else f"{cause.ledger}:"
    command = f"reaction:{name}:{book}{cause.position}"
    call = Call(
        command,
        hashlib.sha256(command.encode()).digest(),
        name,
        cause.context.trace,
        reason=f"因{cause.name}",
        causation=f"{cause.ledger}:{cause.position}",
        correlation=cause.context.correlation,
    )
    acting = Acting((Actor(name, "reaction", "bihuan"),), effective or cause.effective, None, ())
    known = desk.ledger.answer(call.command, call.body_hash)
    return known or desk.append(call, acting, *changes)
