"""The simulator and the real engine write the same facts, stream by stream, for every scenario."""

from __future__ import annotations

from pathlib import Path

import pytest

from bihuan.scenarios.comparing import differences
from bihuan.scenarios.engines import ENGINES
from bihuan.scenarios.loading import load_scenario
from bihuan.scenarios.running import run_scenario
from shared.runtime.law_files import load_law

FILES = sorted((Path(__file__).parent.parent / "scenarios").glob("*.yaml"))
LAW = load_law()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_engine_and_simulator_write_the_same_facts(file: Path) -> None:
    scenario = load_scenario(file, LAW)
    simulated = run_scenario(scenario, LAW, ENGINES["simulator"])
    real = run_scenario(scenario, LAW, ENGINES["temporal"])
    assert [check for check in real.checks if not check.ok] == []
    assert differences(simulated.facts, real.facts, "simulator", "temporal") == ()


def test_there_are_scenarios() -> None:
    assert len(FILES) >= 9
