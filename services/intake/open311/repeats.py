"""Open311 knows no Idempotency-Key: what is sent again within a while is the same report, later it is another one."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

from shared.runtime.desk import Desk


def key_for(desk: Desk, command: str, content: bytes, within: timedelta) -> str:
    """The key of this content, sent now: that of an earlier sending if it was received so recently, else a new one.

    `command`: what the keys of the channel begin with, in command ids.
    """
    now = desk.clock.now()
    spell = int(now.timestamp() // within.total_seconds())
    digest = sha256(content).hexdigest()
    before, here = (f"open311:{digest}:{number}" for number in (spell - 1, spell))
    earlier = desk.ledger.answer(f"{command}:{before}", sha256(content).digest())
    if earlier is None:
        return here
    received = desk.ledger.read(after=earlier.first - 1, limit=1)[0].recorded_at
    return before if now - received <= within else here
