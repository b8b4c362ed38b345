"""The watch on a real Temporal server, with a service that answers from a script."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from temporalio.client import Client, WorkflowExecutionStatus

from shared.vocabulary.identities import watch_id
from shared.vocabulary.watching import Seen, StepName
from workflows.starter import Starter
from workflows.steps import News
from workflows.worker import workers

LEDGER = "t-watch"
HISTORIES = Path(__file__).parent.parent / "replay" / "histories"
SOON = 0.3


@dataclass
class Scripted:
    """A service whose thing owes what the test says; it counts what it was asked."""

    version: int = 1
    open: bool = True
    seconds: float | None = None
    coming: list[StepName] = field(default_factory=list)
    failing: bool = False
    looks: int = 0
    taken: list[StepName] = field(default_factory=list)

    def open_at(self, ledger: str, stream: str) -> Seen:
        return self._seen()

    def look(self, ledger: str, stream: str, run: str) -> Seen:
        self.looks += 1
        if self.failing:
            raise RuntimeError("the database is ill")
        return self._seen()

    def take(self, ledger: str, stream: str, run: str, steps: Sequence[StepName]) -> Seen:
        self.looks += 1
        for step in steps:
            if step not in self.taken:
                self.taken.append(step)
                self.version += 1
        self.coming = [step for step in self.coming if step not in self.taken]
        self.seconds = SOON if self.coming else None
        return self._seen()

    def _seen(self) -> Seen:
        return Seen(self.version, self.open, [], self.seconds, self.coming[:1], "等待:试验")


@asynccontextmanager
async def watching(address: str, service: Scripted) -> AsyncIterator[tuple[Client, Starter]]:
    client = await Client.connect(address)
    async with workers(client, {"rectification": service}, threads=4):
        yield client, Starter(client, service.open_at)


async def until(what: Callable[[], bool | Awaitable[bool]], seconds: float = 60.0) -> None:
    async with asyncio.timeout(seconds):
        while True:
            answer = what()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.05)


async def ended(client: Client, stream: str) -> bool:
    described = await client.get_workflow_handle(watch_id(LEDGER, stream)).describe()
    return described.status is WorkflowExecutionStatus.COMPLETED


async def record(client: Client, stream: str, name: str) -> None:
    """Keep the history for the replay tests, when a new shape of the loop is released."""
    if os.environ.get("BIHUAN_RECORD"):
        history = await client.get_workflow_handle(watch_id(LEDGER, stream)).fetch_history()
        nobody = re.sub(r"[0-9]+@[A-Za-z0-9.-]+", "worker", history.to_json())
        nobody = re.sub(r'("stackTrace": *)"(?:[^"\\]|\\.)*"', r'\1""', nobody)
        (HISTORIES / f"{name}.json").write_text(nobody, "utf-8")


def rung(name: str) -> StepName:
    return StepName("T07/1#1", 1, "rung", name)


def test_steps_are_taken_when_their_moment_comes_and_the_watch_ends(temporal_address: str) -> None:
    service = Scripted(seconds=SOON, coming=[rung("before_1"), rung("on_day")])

    async def course() -> None:
        async with watching(temporal_address, service) as (client, starter):
            await starter.fact(LEDGER, "order/steps")
            await until(lambda: len(service.taken) == 2)
            service.open, service.version = False, service.version + 1
            await starter.fact(LEDGER, "order/steps")
            await until(lambda: ended(client, "order/steps"))
            await record(client, "order/steps", "steps-then-news-then-end")

    asyncio.run(course())
    assert [step.rung for step in service.taken] == ["before_1", "on_day"]
    assert service.looks == 4  # the first, one per wake, one for the news


def test_doubled_and_old_nudges_start_no_look(temporal_address: str) -> None:
    service = Scripted(version=5)

    async def course() -> None:
        async with watching(temporal_address, service) as (client, starter):
            await starter.fact(LEDGER, "order/nudges")
            await until(lambda: service.looks == 1)
            handle = client.get_workflow_handle(watch_id(LEDGER, "order/nudges"))
            for version in (5, 3, 5, 4):
                await handle.signal("news", News(version))
            # Whatever they might have started has the time of several looks to show.
            await asyncio.sleep(1.0)
            assert service.looks == 1
            service.open, service.version = False, 6
            await starter.fact(LEDGER, "order/nudges")
            await until(lambda: ended(client, "order/nudges"))
            await record(client, "order/nudges", "nudges")

    asyncio.run(course())
    assert service.looks == 2


def test_a_closed_watch_is_opened_again_by_news(temporal_address: str) -> None:
    service = Scripted(open=False)

    async def course() -> None:
        async with watching(temporal_address, service) as (client, starter):
            assert not await starter.fact(LEDGER, "order/again")
            assert service.looks == 0  # nothing open at the head: nothing was started
            service.open, service.version = True, 2
            await starter.fact(LEDGER, "order/again")
            await until(lambda: service.looks == 1)
            service.open, service.version = False, 3
            await starter.fact(LEDGER, "order/again")
            await until(lambda: ended(client, "order/again"))
            service.open, service.version = True, 4
            await starter.fact(LEDGER, "order/again")
            await until(lambda: service.looks == 3)

    asyncio.run(course())


@pytest.mark.timeout(120)
def test_a_look_that_fails_waits_for_news_and_recovers_untouched(temporal_address: str) -> None:
    service = Scripted(failing=True)

    async def course() -> None:
        async with watching(temporal_address, service) as (client, starter):
            await starter.fact(LEDGER, "order/stuck")
            await until(lambda: service.looks >= 5)  # quick retries, then it pauses
            service.failing, service.open, service.version = False, False, 2
            handle = client.get_workflow_handle(watch_id(LEDGER, "order/stuck"))

            async def nudged_to_the_end() -> bool:
                if await ended(client, "order/stuck"):
                    return True
                await handle.signal("news", News(service.version))
                service.version += 1
                await asyncio.sleep(1)
                return False

            await until(nudged_to_the_end)
            await record(client, "order/stuck", "stuck-then-recovered")

    asyncio.run(course())


def test_fifty_looks_continue_as_new_and_forget_nothing(temporal_address: str) -> None:
    service = Scripted()

    async def course() -> None:
        async with watching(temporal_address, service) as (client, starter):
            for version in range(1, 56):
                service.version = version
                await starter.fact(LEDGER, "order/long")
                await until(lambda wanted=version: service.looks >= wanted)
            handle = client.get_workflow_handle(watch_id(LEDGER, "order/long"))
            assert (await handle.describe()).history_length < 300
            service.open, service.version = False, 99
            await starter.fact(LEDGER, "order/long")
            await until(lambda: ended(client, "order/long"))

    asyncio.run(course())
    assert 56 <= service.looks <= 60
