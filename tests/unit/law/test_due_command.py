"""`bihuan due` answers with dates and reasons, and refuses bad input on stderr with exit code 2."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from bihuan.cli.due import register

APP = typer.Typer()
register(APP)


@APP.callback()
def _keep_the_command_name() -> None:
    """With a single command and no callback typer would drop the command's name."""


def run(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(APP, ["due", *words])
    return result.exit_code, result.stdout, result.stderr


SPRING = (
    "--from",
    "2026-02-13",
    "--n",
    "7",
    "--unit",
    "working_day",
    "--roll",
    "forward",
)


def test_it_answers_in_chinese_with_the_reasons() -> None:
    code, out, err = run(*SPRING)
    assert (code, err) == (0, "")
    assert "法定期限  2026-03-02（周一）24:00 截止" in out
    assert "跳过 2026-02-15—23 春节放假" in out
    assert "暂定" not in out


def test_it_answers_in_english_when_asked() -> None:
    code, out, _ = run(*SPRING, "--lang", "en")
    assert code == 0
    assert "legal due     2026-03-02 (Mon), until 24:00" in out
    assert "skipped 2026-02-15—23 Spring Festival holiday" in out
    assert "期限" not in out


def test_it_answers_a_machine_in_json() -> None:
    _, out, _ = run(
        "--from",
        "2025-09-26",
        "--n",
        "10",
        "--unit",
        "calendar_day",
        "--roll",
        "backward",
        "--json",
    )
    answer = json.loads(out)
    assert len(answer.pop("derivation")) == 4
    assert answer == {
        "legal_due": "2025-10-09",
        "internal_due": "2025-09-30",
        "provisional": False,
        "calendar_version": "2025-2026",
    }


def test_hours_answer_with_a_moment_in_beijing() -> None:
    _, out, _ = run("--from", "2025-12-20T07:00:00Z", "--n", "24", "--unit", "hour", "--json")
    answer = json.loads(out)
    assert answer["legal_due"] == answer["internal_due"] == "2025-12-21T15:00:00+08:00"


def test_rest_days_roll_forward_unless_told_otherwise() -> None:
    _, out, _ = run("--from", "2026-04-17", "--n", "15", "--unit", "calendar_day", "--json")
    assert json.loads(out)["legal_due"] == "2026-05-06"


@pytest.mark.parametrize(("lang", "word"), [("zh", "暂定"), ("en", "provisional")])
def test_a_date_beyond_the_calendar_is_shown_as_provisional(lang: str, word: str) -> None:
    _, out, _ = run("--from", "2026-12-20", "--n", "1", "--unit", "month", "--lang", lang)
    assert word in out.splitlines()[2]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--from", "2025-12-20", "--n", "24", "--unit", "hour"), "不能只给日期"),
        (("--from", "2025-12-20T15:00", "--n", "24", "--unit", "hour"), "须带时区"),
        (("--from", "2025-02-30", "--n", "1", "--unit", "month"), "不是日期或时刻"),
        (("--from", "明天", "--n", "1", "--unit", "month"), "不是日期或时刻"),
        (("--from", "2025-12-20", "--n", "-1", "--unit", "month"), "不小于0"),
        (("--from", "2025-12-20", "--n", "9" * 30, "--unit", "working_day"), "9998"),
        (("--from", "2025-12-20", "--n", "x", "--unit", "month"), "--n"),
        (("--from", "2025-12-20", "--n", "1", "--unit", "week"), "--unit"),
        (
            ("--from", "2025-12-20", "--n", "1", "--unit", "month", "--roll", "up"),
            "--roll",
        ),
        (("--n", "1", "--unit", "month"), "--from"),
    ],
)
def test_bad_input_exits_with_two_and_says_why(words: tuple[str, ...], why: str) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert why in err


def test_refusals_are_in_english_when_asked() -> None:
    _, _, err = run("--from", "2025-12-20", "--n", "24", "--unit", "hour", "--lang", "en")
    assert err.startswith("error: hours count from a moment")
