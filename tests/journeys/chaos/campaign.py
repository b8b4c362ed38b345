"""Rounds of killing: orders run through their deadlines while a random process is killed at a random moment."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError
from temporalio.service import RPCError

from bihuan.advancing import Stalled, advance
from shared.law.reckoning import obligations
from shared.law.rungs import ladder
from shared.ledger.verify import verify
from shared.vocabulary.fact import Recorded
from shared.vocabulary.obligation_facts import ObligationLapsed, RungReached
from tests.fakes.office import LEDGER
from tests.journeys.chaos.town import Town, insist
from workflows.address import Address

VICTIMS = ("worker", "worker", "temporal", "postgres")


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did: the seed from which it can be repeated, kills by process, rungs and lapses found."""

    seed: int
    kills: dict[str, int]
    rungs: int
    lapses: int


def issue_orders(town: Town, seed: int, *, orders: int) -> list[str]:
    """Orders issued and served, whatever the engine does."""
    chance = random.Random(seed)
    return [_order(town, chance) for _ in range(orders)]


def run_through_a_lost_store(town: Town, seed: int, *, orders: int) -> Round:
    """Half-way through their terms the engine loses everything; it comes back empty and must catch up by itself."""
    streams = issue_orders(town, seed, orders=orders)
    _advance(town, insist(town.house.clock.now) + timedelta(days=4))
    town.temporal.kill()
    for file in town.temporal.folder.glob("*.db*"):
        file.unlink()
    streams += issue_orders(town, seed + 1, orders=orders)
    town.temporal.start()
    _advance(town, insist(town.house.clock.now) + timedelta(days=45))
    found = [check_once(town, stream) for stream in streams]
    return Round(seed, {"store": 1}, sum(rungs for rungs, _ in found), sum(lapses for _, lapses in found))


def wait_until(what: Callable[[], bool], seconds: float = 120.0) -> None:
    """Wait for something that happens by itself."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen by itself"
        time.sleep(0.2)


def run_round(town: Town, seed: int, *, orders: int, kills: int, victims: Sequence[str] = VICTIMS) -> Round:
    """Issue and serve orders, advance through everything that falls due, kill meanwhile, then check the facts."""
    chance = random.Random(seed)
    before = dict(town.kills)
    streams = issue_orders(town, seed, orders=orders)
    killer = threading.Thread(target=_kill, args=(town, chance, kills, victims), daemon=True)
    killer.start()
    target = insist(town.house.clock.now) + timedelta(days=45)
    while True:
        _advance(town, target)
        if not killer.is_alive():
            break
    _advance(town, target)
    found = [check_once(town, stream) for stream in streams]
    report = verify(town.house.desk("oversight", LEDGER).ledger.read(limit=10**6))
    assert report.flaw is None, report
    done = {name: n - before.get(name, 0) for name, n in town.kills.items()}
    return Round(seed, done, sum(r for r, _ in found), sum(lapses for _, lapses in found))


def check_once(town: Town, stream: str) -> tuple[int, int]:
    """Every rung of every revision is recorded exactly once, collapsed or not, and each due has its lapse."""
    desk = town.house.desk("oversight", LEDGER)
    records = desk.load(stream).records
    recorded = Counter(_named(records))
    assert max(recorded.values(), default=1) == 1, [name for name, n in recorded.items() if n > 1]
    now = town.house.clock.now()
    for one in obligations(records, desk.law.rulebook, desk.law.calendar):
        if not one.open:
            continue
        wanted = {p.rung.name for p in ladder(one, desk.law.calendar) if p.moment <= now}
        assert wanted <= one.reached, (stream, one.id, wanted - one.reached)
        assert one.lapsed, (stream, one.id)
    lapses = sum(isinstance(r.fact, ObligationLapsed) for r in records)
    return len(recorded) - lapses, lapses


def _named(records: Sequence[Recorded]) -> list[tuple[str, int, str]]:
    names = []
    for record in records:
        match record.fact:
            case RungReached() as fact:
                names += [(fact.obligation, fact.revision, rung) for rung in (fact.rung, *fact.collapsed)]
            case ObligationLapsed() as fact:
                names.append((fact.obligation, fact.revision, "lapse"))
    return names


def _order(town: Town, chance: random.Random) -> str:
    """A visit with one to three items under order, served, and now and then a completion report or an extension."""
    items = [
        {"defect": "疏散通道堵塞", "place": f"{n}号车间", "legal_item": "AQ105(2)", "measure": "order",
         "days": chance.randint(3, 15)}
        for n in range(chance.randint(1, 3))
    ]  # fmt: skip
    made = town.act("make_visit", None, second="p2", enterprise="e1", community="c1", items=items)
    stream = next(s for s in made if s.startswith("order/"))
    order = stream.partition("/")[2]
    town.act("serve_order", order, second="p2", how="direct", receipt="回执")
    if chance.random() < 0.3:
        town.act("report_completion", order, items=[1], measures="已整改")
    return stream


def _advance(town: Town, target: datetime) -> None:
    """Advance however often something that was killed interrupts it."""
    while True:
        try:
            asyncio.run(advance(town.house, Address(town.temporal.address), target))
        except (RPCError, RuntimeError, DBAPIError, OSError):
            time.sleep(0.3)
        except Stalled as stalled:
            raise AssertionError(f"{stalled}\n{_tail(town)}") from stalled
        else:
            return


def _kill(town: Town, chance: random.Random, kills: int, victims: Sequence[str]) -> None:
    for _ in range(kills):
        time.sleep(chance.uniform(0.2, 4.0))
        town.kill(chance.choice(list(victims)))


def _tail(town: Town) -> str:
    return "\n".join((town.folder / "worker.log").read_text("utf-8", "replace").splitlines()[-30:])
