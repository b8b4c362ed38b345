"""The demonstration's story, on an installation in processes of its own that are killed meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from bihuan.demo import story
from bihuan.demo.story import EMBEDDED, emptied, play
from bihuan.scenarios.checks import BOOKKEEPING
from bihuan.scenarios.engines import ENGINES
from bihuan.scenarios.loading import load_scenario
from bihuan.scenarios.running import run_scenario
from services.oversight.words import Language
from shared.runtime.law_files import load_law
from shared.vocabulary.fact import Recorded


def said(facts: tuple[Recorded, ...]) -> list[object]:
    """What happened, when and by whom; reminders are spread by ids, which an installation gives itself."""
    return sorted(
        (record.name, f"{record.recorded_at:%F %R}", [actor.person for actor in record.context.actors])
        for record in facts
        if record.name not in BOOKKEEPING
    )


@pytest.mark.timeout(1800)
def test_the_story_over_http_with_three_kills_is_the_story_of_the_simulator(parts_folder: Path) -> None:
    lines: list[str] = []
    played = play(EMBEDDED, emptied(parts_folder / "demo"), Language.ZH, lines.append)
    assert played.result.ok, [check for check in played.result.checks if not check.ok]
    assert played.difference == 0, played.found
    assert sum("kill -9" in line for line in lines) == 3
    law = load_law()
    simulated = run_scenario(load_scenario(story.STORY, law), law, ENGINES["simulator"])
    assert said(played.result.facts) == said(simulated.facts)
