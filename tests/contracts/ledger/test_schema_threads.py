"""Several databases brought up at once in one process, as each ledger's reconciliation brings up its own."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import create_engine, inspect

from shared.ledger.schema import migrate


def test_databases_brought_up_at_once_by_several_threads_all_become_whole(tmp_path: Path) -> None:
    engines = [create_engine(f"sqlite:///{tmp_path / str(number)}") for number in range(8)]
    with ThreadPoolExecutor(len(engines)) as threads:
        list(threads.map(migrate, engines))
    tables = [set(inspect(engine).get_table_names()) for engine in engines]
    assert "fact" in tables[0]
    assert all(found == tables[0] for found in tables)
