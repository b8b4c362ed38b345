"""Histories of every released shape of the watch replay on the present code, inside the sandbox."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from workflows.steps import Course
from workflows.watch import Watch

HISTORIES = sorted((Path(__file__).parent / "histories").glob("*.json"))


def replay(kind: type, file: Path) -> None:
    history = WorkflowHistory.from_json(file.stem, file.read_text("utf-8"))
    asyncio.run(Replayer(workflows=[kind]).replay_workflow(history))


@pytest.mark.parametrize("file", HISTORIES, ids=lambda file: file.stem)
def test_a_recorded_history_replays(file: Path) -> None:
    replay(Watch, file)


@workflow.defn(name="watch")
class Careless:
    """A watch that waits before it looks: what a changed loop would be."""

    @workflow.run
    async def run(self, _course: Course) -> None:
        await workflow.sleep(1)


@pytest.mark.parametrize("file", HISTORIES, ids=lambda file: file.stem)
def test_a_changed_loop_does_not_replay(file: Path) -> None:
    with pytest.raises(NondeterminismError):
        replay(Careless, file)


def test_there_are_histories() -> None:
    assert len(HISTORIES) >= 3
