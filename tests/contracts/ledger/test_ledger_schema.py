"""Migrations bring a database to its shape, once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import Engine, inspect, text

from shared.ledger import tables
from shared.ledger.engines import open_engine
from shared.ledger.grants import ROLES
from shared.ledger.schema import migrate


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    before = inspect(engine).get_table_names()
    migrate(engine)
    assert inspect(engine).get_table_names() == before


def test_two_processes_may_migrate_at_once(tmp_path: Path) -> None:
    engines = [open_engine(f"sqlite:///{tmp_path}/new.db") for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(migrate, engines))
    assert "fact" in inspect(engines[0]).get_table_names()


def test_queries_name_columns_that_exist(engine: Engine) -> None:
    found = inspect(engine)
    for named in (
        tables.FACT,
        tables.COMMAND,
        tables.LEDGER_GRANT,
        tables.CLOCK,
        tables.INSTALLATION,
        tables.SEALED,
        tables.SEALED_READ,
    ):
        assert {c.name for c in named.columns} <= {c["name"] for c in found.get_columns(named.name)}


def test_every_role_exists_and_is_no_superuser(postgres: Engine) -> None:
    query = text("select rolname from pg_roles where rolcanlogin and not rolsuper and not rolbypassrls")
    with postgres.connect() as connection:
        assert set(ROLES) <= set(connection.execute(query).scalars())
