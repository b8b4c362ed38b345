"""A deadline survives the death of everything that watches it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bihuan.parts.ladder import Binary
from bihuan.parts.postgres import PostgresServer
from bihuan.parts.temporal import TemporalServer
from shared.law.periods import SHANGHAI
from shared.runtime import armed
from tests.fakes.chance import chance
from tests.fakes.office import LEDGER
from tests.journeys.chaos.campaign import issue_orders, run_round, run_through_a_lost_store, wait_until
from tests.journeys.chaos.town import Town, build


@pytest.fixture
def town(parts_folder: Path, temporal_binary: Binary) -> Iterator[Town]:
    """PostgreSQL and Temporal of its own, because they are killed."""
    folder = parts_folder / f"kills-{secrets.token_hex(3)}"
    folder.mkdir(mode=0o711)
    postgres, temporal = PostgresServer(folder / "pg"), TemporalServer(temporal_binary, folder / "temporal")
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
    seed = chance().getrandbits(32)
    done = run_round(town, seed, orders=4, kills=6)
    assert sum(done.kills.values()) == 6
    assert done.lapses >= 4


@pytest.mark.timeout(900)
def test_losing_the_engines_store_loses_nothing(town: Town) -> None:
    """The store is deleted while terms run; the new one is noticed, and every watch started again by itself."""
    done = run_through_a_lost_store(town, chance().getrandbits(32), orders=3)
    assert done.lapses >= 6


@pytest.mark.timeout(900)
def test_commands_work_without_the_engine_and_the_armed_check_returns_to_zero(town: Town) -> None:
    town.temporal.kill()
    streams = issue_orders(town, chance().getrandbits(32), orders=4)
    engine = town.house.engine("oversight")
    wait_until(lambda: len(armed.unarmed(engine, LEDGER)) == len(streams))
    town.temporal.start()
    wait_until(lambda: not armed.unarmed(engine, LEDGER) and not armed.behind(engine, LEDGER))
