"""Nonces of signed requests: each is good once, and remembered for as long as its request could be sent again."""

from __future__ import annotations

import time
from hashlib import sha256

from sqlalchemy import BigInteger, Engine, Text, column, delete, insert, table
from sqlalchemy.exc import IntegrityError

_NONCE = table("signature_nonce", column("digest", Text), column("until", BigInteger))


def spend(engine: Engine, nonce: str, until: int) -> bool:
    """Whether a nonce is new; remembers it until that moment (real seconds since 1970), and forgets those past theirs."""
    row = {"digest": sha256(nonce.encode()).hexdigest(), "until": until}
    try:
        with engine.begin() as tx:
            tx.execute(delete(_NONCE).where(_NONCE.c.until < int(time.time())))
            tx.execute(insert(_NONCE), row)
    except IntegrityError:
        return False
    return True
