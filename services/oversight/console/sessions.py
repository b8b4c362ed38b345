"""Who is signed in at the console: each session stands on a token and ends with it, kept only as a digest."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import BigInteger, Engine, Text, column, delete, insert, or_, select, table, update

from shared.ledger.reading import reading
from shared.runtime.access import TOKEN, Principal, PrincipalKind, digest

IDLE = 30 * 60
"""Real seconds without a request after which a session is over."""
LONGEST = 12 * 60 * 60
"""Real seconds after which a session is over in any case."""
_NOTED = 60
"""How many real seconds a request may go unnoted, so that not every page is a write."""

_SESSION = table(
    "console_session",
    column("digest", Text),
    column("token", Text),
    column("began", BigInteger),
    column("seen", BigInteger),
)


@dataclass(frozen=True, slots=True)
class Sessions:
    """Sessions of one database; `now` is real time in seconds since 1970, whatever the installation's clock shows."""

    engine: Engine
    now: Callable[[], float] = time.time

    def begin(self, token: str) -> str:
        """A new session (256 random bits) standing on a good token; sessions that are over are removed."""
        session, at = secrets.token_urlsafe(32), int(self.now())
        row = {"digest": digest(session), "token": digest(token), "began": at, "seen": at}
        over = or_(_SESSION.c.began <= at - LONGEST, _SESSION.c.seen <= at - IDLE)
        with self.engine.begin() as tx:
            tx.execute(delete(_SESSION).where(over))
            tx.execute(insert(_SESSION), row)
        return session

    def who(self, session: str) -> Principal | None:
        """Whose session it is; None when it is none or over, or its token was revoked."""
        at, mine = int(self.now()), _SESSION.c.digest == digest(session)
        query = select(TOKEN.c.ledger, TOKEN.c.principal, TOKEN.c.kind, _SESSION.c.seen).where(
            mine,
            _SESSION.c.began > at - LONGEST,
            _SESSION.c.seen > at - IDLE,
            TOKEN.c.digest == _SESSION.c.token,
            TOKEN.c.revoked_at.is_(None),
        )
        with reading(self.engine) as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        if row.seen <= at - _NOTED:
            with self.engine.begin() as tx:
                tx.execute(update(_SESSION).where(mine).values(seen=at))
        return Principal(row.ledger, row.principal, PrincipalKind(row.kind))

    def end(self, session: str) -> None:
        """Nobody can use it any more."""
        with self.engine.begin() as tx:
            tx.execute(delete(_SESSION).where(_SESSION.c.digest == digest(session)))
