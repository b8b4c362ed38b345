"""The installation's clock as the ledger reads it: real, frozen or scaled time, in microseconds."""

from dataclasses import dataclass
from enum import StrEnum
from time import time_ns

from sqlalchemy import BigInteger, Connection, func, select

from shared.ledger.tables import CLOCK

REAL_RATE = 1_000_000
_ROW = select(CLOCK.c.mode, CLOCK.c.base, CLOCK.c.since, CLOCK.c.rate_ppm)
_ROW_LOCKED = _ROW.with_for_update()
_REAL_NOW = select(func.real_now(type_=BigInteger))
_ROW_AND_NOW = _ROW.add_columns(func.real_now(type_=BigInteger).label("real"))
"""In one round trip; not where one waits for the row, for what is computed with it is then old."""


class Mode(StrEnum):
    """How installation time follows real time."""

    REAL = "real"
    FROZEN = "frozen"
    SCALED = "scaled"


@dataclass(frozen=True, slots=True)
class ClockFace:
    """The clock's row: at real time `since` it showed `base`, and goes `rate_ppm` millionths of real time."""

    mode: Mode
    base: int
    since: int
    rate_ppm: int

    def at(self, real: int) -> int:
        """What the clock shows at a real time, both in microseconds since 1970 in UTC."""
        match self.mode:
            case Mode.REAL:
                return real
            case Mode.FROZEN:
                return self.base
            case Mode.SCALED:
                # Real time may be set back by its keeper; the clock then stands.
                return self.base + max(real - self.since, 0) * self.rate_ppm // REAL_RATE

    def real_seconds(self, shown: int, due: int) -> float | None:
        """Real seconds in which the clock goes from what it shows to a moment; None when it never will."""
        if due <= shown:
            return 0.0
        match self.mode:
            case Mode.REAL:
                return (due - shown) / REAL_RATE
            case Mode.FROZEN:
                return None
            case Mode.SCALED:
                return (due - shown) / self.rate_ppm


def read_clock(connection: Connection, *, for_update: bool = False) -> tuple[ClockFace, int]:
    """The clock's face and the real time, by the database server's own clock where there is a server."""
    at_once = connection.dialect.name == "postgresql" and not for_update
    row = connection.execute(_ROW_AND_NOW if at_once else _ROW_LOCKED if for_update else _ROW).one()
    face = ClockFace(Mode(row.mode), row.base, row.since, row.rate_ppm)
    return face, row.real if at_once else _real_time(connection)


def installation_time(connection: Connection) -> int:
    """What the installation's clock shows now, in microseconds since 1970 in UTC."""
    face, real = read_clock(connection)
    return face.at(real)


def _real_time(connection: Connection) -> int:
    if connection.dialect.name == "postgresql":
        return connection.execute(_REAL_NOW).scalar_one()
    return time_ns() // 1000
