"""A commit waits for the disk, unless what it writes can be made again."""

from pathlib import Path

import pytest
from sqlalchemy import URL, Engine

from shared.ledger.engines import open_engine


def setting(engine: Engine, query: str) -> object:
    """What holds for a second transaction, after a first that was rolled back."""
    with engine.connect() as connection:
        connection.exec_driver_sql("select 1")
        connection.rollback()
        found = connection.exec_driver_sql(query).scalar_one()
    engine.dispose()
    return found


@pytest.mark.parametrize(("lasting", "synchronous"), [(True, "on"), (False, "off")])
def test_on_postgresql(postgres_url: URL, lasting: bool, synchronous: str) -> None:
    engine = open_engine(postgres_url, lasting=lasting)
    assert setting(engine, "show synchronous_commit") == synchronous


@pytest.mark.parametrize(("lasting", "synchronous"), [(True, 2), (False, 1)])
def test_on_sqlite(tmp_path: Path, lasting: bool, synchronous: int) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/ledger.db", lasting=lasting)
    assert setting(engine, "pragma synchronous") == synchronous  # FULL, NORMAL
