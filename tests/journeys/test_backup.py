"""A backup made by the operator's guide while the office works comes back whole, on either database."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import URL, make_url

from bihuan.composition import Composition
from bihuan.installation import FILE, open_installation
from bihuan.parts.postgres import wheel_programs
from bihuan.parts.postgres_client import make_database
from shared.ledger.verify import verify
from tests.fakes.documents import marked
from tests.fakes.office import LEDGER, ordered

BLOCKS = marked("docs/operating.md")
ORIGINAL = b"the original of a photo"
SUBJECT = "report/r-1"


@dataclass(frozen=True)
class Operator:
    """Somebody who follows the guide for an installation, in a shell with the variables that it asks them to set."""

    address: URL
    environment: Mapping[str, str]
    restored: Path

    @property
    def database(self) -> str:
        """The part of the guide that is theirs."""
        return "postgres" if self.address.get_backend_name() == "postgresql" else "sqlite"

    def carry_out(self, block: str) -> int:
        """Do what the guide says there; its exit code."""
        shell = ["bash", "-euc", BLOCKS[block]]
        return subprocess.run(shell, env=self.environment, check=False, timeout=300).returncode

    def restore(self) -> None:
        """Into another folder and, as their administrator makes it, another database."""
        if self.database == "postgres":
            make_database(self.address.set(database="postgres"), f"{self.address.database}_restored")
        assert self.carry_out(f"{self.database}-restore") == 0
        if self.database == "postgres":
            moved = self.address.set(database=f"{self.address.database}_restored")
            said = json.loads((self.restored / FILE).read_text("utf-8"))
            said["database"] = moved.render_as_string(hide_password=False)
            (self.restored / FILE).write_text(json.dumps(said), "utf-8")


@pytest.fixture
def operator(house: Composition, tmp_path_factory: pytest.TempPathFactory) -> Operator:
    away, address = tmp_path_factory.mktemp("away"), make_url(house.installation.database)
    programs = [Path(sys.executable).parent]
    variables = {"H": house.installation.folder, "TO": away / "backup", "R": away / "restored"}
    if address.get_backend_name() == "postgresql":
        programs.insert(0, wheel_programs())
        variables |= {"DB": address.database, **_libpq(address)}
    path = os.pathsep.join([*map(str, programs), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path} | {name: str(value) for name, value in variables.items()}
    return Operator(address, environment, away / "restored")


def _libpq(address: URL) -> dict[str, object]:
    said = {
        "PGHOST": address.host or address.query.get("host"),
        "PGPORT": address.port or address.query.get("port"),
        "PGUSER": address.username,
        "PGPASSWORD": address.password,
    }
    return {name: value for name, value in said.items() if value}


@contextmanager
def at_work(house: Composition) -> Iterator[None]:
    """Somebody goes on ordering all the while."""
    over, desk = Event(), house.desk("rectification", LEDGER)

    def work() -> None:
        count = 0
        while not over.is_set():
            ordered(desk, f"meanwhile-{count}")
            count += 1

    worker = Thread(target=work)
    worker.start()
    try:
        yield
    finally:
        over.set()
        worker.join()


def test_a_backup_made_while_the_office_works_is_restored_whole(
    house: Composition, operator: Operator
) -> None:
    house.sealed(LEDGER).put_file(SUBJECT, "photo", ORIGINAL)
    ordered(house.desk("rectification", LEDGER), "before")
    ledger = house.desk("oversight", LEDGER).ledger
    before = ledger.head()
    with at_work(house):
        assert operator.carry_out(f"{operator.database}-backup") == 0
    operator.restore()
    assert operator.carry_out("verify") == 0
    copy = Composition(open_installation(operator.restored))
    book = copy.desk("oversight", LEDGER).ledger
    facts = book.read(0, ledger.head())
    assert before <= len(facts) == book.head()
    assert facts == ledger.read(0, len(facts))
    assert verify(facts).flaw is None
    assert copy.sealed(LEDGER).get(SUBJECT, "photo", "p1", "drill") == ORIGINAL
    assert copy.installation.secret == house.installation.secret
    copy.close()


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_copy_that_was_altered_is_told_by_the_check_of_the_guide(
    house: Composition, operator: Operator
) -> None:
    ordered(house.desk("rectification", LEDGER), "before")
    assert operator.carry_out("sqlite-backup") == 0
    operator.restore()
    with sqlite3.connect(operator.restored / "ledger.db") as connection:
        locks = "select name from sqlite_master where type = 'trigger' and tbl_name = 'fact'"
        for (lock,) in connection.execute(locks).fetchall():
            connection.execute(f"drop trigger {lock}")
        text = "replace(cast(body as text), '某社区', '他社区')"
        connection.execute(f"update fact set body = cast({text} as blob) where stream = 'community/c1'")
    assert operator.carry_out("verify") == 1
    told = json.loads(Path(operator.environment["TO"], "restored.json").read_text("utf-8"))
    assert [
        (one["side"], one["kind"], one["subject"]) for one in told["differences"] if one["side"] == "ledger"
    ] == [("ledger", "fact_damaged", "community/c1")]
