"""The demonstration's story, on an installation in processes of its own that are killed meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from bihuan.apart import Apart
from bihuan.demo import story
from bihuan.demo.story import EMBEDDED, FULL, Kills, Played, emptied, play
from bihuan.scenarios.checks import BOOKKEEPING
from bihuan.scenarios.engines import ENGINES
from bihuan.scenarios.loading import load_scenario
from bihuan.scenarios.running import run_scenario
from services.oversight.words import Language
from shared.law.periods import SHANGHAI
from shared.runtime.law_files import load_law
from shared.vocabulary.fact import Recorded
from tests.fakes.chance import chance

BEGINS = datetime(2025, 9, 12, 9, tzinfo=SHANGHAI)
ENDS = datetime(2025, 11, 21, 15, tzinfo=SHANGHAI)


def said(facts: tuple[Recorded, ...]) -> list[object]:
    """What happened, when and by whom; reminders are spread by ids, which an installation gives itself."""
    return sorted(
        (record.name, f"{record.recorded_at:%F %R}", [actor.person for actor in record.context.actors])
        for record in facts
        if record.name not in BOOKKEEPING
    )


@pytest.fixture(scope="module")
def simulated() -> list[object]:
    law = load_law()
    return said(run_scenario(load_scenario(story.STORY, law), law, ENGINES["simulator"]).facts)


def assert_told_as_simulated(played: Played, simulated: list[object]) -> None:
    assert played.result.ok, [check for check in played.result.checks if not check.ok]
    assert played.difference == 0, played.found
    assert said(played.result.facts) == simulated


@pytest.mark.timeout(1800)
def test_the_story_over_http_with_three_kills_is_the_story_of_the_simulator(
    parts_folder: Path, simulated: list[object]
) -> None:
    lines: list[str] = []
    played = play(EMBEDDED, emptied(parts_folder / "demo"), Language.ZH, lines.append)
    assert sum("kill -9" in line for line in lines) == 3
    assert_told_as_simulated(played, simulated)


@pytest.mark.timeout(3000)
def test_the_story_in_the_production_shape_is_the_same_whatever_is_killed_when(
    parts_folder: Path, simulated: list[object]
) -> None:
    lines: list[str] = []
    played = play(FULL, emptied(parts_folder / "demo-full"), Language.EN, lines.append, at_random(6))
    assert sum("kill -9" in line for line in lines) == 6
    assert_told_as_simulated(played, simulated)


def at_random(count: int) -> Callable[[Apart], Kills]:
    """So many kills of different parts, at moments between the story's first step and its last."""
    luck = chance()

    def kills(apart: Apart) -> Kills:
        moments = sorted(BEGINS + luck.random() * (ENDS - BEGINS) for _ in range(count))
        return list(zip(moments, luck.sample(sorted(apart.parts), count), strict=True))

    return kills
