"""A thing may be named by the beginning of its id, and a wrong name is answered with what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Ask


@pytest.fixture
def hazards(bihuan: Ask, town: Path) -> list[str]:
    found = json.loads(bihuan("register", "--home", town, "--json").out)
    return [row["hazard"] for row in found["rows"]]


@pytest.mark.parametrize("kind", ["hazard/", ""])
def test_as_many_letters_as_tell_a_thing_apart_are_enough(
    bihuan: Ask, town: Path, hazards: list[str], kind: str
) -> None:
    said = bihuan("timeline", f"{kind}{hazards[0][:8]}", "--home", town)
    assert said.out.startswith(f"hazard/{hazards[0]}\n")


def test_what_could_be_several_things_is_answered_with_each_of_them_in_words(
    bihuan: Ask, town: Path, hazards: list[str]
) -> None:
    said = bihuan("timeline", "hazard/", "--home", town)
    first, second = sorted(hazards)[:2]
    assert (said.code, said.out) == (2, "")
    assert f"hazard/{first}  2026-" in said.err
    assert f"hazard/{second}  2026-" in said.err
    assert "登记隐患" in said.err
    assert "再多写几位" in said.err


def test_a_thing_that_is_not_there_is_answered_with_where_to_find_ids(bihuan: Ask, town: Path) -> None:
    said = bihuan("timeline", "hazard/nothing", "--home", town)
    assert said.code == 1
    assert "没有编号以nothing开头的hazard(隐患)" in said.err
    assert "bihuan register" in said.err


@pytest.mark.parametrize("said", ["fire/3f2a", "hazard:3f2a!", "", "隐患/3f2a"])
def test_what_is_no_name_of_a_thing_is_answered_with_how_to_write_one(
    bihuan: Ask, town: Path, said: str
) -> None:
    answer = bihuan("timeline", said, "--home", town)
    assert answer.code == 2
    assert "hazard(隐患)" in answer.err


def test_redriving_what_is_not_parked_is_answered_with_where_to_look(bihuan: Ask, town: Path) -> None:
    said = bihuan("bus", "redrive", "register@1", "order/3f2a", "--home", town)
    assert said.code == 1
    assert "bihuan bus parked" in said.err
