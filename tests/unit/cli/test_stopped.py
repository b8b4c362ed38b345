"""Whoever asks a stopped installation is told that nobody watches its deadlines, and how to start that very one."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bihuan.installation import ADDRESSES, Installation, Kafka, make_installation
from shared.ledger.installation import Installation as Kind
from tests.unit.cli.conftest import Ask

COMMANDS = (("late",), ("register",), ("sweep",), ("report", "monthly"))


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    return make_installation(tmp_path / "home", Kind.DEMONSTRATION, ("t-1",))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_list_of_a_stopped_installation_says_so_and_names_the_way(
    bihuan: Ask, made: Installation, command: tuple[str, ...]
) -> None:
    said = bihuan(*command, "--home", made.folder)
    assert "没有在运行" in said.err
    assert f".venv/bin/bihuan run --home {made.folder}" in said.err
    assert "没有在运行" not in said.out


def test_one_that_is_served_says_nothing_of_it(bihuan: Ask, made: Installation) -> None:
    (made.folder / ADDRESSES).write_text("{}")
    assert bihuan("sweep", "--home", made.folder).err == ""


def test_a_real_one_may_be_served_from_elsewhere(bihuan: Ask, tmp_path: Path) -> None:
    make_installation(tmp_path / "real", Kind.REAL, ("t-1",))
    assert bihuan("sweep", "--home", tmp_path / "real").err == ""


def test_what_is_stopped_is_reconciled_without_waiting_for_anyone(bihuan: Ask, made: Installation) -> None:
    said = bihuan("reconcile", "--home", made.folder, "--json")
    assert said.code == 0 and "没有在运行" in said.err


def test_the_clock_of_a_stopped_one_is_advanced_by_starting_that_very_one(
    bihuan: Ask, tmp_path: Path
) -> None:
    made = make_installation(tmp_path / "full", Kind.DEMONSTRATION, ("t-1",), kafka=Kafka("127.0.0.1:1"))
    said = bihuan("clock", "advance", "1d", "--home", made.folder)
    assert said.code == 3
    assert f"run --profile full --home {made.folder}" in said.err


def test_nobody_but_its_owner_reads_the_ledgers_file(made: Installation) -> None:
    assert stat.S_IMODE((made.folder / "ledger.db").stat().st_mode) == 0o600
