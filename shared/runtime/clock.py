"""The installation's clock: one for all processes, kept in the database, never going back."""

from datetime import datetime
from threading import Lock

from sqlalchemy import Connection, Engine, update

from shared.law.periods import SHANGHAI
from shared.ledger.clockface import REAL_RATE, ClockFace, Mode, read_clock
from shared.ledger.installation import Installation, read_installation
from shared.ledger.instants import microseconds, moment
from shared.ledger.reading import reading
from shared.ledger.tables import CLOCK


class ClockError(Exception):
    """Anything the clock refuses."""


class ClockGoesBack(ClockError):
    """The clock was asked to show an earlier moment than it shows."""

    def __init__(self, shown: datetime, to: datetime) -> None:
        super().__init__(f"the clock shows {shown.isoformat()} and does not go back to {to.isoformat()}")
        self.shown, self.to = shown, to


class RealInstallation(ClockError):
    """Only the clock of an installation founded as a demonstration can be stopped, scaled or moved."""

    def __init__(self) -> None:
        super().__init__("this installation's clock shows real time and cannot be changed")


class Clock:
    """What every process asks for the time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._shown = 0
        self._turn = Lock()

    def now(self) -> datetime:
        """The moment in Asia/Shanghai; within one process it never goes back, whatever real time does."""
        with reading(self._engine) as connection:
            face, real = read_clock(connection)
        with self._turn:
            self._shown = max(self._shown, face.at(real))
            return _local(self._shown)

    def seconds_until(self, due: datetime) -> float | None:
        """Real seconds until the clock shows a moment (0 when it has); None while it stands before it."""
        with reading(self._engine) as connection:
            face, real = read_clock(connection)
        return face.real_seconds(face.at(real), microseconds(due))

    def freeze(self) -> datetime:
        """Stop the clock; answers the moment at which it stands."""
        return self._set(Mode.FROZEN, REAL_RATE)

    def run(self, rate: float = 1) -> datetime:
        """Let the clock run on from what it shows, `rate` seconds in each real second."""
        rate_ppm = round(rate * REAL_RATE)
        if rate_ppm <= 0:
            raise ValueError("a clock runs forward")
        return self._set(Mode.SCALED, rate_ppm)

    def set_forward(self, to: datetime) -> datetime:
        """Move the clock on to a moment; it then stands or runs as it did before."""
        target = microseconds(to)
        with self._engine.begin() as connection:
            face, real = self._movable(connection)
            if target < (shown := face.at(real)):
                raise ClockGoesBack(_local(shown), to)
            running = Mode.SCALED if face.mode is Mode.REAL else face.mode
            self._store(connection, ClockFace(running, target, real, face.rate_ppm))
        return _local(target)

    def _set(self, mode: Mode, rate_ppm: int) -> datetime:
        with self._engine.begin() as connection:
            face, real = self._movable(connection)
            self._store(connection, ClockFace(mode, face.at(real), real, rate_ppm))
        return _local(face.at(real))

    def _movable(self, connection: Connection) -> tuple[ClockFace, int]:
        if read_installation(connection) is not Installation.DEMONSTRATION:
            raise RealInstallation
        return read_clock(connection, for_update=True)

    def _store(self, connection: Connection, face: ClockFace) -> None:
        values = {
            "mode": face.mode,
            "base": face.base,
            "since": face.since,
            "rate_ppm": face.rate_ppm,
        }
        connection.execute(update(CLOCK), values)


def _local(shown: int) -> datetime:
    return moment(shown).astimezone(SHANGHAI)
