"""What the demonstration's story must come to, wherever it is played: the facts that the simulator writes."""

from __future__ import annotations

from bihuan.demo import story
from bihuan.demo.story import Played
from bihuan.scenarios.checks import BOOKKEEPING
from bihuan.scenarios.engines import ENGINES
from bihuan.scenarios.loading import load_scenario
from bihuan.scenarios.running import run_scenario
from shared.runtime.law_files import load_law
from shared.vocabulary.fact import Recorded


def assert_told_as_simulated(played: Played) -> None:
    """As expected in every step, everything agrees in the end, and the facts are the simulator's."""
    assert played.result.ok, [check for check in played.result.checks if not check.ok]
    assert played.difference == 0, played.found
    law = load_law()
    simulated = run_scenario(load_scenario(story.STORY, law), law, ENGINES["simulator"])
    assert _said(played.result.facts) == _said(simulated.facts)


def _said(facts: tuple[Recorded, ...]) -> list[object]:
    """What happened, when and by whom; reminders are spread by ids, which an installation gives itself."""
    return sorted(
        (record.name, f"{record.recorded_at:%F %R}", [actor.person for actor in record.context.actors])
        for record in facts
        if record.name not in BOOKKEEPING
    )
