"""A deadline survives the death of everything that watches it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bihuan.parts.ladder import UseBinary
from bihuan.parts.postgres import PostgresServer
from bihuan.parts.telling import Teller
from bihuan.parts.temporal import TemporalServer
from bihuan.parts.temporal_ladder import Surroundings, find_temporal
from shared.law.periods import SHANGHAI
from tests.journeys.chaos.campaign import run_round
from tests.journeys.chaos.town import Town, build


@pytest.fixture
def town(parts_folder: Path) -> Iterator[Town]:
    """PostgreSQL and Temporal of its own, because they are killed."""
    folder = parts_folder / f"kills-{secrets.token_hex(3)}"
    folder.mkdir(mode=0o711)
    source = find_temporal(Surroundings({"PATH": "", "HOME": str(Path.home())}), Teller())
    assert isinstance(source, UseBinary)
    postgres, temporal = PostgresServer(folder / "pg"), TemporalServer(source.binary, folder / "temporal")
    postgres.start()
    temporal.start()
    made = build(folder, postgres, temporal, "kills", datetime(2026, 3, 2, 9, tzinfo=SHANGHAI))
    made.start_worker()
    yield made
    made.stop_worker()
    made.house.close()
    temporal.stop()
    postgres.stop()


@pytest.mark.timeout(900)
def test_each_rung_is_recorded_once_through_random_kills(town: Town) -> None:
    """Worker, engine and database are killed with -9 at random moments; the printed seed repeats the round."""
    seed = secrets.randbits(32)
    print("seed", seed)
    done = run_round(town, seed, orders=4, kills=6)
    assert sum(done.kills.values()) == 6
    assert done.lapses >= 4
