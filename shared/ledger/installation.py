"""What this installation is: real, or a demonstration whose clock may be moved. Decided once."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Engine, insert, select, update

from shared.ledger.clockface import REAL_RATE, Mode, installation_time, read_clock
from shared.ledger.instants import microseconds
from shared.ledger.reading import reading
from shared.ledger.tables import CLOCK, INSTALLATION


class Installation(StrEnum):
    """The two kinds of installation."""

    REAL = "real"
    DEMONSTRATION = "demonstration"


class FoundedOtherwise(Exception):
    """The installation was founded as the other kind, which never changes."""

    def __init__(self, found: Installation) -> None:
        super().__init__(f"this installation was founded as {found}")
        self.found = found


def found(engine: Engine, kind: Installation, begins: datetime | None = None) -> None:
    """Declare what the installation is: again changes nothing, otherwise is refused.

    A demonstration may begin at another moment than now: its clock then stands there until it is let run.
    """
    with engine.begin() as connection:
        if (existing := read_installation(connection)) is None:
            if begins is not None:
                _begin_at(connection, kind, begins)
            now = installation_time(connection)
            connection.execute(insert(INSTALLATION), {"kind": kind, "created": now})
        elif existing is not kind:
            raise FoundedOtherwise(existing)


def _begin_at(connection: Connection, kind: Installation, begins: datetime) -> None:
    if kind is not Installation.DEMONSTRATION:
        raise ValueError("a real installation's clock shows real time")
    _face, real = read_clock(connection)
    values = {"mode": Mode.FROZEN, "base": microseconds(begins), "since": real, "rate_ppm": REAL_RATE}
    connection.execute(update(CLOCK), values)


def installation(engine: Engine) -> Installation | None:
    """What the installation was founded as, or None when it was not yet."""
    with reading(engine) as connection:
        return read_installation(connection)


def read_installation(connection: Connection) -> Installation | None:
    """The same, inside the caller's transaction."""
    kind = connection.execute(select(INSTALLATION.c.kind)).scalar_one_or_none()
    return None if kind is None else Installation(kind)
