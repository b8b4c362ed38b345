"""The simulator and the real engine write the same facts, stream by stream, for every scenario and in both profiles."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import URL

from bihuan.installation import Kafka
from bihuan.parts.kafka import KafkaServer
from bihuan.parts.postgres_client import make_database
from bihuan.scenarios.comparing import differences
from bihuan.scenarios.engines import ENGINES, Making
from bihuan.scenarios.loading import load_scenario
from bihuan.scenarios.running import run_scenario
from bihuan.scenarios.temporal import temporal
from shared.runtime.law_files import load_law
from tests.fakes.chance import LONG, chance

FILES = sorted((Path(__file__).parent.parent / "scenarios").glob("*.yaml"))
LAW = load_law()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_engine_and_simulator_write_the_same_facts(file: Path) -> None:
    assert_both_write_the_same(file, ENGINES["temporal"])


@pytest.mark.timeout(3600)
def test_engine_and_simulator_write_the_same_facts_in_the_full_profile(
    postgres_url: URL, kafka_server: KafkaServer
) -> None:
    """On PostgreSQL, everything published to Kafka: some scenarios by chance, all in a long run (BIHUAN_LONG=1)."""
    broker = kafka_server.broker
    bus = Kafka(broker.address, broker.user, str(broker.password))
    for file in FILES if LONG else chance().sample(FILES, 4):
        print(file.stem)
        database = make_database(postgres_url, f"scenario_{uuid4().hex}").render_as_string(
            hide_password=False
        )
        assert_both_write_the_same(file, partial(temporal, database=database, kafka=bus))


def assert_both_write_the_same(file: Path, engine: Making) -> None:
    scenario = load_scenario(file, LAW)
    simulated = run_scenario(scenario, LAW, ENGINES["simulator"])
    real = run_scenario(scenario, LAW, engine)
    assert [check for check in real.checks if not check.ok] == []
    assert differences(simulated.facts, real.facts, "simulator", "temporal") == ()


def test_there_are_scenarios() -> None:
    assert len(FILES) >= 9
