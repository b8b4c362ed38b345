"""What a growing book costs: the same questions at ten thousand, a hundred thousand and a million facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from statistics import median
from time import perf_counter
from uuid import uuid4

from sqlalchemy import Engine, select

from bench import places
from bench.appends import BODY
from bench.figures import Figure
from bench.township import LEDGER, GrowingBook
from bihuan.town.founding import ENDS
from services.oversight import lists
from services.oversight.filters import LateFilter, RegisterFilter
from services.oversight.lists import Window
from services.oversight.tables import HAZARD_REGISTER
from services.oversight.views import read_models
from services.oversight.words import Language
from shared.bus.projection import bring_up
from shared.ledger.engines import open_ledger
from shared.ledger.port import NewFact, Write
from shared.ledger.reading import reading
from shared.runtime.law_files import load_law

SIZES = (10_000, 100_000, 1_000_000)
TIMES = 200
AIM = 1.2


def figures() -> Iterator[Figure]:
    """Milliseconds of each question at each size, and how fast all read models are derived."""
    found: dict[str, list[float]] = {}
    rates: list[float] = []
    with places.postgres() as server, places.migrated(server, "growth") as (_, engine):
        book = GrowingBook(engine)
        for size in SIZES:
            derived = book.size
            book.grow(size)
            rates.append((size - derived) / _derived(engine))
            for name, ask in _questions(engine).items():
                found.setdefault(name, []).append(_milliseconds(ask))
    for name, (zh, en) in _NAMES.items():
        for size, value in zip(SIZES[1:], found[name][1:], strict=True):
            yield Figure(
                f"growth.{name}.{size}", f"{zh}，{size:,}条事实", f"{en}, {size:,} facts", "ms", value,
                found[name][0], f"{SIZES[0]:,} facts", AIM, at_most=True, rounds=((value, found[name][0]),),
            )  # fmt: skip
    yield Figure(
        "growth.rebuild", "由一百万条事实推出全部台账", "derive all read models from a million facts", "facts/s",
        rates[-1], rates[0], f"the first {SIZES[0]:,}", rounds=((rates[-1], rates[0]),),
    )  # fmt: skip


_NAMES = {
    "append": ("追加", "append"),
    "stream": ("读一件事的全部事实", "read one stream"),
    "late": ("今日待办第一页", "first page of what is late or due"),
    "register": ("隐患台账的一页", "a page of the register"),
    "open": ("未了结隐患的第一页", "first page of open hazards"),
}


def _derived(engine: Engine) -> float:
    """Seconds until all read models reflect the head."""
    ledger, law = open_ledger(engine, LEDGER), load_law()
    begun = perf_counter()
    bring_up(engine, ledger, read_models(ledger, law))
    seconds = perf_counter() - begun
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("vacuum analyze")
    return seconds


def _questions(engine: Engine) -> dict[str, Callable[[], object]]:
    ledger, law, chance = open_ledger(engine, LEDGER), load_law(), Random(1)
    with reading(engine) as connection:
        hazards = connection.execute(select(HAZARD_REGISTER.c.hazard)).scalars().all()
    middle = lists.register(engine, LEDGER, law, RegisterFilter(), Window(200)).next

    def append() -> object:
        name = uuid4().hex
        return ledger.append(
            name, bytes(32), [Write(f"message/{name}", 0, (NewFact("bench.noted.v1", BODY),))]
        )

    return {
        "append": append,
        "stream": lambda: ledger.stream(f"hazard/{chance.choice(hazards)}"),
        "late": lambda: lists.late(engine, LEDGER, law, LateFilter(), Window(50), ENDS, Language.ZH),
        "register": lambda: lists.register(engine, LEDGER, law, RegisterFilter(), Window(50, middle)),
        "open": lambda: lists.register(engine, LEDGER, law, RegisterFilter(open=True), Window(50)),
    }


def _milliseconds(ask: Callable[[], object]) -> float:
    """The median of many, after a few that count for nothing."""
    times = []
    for _ in range(TIMES + 20):
        begun = perf_counter()
        ask()
        times.append(1000 * (perf_counter() - begun))
    return median(times[20:])
