"""Revoking says whose tokens were revoked, and a slip in the id does not pass for done."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from bihuan.composition import Composition
from bihuan.installation import FILE, open_installation
from shared.runtime.desk import Acting, Call, Change
from shared.vocabulary.fact import Actor
from shared.vocabulary.registry_facts import PersonLeft
from tests.unit.cli.conftest import LEDGER, Ask


@pytest.fixture
def home(town: Path, tmp_path: Path) -> Path:
    """A copy of the town's home that a test may write to."""
    shutil.copytree(town, tmp_path / "home")
    file = tmp_path / "home" / FILE
    file.write_text(file.read_text("utf-8").replace(str(town), str(tmp_path / "home")), "utf-8")
    return tmp_path / "home"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["nobody"], "没有编号为nobody的人员"), (["--channel", "p-004"], "没有编号为p-004的渠道")],
)
def test_revoking_the_tokens_of_nobody_is_refused(
    bihuan: Ask, home: Path, arguments: list[str], said: str
) -> None:
    answer = bihuan("token", "revoke", *arguments, "--home", home)
    assert (answer.code, answer.out) == (1, "")
    assert said in answer.err


def test_a_person_without_tokens_is_said_to_have_none(bihuan: Ask, home: Path) -> None:
    said = bihuan("token", "revoke", "p-004", "--home", home)
    assert (said.code, "p-004没有有效的令牌" in said.out) == (0, True)


def test_the_tokens_of_one_who_left_can_still_be_revoked(bihuan: Ask, home: Path) -> None:
    bihuan("token", "issue", "p-004", "--home", home)
    house = Composition(open_installation(home))
    desk = house.desk("registry", LEDGER)
    acting = Acting((Actor("registrar", "registrar", "bihuan"),), house.clock.now(), None, ())
    desk.append(
        Call("left", b"h", "registrar", "t"),
        acting,
        Change(desk.load("person/p-004"), (PersonLeft("p-004"),)),
    )
    house.close()
    assert json.loads(bihuan("token", "revoke", "p-004", "--home", home, "--json").out)["revoked"] == 1
    assert bihuan("token", "revoke", "p-004", "--home", home).code == 0
