"""An authority profile for another place is told before it refuses every act, and names what is unknown."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bihuan.installation import make_installation
from bihuan.loading.shipped import REGISTRY
from shared.ledger.installation import Installation
from tests.unit.cli.conftest import Ask


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An installation of a township and of another one."""
    make_installation(tmp_path / "home", Installation.REAL, ("t-qinghe", "t-beigang"))
    return tmp_path / "home"


def areas(folder: Path, written: str) -> Path:
    """The shipped registry with other areas."""
    shutil.copytree(REGISTRY, folder / "registry")
    profile = folder / "registry" / "authority.yaml"
    profile.write_text(
        profile.read_text("utf-8").replace("areas: [t-qinghe]", f"areas: [{written}]"), "utf-8"
    )
    return folder / "registry"


@pytest.mark.parametrize("written", ["t-qinghe", "t-qinghe, sq-03", "c-linshui"])
def test_the_ledger_what_it_lies_in_and_its_communities_are_known_areas(
    bihuan: Ask, home: Path, tmp_path: Path, written: str
) -> None:
    said = bihuan(
        "load", "registry", areas(tmp_path, written), "--home", home, "--ledger", "t-qinghe", "--dry-run"
    )
    assert said.code == 0, said.err


@pytest.mark.parametrize(
    ("ledger", "written", "unknown"),
    [
        ("t-qinghe", "t-qinghe, sq-99", "sq-99"),
        ("t-beigang", "t-qinghe", "t-qinghe"),
        ("t-qinghe", "c-other", "c-other"),
    ],
)
def test_an_area_that_is_none_of_them_is_named_and_nothing_is_written(
    bihuan: Ask, home: Path, tmp_path: Path, ledger: str, written: str, unknown: str
) -> None:
    said = bihuan("load", "registry", areas(tmp_path, written), "--home", home, "--ledger", ledger)
    assert said.code == 2
    assert f"authority.yaml 第1条：授权区域“{unknown}”不是本账本{ledger}" in said.err
    assert "没有写入任何内容" in said.err


def test_without_a_file_of_ledgers_only_the_ledger_and_its_communities_are_known(
    bihuan: Ask, home: Path, tmp_path: Path
) -> None:
    folder = areas(tmp_path, "t-qinghe, c-linshui")
    (folder / "ledger.yaml").unlink()
    said = bihuan("load", "registry", folder, "--home", home, "--ledger", "t-qinghe")
    assert said.code == 2
    assert "“c-linshui”" in said.err
    assert "“t-qinghe”" not in said.err
