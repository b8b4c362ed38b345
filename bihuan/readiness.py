"""What each process needs to be ready. People's commands need the database alone: whatever else is away, they go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Engine, select

from bihuan.composition import Composition
from bihuan.processes import Duty, Process
from bihuan.tails import Tails
from shared.ledger.engines import open_ledger
from shared.ledger.reading import reading
from shared.runtime.health import Check, Finding, Health, State

if TYPE_CHECKING:
    from bihuan.engine_room import EngineRoom


def health(house: Composition, process: Process, tails: Tails, room: EngineRoom | None) -> Health:
    """The checks of a process: the database and the ledgers, and the bus and the engine where it meets them."""
    checks = [_database(house.probe), _ledgers(house)]
    if house.installation.kafka is not None and _meets_bus(process):
        checks.append(_bus(house, process))
    if room is not None:
        checks.append(_engine(room, process))
    return Health(process.label, checks, tails.dead)


def _database(engine: Engine) -> Check:
    def ask() -> None:
        with reading(engine) as connection:
            connection.execute(select(1))

    return Check("database", "数据库", "database", ask)


def _ledgers(house: Composition) -> Check:
    def ask() -> None:
        for name in house.installation.ledgers:
            open_ledger(house.probe, name).head()

    return Check("ledger", "账本", "ledger", ask)


def _meets_bus(process: Process) -> bool:
    return bool(process.works) or not process.duties.isdisjoint({Duty.PROJECT, Duty.START, Duty.RELAY})


def _bus(house: Composition, process: Process) -> Check:
    """The relay has no work without Kafka; everyone else reads the ledger meanwhile."""

    def ask() -> Finding | None:
        if Duty.RELAY in process.duties:
            reached, state = house.broker.answers(), State.DOWN
        else:
            reached, state = house.hears_bus, State.DEGRADED
        if reached:
            return None
        meanwhile = (
            ("", "") if state is State.DOWN else (",事实改从账本读取", ", facts are read from the ledger")
        )
        return check.down("away", f"连不上{meanwhile[0]}", f"cannot be reached{meanwhile[1]}", state)

    check = Check("bus", "总线(Kafka)", "bus (Kafka)", ask)
    return check


def _engine(room: EngineRoom, process: Process) -> Check:
    """People's commands do not wait for the engine, so where they are answered it is missed and no more."""
    state = State.DEGRADED if process.answers else State.DOWN

    def ask() -> Finding | None:
        if room.connected:
            return None
        return check.down("away", "连不上,跟踪稍后补上", "cannot be reached; watches catch up", state)

    check = Check("engine", "流程引擎(Temporal)", "engine (Temporal)", ask)
    return check
