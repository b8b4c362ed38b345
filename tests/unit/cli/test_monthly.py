"""The monthly report from the command line, in the language that was asked for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bihuan.cli import report
from services.oversight.figures import FIGURES
from tests.unit.cli.conftest import Ask

CHINESE = re.compile("[\u3000-\u9fff\uff00-\uffef]")


def test_the_report_in_english_has_no_chinese(bihuan: Ask, town: Path) -> None:
    said = bihuan("report", "monthly", "--lang", "en", "--home", town)
    assert (said.code, CHINESE.findall(said.out)) == (0, [])
    assert re.search("fines decided .*0 yuan", said.out)
    assert re.search("罚款金额 .*0元", bihuan("report", "monthly", "--home", town).out)


def test_what_each_figure_counts_is_said_in_both_languages() -> None:
    assert all(figure.means != figure.means_en for figure in FIGURES.values())
    assert not any(CHINESE.search(f"{figure.en} {figure.means_en}") for figure in FIGURES.values())


@pytest.mark.parametrize("figure", ["found", "fines"])
def test_a_figure_opened_in_english_says_what_it_counts_in_english(
    bihuan: Ask, town: Path, figure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "SHOWN", 1)
    said = bihuan("report", "monthly", "--open", figure, "--lang", "en", "--home", town)
    assert (said.code, CHINESE.findall(said.out)) == (0, [])
    assert FIGURES[figure].means_en in said.out
    assert FIGURES[figure].means in bihuan("report", "monthly", "--open", figure, "--home", town).out
