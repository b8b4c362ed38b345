"""Every scenario file that ships is met by the simulator, twice in the same way."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.scenarios.checks import Spot, check_facts
from bihuan.scenarios.comparing import by_stream, differences
from bihuan.scenarios.engines import ENGINES
from bihuan.scenarios.loading import load_scenario
from bihuan.scenarios.running import Result, run_scenario
from bihuan.scenarios.telling import told
from shared.runtime.law_files import load_law

FILES = sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))


def run(path: Path) -> Result:
    return run_scenario(load_scenario(path, load_law()), load_law(), ENGINES["simulator"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_scenario_happens_as_it_says(path: Path) -> None:
    result = run(path)
    assert result.ok, "\n".join(told(result))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_running_a_scenario_again_records_the_same_facts(path: Path) -> None:
    first, again = run(path).facts, run(path).facts
    assert [(f.stream, f.fact, f.context) for f in first] == [(f.stream, f.fact, f.context) for f in again]
    assert differences(first, again, "first", "again") == ()


def test_facts_are_compared_by_origin_and_not_by_position() -> None:
    facts = run(next(path for path in FILES if "failed" in path.name)).facts
    source = next(stream for stream in by_stream(facts) if stream.startswith("source/"))
    assert source.startswith("source/from order/")
    kept = [record for record in facts if record.name != "source.disposed"]
    changed = [line for line in differences(facts, kept, "one", "other") if line.startswith("-source")]
    assert [line.split()[0] for line in changed] == ["-source.disposed"]


@given(st.data())
@settings(max_examples=30)
def test_only_the_order_within_a_thing_counts(data: st.DataObject) -> None:
    facts = run(next(path for path in FILES if "failed" in path.name)).facts
    wanted, streams = [record.name for record in facts], sorted({record.stream for record in facts})
    things = {one: [record for record in facts if record.stream == one] for one in streams}
    order = data.draw(st.permutations(streams))
    assert check_facts(Spot(1), wanted, [fact for one in order for fact in things[one]], frozenset()).ok
    order_matters = [
        one for one, its in things.items() if len({record.name for record in its}) == len(its) > 1
    ]
    things[data.draw(st.sampled_from(order_matters))].reverse()
    assert not check_facts(Spot(1), wanted, [fact for one in order for fact in things[one]], frozenset()).ok
