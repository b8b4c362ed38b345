"""Who is asking: bearer tokens of people and channels, kept only as digests."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import BigInteger, Engine, Text, column, insert, select, table, update

from shared.ledger.clockface import installation_time
from shared.ledger.reading import reading

TOKEN = table(
    "token",
    column("digest", Text),
    column("ledger", Text),
    column("principal", Text),
    column("kind", Text),
    column("issued_at", BigInteger),
    column("revoked_at", BigInteger),
)

# Command ids are `kind:principal:key`: without a colon in the principal no two of them can be the same.
_PRINCIPAL = re.compile(r"[A-Za-z0-9._-]{1,120}")
_TOKEN = re.compile(r"bh_[A-Za-z0-9_-]{43}")


class PrincipalKind(StrEnum):
    """A person acts within their roles; a channel may only report."""

    PERSON = "person"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Principal:
    """Whom a token stands for, in which ledger."""

    ledger: str
    id: str
    kind: PrincipalKind

    @property
    def name(self) -> str:
        """The name under which its commands are kept: `person:p-004`."""
        return f"{self.kind}:{self.id}"


def issue(engine: Engine, ledger: str, principal: str, kind: PrincipalKind) -> str:
    """A new token (256 random bits), shown this once; raises ValueError for an id that cannot be one."""
    if not _PRINCIPAL.fullmatch(principal):
        raise ValueError("a principal's id has 1 to 120 of A-Z a-z 0-9 . _ -")
    token = f"bh_{secrets.token_urlsafe(32)}"
    row = {"digest": digest(token), "ledger": ledger, "principal": principal, "kind": kind}
    with engine.begin() as connection:
        connection.execute(insert(TOKEN), row | {"issued_at": installation_time(connection)})
    return token


def revoke(engine: Engine, ledger: str, principal: str, kind: PrincipalKind) -> int:
    """Revoke every token of a principal, at once; answers how many were still good."""
    mine = (TOKEN.c.ledger == ledger, TOKEN.c.principal == principal, TOKEN.c.kind == kind)
    with engine.begin() as connection:
        now = installation_time(connection)
        good = update(TOKEN).where(*mine, TOKEN.c.revoked_at.is_(None))
        return connection.execute(good.values(revoked_at=now)).rowcount


def who(engine: Engine, token: str) -> Principal | None:
    """Whom a token stands for; None when it is none or was revoked. Nothing is cached, so revoking acts at once."""
    if not _TOKEN.fullmatch(token):
        return None
    query = select(TOKEN.c.ledger, TOKEN.c.principal, TOKEN.c.kind).where(
        TOKEN.c.digest == digest(token), TOKEN.c.revoked_at.is_(None)
    )
    with reading(engine) as connection:
        row = connection.execute(query).one_or_none()
    return row and Principal(row.ledger, row.principal, PrincipalKind(row.kind))


def digest(token: str) -> str:
    """What is kept instead of a token."""
    # 256 random bits need no salt and no slow hash: there is nothing to guess.
    return sha256(token.encode()).hexdigest()
