"""Who may read a ledger and write which kinds of stream in it."""

from collections.abc import Iterable

from sqlalchemy import Engine, delete, insert, select

from shared.ledger.reading import reading
from shared.ledger.tables import LEDGER_GRANT

ROLES = (
    "bihuan_intake",
    "bihuan_rectification",
    "bihuan_enforcement",
    "bihuan_registry",
    "bihuan_oversight",
)


def grant(engine: Engine, role: str, ledger: str, kinds: Iterable[str]) -> None:
    """Let a role read this ledger and write exactly these kinds of stream in it (none: only read)."""
    row = {"role": role, "ledger": ledger, "kinds": sorted(kinds)}
    with engine.begin() as connection:
        connection.execute(
            delete(LEDGER_GRANT).where(LEDGER_GRANT.c.role == role, LEDGER_GRANT.c.ledger == ledger)
        )
        connection.execute(insert(LEDGER_GRANT), row)


def granted_kinds(engine: Engine, role: str, ledger: str) -> frozenset[str]:
    """The kinds of stream that a role may write in a ledger."""
    query = select(LEDGER_GRANT.c.kinds).where(LEDGER_GRANT.c.role == role, LEDGER_GRANT.c.ledger == ledger)
    with reading(engine) as connection:
        return frozenset(connection.execute(query).scalar_one_or_none() or ())
