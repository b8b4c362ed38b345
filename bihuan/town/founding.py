"""Founds the township in an empty demonstration: played in memory, then written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta

from bihuan.composition import Composition
from bihuan.simulator import Simulator
from bihuan.town.acts import Diary
from bihuan.town.defects import shipped_defects
from bihuan.town.figures import REPORTED, Figures
from bihuan.town.plan import plan
from bihuan.town.play import Played, play
from bihuan.town.rectifying import visited
from bihuan.town.registry import town_registry
from bihuan.town.writing import write
from services.registry.handlers import register
from shared.law.periods import SHANGHAI
from shared.ledger.engines import open_ledger
from shared.ledger.memory import MemoryLedger
from shared.runtime.clock import Clock
from shared.runtime.law_files import Law
from shared.vocabulary.registry_facts import EnterpriseRegistered

SEED = 20260302
MORNING = time(8, 0)
BEGINS = datetime.combine(REPORTED.first - timedelta(days=1), MORNING, SHANGHAI)
"""When the township's clock starts: the registry is entered the day before the first visit."""
ENDS = datetime.combine(REPORTED.last + timedelta(days=1), MORNING, SHANGHAI)
"""Where the clock stands in the end: the morning after the last day."""

Told = Callable[[str, int, int], None]
"""Told what is being done, how far it is, and of how much."""


def simulated(
    ledger: str, law: Law, *, seed: int = SEED, figures: Figures = REPORTED, told: Told = lambda *_: None
) -> tuple[MemoryLedger, Played]:
    """The township's book as the simulator writes it; the same seed gives the same facts."""
    entries = town_registry(seed)
    enterprises = [entry.fact for entry in entries if isinstance(entry.fact, EnterpriseRegistered)]
    visits = plan(figures, seed, law.calendar, enterprises, shipped_defects())
    simulator = Simulator(ledger, law, BEGINS)
    register(simulator.desk, entries, trace="town")
    diary = Diary(law.calendar, figures.last)
    days = (ENDS - BEGINS).days
    played = play(
        simulator, [visited(visit, diary) for visit in visits], seed=seed, until=ENDS,
        told=lambda at: told("演算", (at - BEGINS).days, days),
    )  # fmt: skip
    return simulator.ledger, played


def found(house: Composition, ledger: str, told: Told, *, figures: Figures = REPORTED) -> int:
    """Write the township into the installation's book, and let its clock stand at the end; how many commands were new."""
    source, played = simulated(ledger, house.law, figures=figures, told=told)
    engine = house.engine(lasting=False)  # whatever a power cut takes is written when it is founded again
    sealed = replace(house.sealed(ledger), engine=engine)
    book = open_ledger(engine, ledger)
    new = write(source, played, book, Clock(engine), sealed, lambda n, of: told("写入账本", n, of))
    if house.clock.now() < ENDS:
        house.clock.set_forward(ENDS)  # this commit lasts, and with it all that came before
    return new
