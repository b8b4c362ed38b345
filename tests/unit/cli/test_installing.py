"""A ledger cannot be deleted, so making one by a slip of the pen is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bihuan.installation import Kafka, make_installation, open_installation
from shared.ledger.installation import Installation
from tests.unit.cli.conftest import Ask


@pytest.fixture
def home(bihuan: Ask, tmp_path: Path) -> Path:
    """A real installation of one office."""
    assert bihuan("init", tmp_path / "home", "--ledger", "t-qinghe").code == 0
    return tmp_path / "home"


def test_another_code_is_not_added_to_an_installation_by_accident(bihuan: Ask, home: Path) -> None:
    said = bihuan("init", home, "--ledger", "t-qinhge")
    assert said.code == 1
    assert "账本为t-qinghe,没有t-qinhge" in said.err
    assert "--add" in said.err
    assert open_installation(home).ledgers == ("t-qinghe",)


def test_another_office_gets_its_book_when_that_is_asked_for(bihuan: Ask, home: Path) -> None:
    assert bihuan("init", home, "--ledger", "t-beigang", "--add").code == 0
    assert open_installation(home).ledgers == ("t-qinghe", "t-beigang")


def test_adding_to_nothing_is_refused(bihuan: Ask, tmp_path: Path) -> None:
    said = bihuan("init", tmp_path / "new", "--ledger", "t-qinghe", "--add")
    assert said.code == 2
    assert "还没有安装" in said.err
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "code", ["清河镇", "T-Qinghe", "-t", "t qinghe", "t/qinghe", "t", "t" * 41, "t_1", "t-清河"]
)
def test_a_code_that_could_not_be_typed_everywhere_is_refused_with_its_rule(
    bihuan: Ask, tmp_path: Path, code: str
) -> None:
    said = bihuan("init", tmp_path / "new", f"--ledger={code}")
    assert said.code == 2
    assert f"账本代码“{code}”不合规定" in said.err
    assert "例如 t-qinghe" in said.err
    assert not (tmp_path / "new").exists()


def test_making_it_again_keeps_the_way_to_kafka(bihuan: Ask, tmp_path: Path) -> None:
    bus = Kafka("127.0.0.1:9092", "bihuan", "/secret")
    make_installation(tmp_path, Installation.REAL, ("t-qinghe",), kafka=bus)
    assert bihuan("init", tmp_path, "--ledger", "t-qinghe").code == 0
    assert open_installation(tmp_path).kafka == bus


def test_a_copied_folder_opens_its_own_ledger_and_not_the_one_it_was_copied_from(tmp_path):
    make_installation(tmp_path / "made", Installation.REAL, ("t-a",))
    shutil.copytree(tmp_path / "made", tmp_path / "copied")
    copied = open_installation(tmp_path / "copied")
    assert copied.database == f"sqlite:///{tmp_path}/copied/ledger.db"
    assert make_installation(tmp_path / "copied", Installation.REAL, ("t-a",)).database == copied.database
