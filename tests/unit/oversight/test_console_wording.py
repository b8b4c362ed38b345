"""The console's words: the same keys in each language, all of them used; days as people write them; the drawings."""

from __future__ import annotations

import re
import string
from datetime import date, datetime
from pathlib import Path

import pytest

from services.oversight import console
from services.oversight.console.drawing import bars, term
from services.oversight.console.late_page import ranges
from services.oversight.console.wording import Wording, texts
from services.oversight.days import with_days
from services.oversight.words import Language
from shared.law.periods import SHANGHAI

FOLDER = Path(console.__file__).parent
ZH, EN = Wording(Language.ZH), Wording(Language.EN)


def test_both_languages_have_the_same_texts_with_the_same_values():
    zh, en = texts(Language.ZH), texts(Language.EN)
    assert set(zh) == set(en)

    def values(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert {key for key in zh if values(zh[key]) != values(en[key])} == set()


def test_every_text_is_used_and_every_text_used_is_there():
    sources = [*FOLDER.glob("templates/*.html"), *FOLDER.glob("*.py")]
    code = "\n".join(source.read_text("utf-8") for source in sources)
    whole = set(re.findall(r'(?:\bt|\bsay)\("([a-z_.]+)"[,)]', code))
    whole |= {
        key for pair in re.findall(r't\("([a-z_.]+)" if \w[\w.]* else "([a-z_.]+)"', code) for key in pair
    }
    begun = set(re.findall(r'\bt\("([a-z_.]+\.)" ~', code))
    known = set(texts(Language.ZH))
    assert whole <= known
    unused = {key for key in known - whole if not any(key.startswith(part) for part in begun)}
    assert unused == set()


def test_no_template_has_words_of_its_own():
    for template in FOLDER.glob("templates/*.html"):
        html = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", template.read_text("utf-8"), flags=re.S)
        assert not re.search(r"[\u4e00-\u9fff]", html), template.name
        said = re.sub(r"<[^>]*>|&\w+;", " ", html, flags=re.S)
        assert not re.search(r"[A-Za-z]{3,}", said), (template.name, said)


def test_days_are_written_as_people_write_them():
    assert ZH.day(date(2026, 3, 2)) == "2026年3月2日 周一"
    assert EN.day(date(2026, 3, 2)) == "Mon 2 March 2026"
    assert ZH.moment(datetime.fromisoformat("2026-03-01T16:05:00+00:00")) == "2026年3月2日 周一 00:05"


@pytest.mark.parametrize(
    ("iso", "zh", "en"),
    [
        ("2026-02-14（周六）", "2026年2月14日（周六）", "14 February 2026（周六）"),
        ("2026-02-15—23 x", "2026年2月15—23日 x", "15—23 February 2026 x"),
        ("2025-09-28—10-01 x", "2025年9月28日—10月1日 x", "28 September—1 October 2025 x"),
        (
            "2025-12-30—2026-01-03",
            "2025年12月30日—2026年1月3日",
            "30 December 2025—3 January 2026",
        ),
        ("第201条", "第201条", "第201条"),
    ],
)
def test_a_derivations_days_are_written_as_people_write_them(iso, zh, en):
    assert (with_days(iso, zh=True), with_days(iso, zh=False)) == (zh, en)


@pytest.mark.parametrize(
    ("first", "last", "zh", "en"),
    [
        (date(2026, 5, 1), date(2026, 5, 30), "2026年5月1—30日", "1—30 May 2026"),
        (date(2026, 3, 2), date(2026, 5, 30), "2026年3月2日—5月30日", "2 March—30 May 2026"),
        (date(2025, 3, 2), date(2026, 5, 1), "2025年3月2日—2026年5月1日", "2 March 2025—1 May 2026"),
    ],
)
def test_a_period_is_written_without_saying_anything_twice(first, last, zh, en):
    assert (ZH.span(first, last), EN.span(first, last)) == (zh, en)


@pytest.mark.parametrize(
    ("numbers", "shown"), [([1], ["1"]), ([1, 2], ["1", "2"]), ([1, 2, 3, 5], ["1—3", "5"]), ([], [])]
)
def test_runs_of_numbers_are_shortened(numbers, shown):
    assert ranges(numbers) == shown


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=SHANGHAI)


def test_a_term_is_drawn_from_its_start_to_its_end_with_now_between():
    drawn = term(date(2026, 3, 2), date(2026, 3, 8), date(2026, 3, 11), at(7))
    assert drawn is not None
    assert (drawn.now, drawn.due, drawn.overrun) == (50.0, 100.0, 0.0)
    assert drawn.planned_earlier


def test_what_is_overrun_is_drawn_after_the_due():
    drawn = term(date(2026, 3, 2), date(2026, 3, 5), date(2026, 3, 5), at(10))
    assert drawn is not None
    assert (drawn.now, drawn.due, drawn.overrun) == (100.0, 50.0, 50.0)
    assert not drawn.planned_earlier


def test_a_term_that_has_not_started_is_not_drawn():
    assert term(date(2026, 3, 9), date(2026, 3, 11), date(2026, 3, 11), at(7)) is None


def test_a_term_of_no_length_is_drawn_all_the_same():
    drawn = term(at(7), at(7), at(7), at(7))
    assert drawn is not None
    assert 0 <= drawn.now <= 100


def test_bars_share_one_scale_and_the_smallest_can_be_seen():
    [head, officer] = bars([("officer", 0, 1), ("head", 900, 100)])
    assert (head.code, head.late_length, head.due_length) == ("head", 90.0, 10.0)
    assert (officer.late_length, officer.due_length) == (0.0, 0.5)
    assert bars([]) == []
