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

FILES = sorted((Path(__file__).parent.parent / "scenarios").glob("*.yaml"))
LAW = load_law()


@pytest.fixture(params=["embedded", "full"])
def making(request: pytest.FixtureRequest) -> Making:
    """A real engine on a file, and one on PostgreSQL with everything published to Kafka."""
    if request.param == "embedded":
        return ENGINES["temporal"]
    server: URL = request.getfixturevalue("postgres_url")
    kafka: KafkaServer = request.getfixturevalue("kafka_server")
    database = make_database(server, f"scenario_{uuid4().hex}").render_as_string(hide_password=False)
    bus = Kafka(kafka.broker.address, kafka.broker.user, str(kafka.broker.password))
    return partial(temporal, database=database, kafka=bus)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_engine_and_simulator_write_the_same_facts(file: Path, making: Making) -> None:
    scenario = load_scenario(file, LAW)
    simulated = run_scenario(scenario, LAW, ENGINES["simulator"])
    real = run_scenario(scenario, LAW, making)
    assert [check for check in real.checks if not check.ok] == []
    assert differences(simulated.facts, real.facts, "simulator", "temporal") == ()


def test_there_are_scenarios() -> None:
    assert len(FILES) >= 9
