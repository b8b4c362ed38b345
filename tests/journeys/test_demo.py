"""The demonstration's story, on an installation in processes of its own that are killed meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from bihuan.demo.story import EMBEDDED, emptied, play
from services.oversight.words import Language
from tests.journeys.told import assert_told_as_simulated


@pytest.mark.timeout(1800)
def test_the_story_over_http_with_three_kills_is_the_story_of_the_simulator(parts_folder: Path) -> None:
    lines: list[str] = []
    played = play(EMBEDDED, emptied(parts_folder / "demo"), Language.ZH, lines.append)
    assert sum("kill -9" in line for line in lines) == 3
    assert_told_as_simulated(played)
