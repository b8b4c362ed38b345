"""Every command's help fits a terminal of 80 columns, whole, and says what may be given and what holds otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from bihuan.cli import app
from bihuan.cli.help import cells, wrapped
from bihuan.processes import PROCESSES
from services.oversight.hazard_entry import Stage
from shared.runtime.law_files import load_law
from tests.unit.cli.conftest import Ask

CHINESE, ENGLISH = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[a-z]{3,}")
WIDTH = 80


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of every command and group."""
    yield path
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, (*path, name))


COMMANDS = list(commands(typer.main.get_command(app)))


def rows(shown: str) -> dict[str, str]:
    """The words of each argument and option, by its name."""
    found: dict[str, str] = {}
    section = name = ""
    for line in shown.splitlines():
        if line and not line.startswith(" "):
            section = line
        elif section.startswith(("参数", "选项")) and line.startswith("  "):
            if line[2] != " ":
                name, _, words = line.strip().partition("  ")
                found[name] = words.strip()
            else:
                found[name] += f"\n{line.strip()}"
    return found


@pytest.fixture
def shown(bihuan: Ask, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("COLUMNS", str(WIDTH))
    return lambda *path: bihuan(*path, "--help").out


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_fits_80_columns_and_nothing_is_cut_off(shown: Any, path: tuple[str, ...]) -> None:
    text = shown(*path)
    assert [line for line in text.splitlines() if cell_len(line) > WIDTH] == []
    assert "…" not in text
    assert CHINESE.search(text.splitlines()[2])
    assert ENGLISH.search(text.splitlines()[3])


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_option_says_what_holds_without_it_in_both_languages(shown: Any, path: tuple[str, ...]) -> None:
    for name, words in rows(shown(*path)).items():
        assert CHINESE.search(words), name
        assert ENGLISH.search(words.rpartition("\n")[2]), name
        if not name.startswith(("--help", "--install-completion", "--show-completion", "PERSON")):
            assert re.search("［必填］|［默认 .+］|不写", words.replace("\n", "")), (name, words)


@pytest.mark.parametrize(
    ("path", "option", "choices"),
    [
        (("late",), "--row CODE", [row.id for row in load_law().rulebook.rows]),
        (("late",), "--bearer WHO", ["agency", "party"]),
        (("late",), "--role ROLE", ["enforcement_officer", "office_head", "party"]),
        (("register",), "--stage STAGE", [str(stage) for stage in Stage]),
        (("register",), "--grade GRADE", ["general", "major"]),
        (("serve",), "--process NAME,NAME", ["all", *PROCESSES]),
        (("scenario",), "--engine NAME", ["simulator", "temporal"]),
        (("projection", "rebuild"), "NAME", ["register", "obligations", "links"]),
    ],
)
def test_a_closed_set_of_values_is_listed(
    shown: Any, path: tuple[str, ...], option: str, choices: list[str]
) -> None:
    words = rows(shown(*path))[option]
    assert set(choices) <= set(re.split(r"[、：\s［]+", words))


PIECES = st.lists(
    st.sampled_from(["期限", "届满，", "（不足）；", "T11 ", "a-b。", "“sq-01”", " "]), max_size=60
)


@given(PIECES, st.integers(min_value=24, max_value=100))
def test_wrapping_loses_no_letter_and_no_line_is_too_wide_or_begins_with_a_closing_mark(
    pieces: list[str], width: int
) -> None:
    lines = wrapped("".join(pieces), width)
    assert "".join("".join(lines).split()) == "".join("".join(pieces).split())
    assert [line for line in lines if cells(line) > width] == []
    assert [line for line in lines[1:] if line[0] in "，；。）"] == []
