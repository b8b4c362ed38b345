"""What the watch costs on a real Temporal server: its history, its looks, and how many wakes it takes a second."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from threading import Lock
from time import monotonic, perf_counter
from uuid import uuid4

from sqlalchemy import Engine
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from bench import places
from bench.appends import BODY
from bench.figures import ROUNDS, Figure
from bihuan.parts.ladder import UseAddress
from bihuan.parts.telling import Teller
from bihuan.parts.temporal import TemporalServer
from bihuan.parts.temporal_config import Store
from bihuan.parts.temporal_ladder import Surroundings, find_temporal
from shared.ledger.engines import open_ledger
from shared.ledger.port import NewFact, Write
from shared.vocabulary.identities import watch_id
from shared.vocabulary.watching import Seen, StepName
from workflows import timeouts
from workflows.starter import Starter
from workflows.worker import AT_A_TIME, CACHED, build_id, workers

LEDGER = "t-bench"
WATCHES, WAKES = 100, 10
NEWS = 30
DUES, SPREAD_S = 2000, 60.0
WAIT = timedelta(seconds=0.2)
BARE_QUEUE = "bare"
THREADS = 8


@dataclass
class Alarms:
    """A service whose things owe so many steps each, one after each `wait`; it counts what it was asked."""

    wakes: int
    wait: timedelta = WAIT
    looks: int = 0
    versions: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def open_at(self, ledger: str, stream: str) -> Seen:
        """As at the start."""
        return self._seen(stream)

    def look(self, ledger: str, stream: str, run: str) -> Seen:
        """One more look."""
        with self._lock:
            self.looks += 1
        return self._seen(stream)

    def take(self, ledger: str, stream: str, run: str, steps: Sequence[StepName]) -> Seen:
        """The thing grows by one fact."""
        with self._lock:
            self.looks += 1
            self.versions[stream] += 1
        return self._seen(stream)

    def _seen(self, stream: str) -> Seen:
        done = self.versions[stream]
        step = StepName(f"{stream}:T07#1", 1, "rung", str(done))
        more = done < self.wakes
        wait = self.wait.total_seconds()
        return Seen(done + 1, more, [], wait if more else None, [step] if more else [], "measure")


@activity.defn(name="bare")
async def bare_activity(number: int) -> int:
    """What a wake does at least."""
    return number


@workflow.defn(name="bare_loop")
class BareLoop:
    """As many timers and activities as a watch of so many wakes has, and nothing else."""

    @workflow.run
    async def run(self, wakes: int) -> None:
        """Wait, work, again."""
        await workflow.execute_activity(bare_activity, 0, start_to_close_timeout=timeouts.ACTIVITY)
        for number in range(wakes):
            await asyncio.sleep(WAIT.total_seconds())
            await workflow.execute_activity(bare_activity, number, start_to_close_timeout=timeouts.ACTIVITY)


def figures() -> Iterator[Figure]:
    """On a server that keeps its state in memory, so that the disk is not what is measured."""
    with _temporal() as address, places.postgres() as server, places.migrated(server, "dues") as (_, engine):
        yield from asyncio.run(_figures(address, engine))


@contextmanager
def _temporal() -> Iterator[str]:
    source = find_temporal(Surroundings(), Teller())
    if isinstance(source, UseAddress):
        yield source.address
        return
    with places.folder() as folder:
        server = TemporalServer(source.binary, folder / "temporal", Store.MEMORY)
        server.start()
        try:
            yield server.address
        finally:
            server.stop()


@asynccontextmanager
async def _watching(client: Client, service: Alarms | Dues) -> AsyncIterator[Starter]:
    async with workers(client, {"rectification": service}, threads=THREADS):
        yield Starter(client, service.open_at)


async def _figures(address: str, engine: Engine) -> list[Figure]:
    client = await Client.connect(address)
    found = [await _history(client), await _looks(client)]
    rounds = [(await _wakes(client), await _bare(client)) for _ in range(ROUNDS)]
    found.append(
        Figure(
            "watch.wakes", f"跟踪的唤醒，{WATCHES}个同时", f"wakes of {WATCHES} watches at once", "1/s",
            median(one for one, _ in rounds), median(other for _, other in rounds),
            "a bare loop of as many timers and activities", 0.9, rounds=tuple(rounds),
        )
    )  # fmt: skip
    found.append(await _dues(client, engine))
    return found


async def _history(client: Client) -> Figure:
    """What one more wake adds: beginning and ending a run is not of the wakes."""
    few, many = await _events(client, WAKES), await _events(client, 2 * WAKES)
    events = (many - few) / WAKES
    return Figure(
        "watch.history", "每次唤醒的历史事件数", "history events per wake", "events", events, None, "", 12, True,
        ((events, None),),
    )  # fmt: skip


async def _events(client: Client, wakes: int) -> int:
    stream = f"hazard/{uuid4()}"
    async with _watching(client, Alarms(wakes)) as starter:
        await starter.fact(LEDGER, stream)
        handle = client.get_workflow_handle(watch_id(LEDGER, stream))
        await handle.result()
        return len((await handle.fetch_history()).events)


async def _looks(client: Client) -> Figure:
    """News of facts from outside, one after another, each after the look at the one before."""
    service, stream = Alarms(NEWS + 1, timedelta(hours=1)), f"hazard/{uuid4()}"
    async with _watching(client, service) as starter:
        await starter.fact(LEDGER, stream)
        await _until(lambda: service.looks == 1)
        for number in range(1, NEWS + 1):
            service.versions[stream] = number
            await starter.fact(LEDGER, stream)
            await _until(lambda number=number: service.looks > number)  # type: ignore[misc]
        handle = client.get_workflow_handle(watch_id(LEDGER, stream))
        await handle.terminate()
    looks = (service.looks - 1) / NEWS
    return Figure(
        "watch.looks", "每条外来事实的查看次数", "looks per fact from outside", "looks", looks, None, "", 1.2, True,
        ((looks, None),),
    )  # fmt: skip


async def _wakes(client: Client) -> float:
    service, name = Alarms(WAKES), uuid4()
    streams = [f"hazard/{name}-{number}" for number in range(WATCHES)]
    async with _watching(client, service) as starter:
        begun = perf_counter()
        await asyncio.gather(*(starter.fact(LEDGER, stream) for stream in streams))
        await asyncio.gather(*(client.get_workflow_handle(watch_id(LEDGER, one)).result() for one in streams))
        return WATCHES * WAKES / (perf_counter() - begun)


async def _bare(client: Client) -> float:
    name = uuid4()
    async with Worker(
        client, task_queue=BARE_QUEUE, workflows=[BareLoop], activities=[bare_activity], workflow_runner=UnsandboxedWorkflowRunner(), build_id=build_id(),
        max_cached_workflows=CACHED, max_concurrent_workflow_tasks=AT_A_TIME, max_concurrent_activities=THREADS,
    ):  # fmt: skip
        begun = perf_counter()
        handles = await asyncio.gather(
            *(
                client.start_workflow(BareLoop.run, WAKES, id=f"bare-{name}-{number}", task_queue=BARE_QUEUE)
                for number in range(WATCHES)
            )
        )
        await asyncio.gather(*(handle.result() for handle in handles))
        return WATCHES * WAKES / (perf_counter() - begun)


@dataclass
class Dues:
    """A service whose things each owe one step at a moment of their own; taking it is an append under the step's id."""

    engine: Engine
    due: dict[str, float]
    late: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._ledger, self._lock = open_ledger(self.engine, LEDGER), Lock()

    def open_at(self, ledger: str, stream: str) -> Seen:
        """As at the start."""
        return self._seen(stream, 1)

    def look(self, ledger: str, stream: str, run: str) -> Seen:
        """What the ledger says."""
        return self._seen(stream, self._ledger.version(stream) + 1)

    def take(self, ledger: str, stream: str, run: str, steps: Sequence[StepName]) -> Seen:
        """Recorded once, however often it is tried."""
        write = Write(stream, 0, (NewFact("bench.noted.v1", BODY),))
        if not self._ledger.append(f"clock:{stream}", bytes(32), [write]).repeated:
            with self._lock:
                self.late.append(monotonic() - self.due[stream])
        return self._seen(stream, 2)

    def _seen(self, stream: str, version: int) -> Seen:
        if version > 1:
            return Seen(version, False, [], None, [], "")
        step = StepName(f"{stream}:T07#1", 1, "lapse", "")
        left = max(self.due[stream] - monotonic(), 0.0)
        return Seen(version, True, [], left, [step], "measure")


async def _dues(client: Client, engine: Engine) -> Figure:
    """All of them armed before the first is due."""
    name = uuid4()
    streams = [f"hazard/{name}-{number}" for number in range(DUES)]
    service = Dues(engine, {stream: monotonic() + 3600 for stream in streams})
    async with _watching(client, service) as starter:
        first = monotonic() + DUES / 40
        service.due = {stream: first + SPREAD_S * n / DUES for n, stream in enumerate(streams)}
        turn = asyncio.Semaphore(8)

        async def start(stream: str) -> None:
            async with turn:
                await starter.fact(LEDGER, stream)

        await asyncio.gather(*(start(stream) for stream in streams))
        await _until(lambda: len(service.late) >= DUES, 600)
        seconds = monotonic() - first
        await asyncio.gather(*(client.get_workflow_handle(watch_id(LEDGER, one)).result() for one in streams))
    if open_ledger(engine, LEDGER).head() != DUES:
        raise ValueError("a due was recorded twice or not at all")
    return Figure(
        "watch.dues", f"一分钟内{DUES}个到期全部记下（秒；{SPREAD_S:.0f}秒为到期本身）",
        f"{DUES} dues within {SPREAD_S:.0f} s, each recorded once; the latest {max(service.late):.1f} s after its moment",
        "s", seconds, SPREAD_S, "the time over which they fall due", rounds=((seconds, SPREAD_S),),
    )  # fmt: skip


async def _until(what: Callable[[], bool], seconds: float = 120.0) -> None:
    async with asyncio.timeout(seconds):
        while not what():  # noqa: ASYNC110 - what is waited for happens in threads
            await asyncio.sleep(0.02)
