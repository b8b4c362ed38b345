"""Every fact can be read as a sentence, in both languages."""

from __future__ import annotations

import dataclasses
import string
from datetime import datetime

import pytest

from services.oversight.sentences import SENTENCES
from services.oversight.words import TERMS, Language, law_text, sentence
from shared.law.periods import SHANGHAI
from shared.law.rulebook import Row
from shared.vocabulary.fact import CATALOGUE
from shared.vocabulary.hazard_facts import Grade, HazardGraded
from shared.vocabulary.obligation_facts import ObligationLapsed, RungReached
from shared.vocabulary.order_facts import ItemResult, OrderReinspected
from shared.wire import codec  # noqa: F401  (enters every fact in the catalogue)


def test_no_fact_is_without_a_sentence():
    assert set(SENTENCES) == set(CATALOGUE)


@pytest.mark.parametrize("name", sorted(SENTENCES))
def test_a_sentence_uses_only_fields_that_its_fact_has(name):
    fields = {field.name for field in dataclasses.fields(CATALOGUE[name])}
    for template in SENTENCES[name]:
        used = {field for _, field, _, _ in string.Formatter().parse(template) if field}
        assert used <= fields


def test_a_sentence_says_grade_and_item_in_words():
    fact = HazardGraded("h", Grade.MAJOR, "安全生产法第35条", "判定标准第4条")
    assert sentence(fact, Language.ZH, {}) == "定级为重大隐患，违反安全生产法第35条，判定标准：判定标准第4条"
    assert sentence(fact, Language.EN, {}).startswith("Graded major;")


def test_a_reinspection_says_which_items_failed():
    fact = OrderReinspected("o", 1, "e", (ItemResult(1, True), ItemResult(2, False)))
    assert sentence(fact, Language.ZH, {}) == "第1次复查：第1项通过、第2项未通过"


def test_a_lapse_says_whose_duty_it_was_and_what_follows():
    due = "2025-09-30T00:00:00+08:00"
    fact = ObligationLapsed("T11/1#1", "T11", 1, "agency", "breach_of_duty", due, 9)
    told = sentence(fact, Language.ZH, {"T11": "复查"})
    assert all(part in told for part in ("复查（T11）", "义务方机关", "机关未按期履职"))


def test_a_due_that_ends_a_day_is_said_as_that_day():
    due = "2025-09-30T00:00:00+08:00"
    fact = ObligationLapsed("T11/1#1", "T11", 1, "agency", "breach_of_duty", due, 9)
    assert "期限2025年9月29日，" in sentence(fact, Language.ZH, {})
    hourly = dataclasses.replace(fact, due="2025-09-30T09:30:00+08:00")
    assert "期限2025年9月30日 09:30，" in sentence(hourly, Language.ZH, {})


@pytest.mark.parametrize(
    ("collapsed", "said"),
    [((), "已通知执法人员"), (("before_3",), "已通知执法人员；并入的提醒：内部期限前3个工作日")],
)
def test_a_reminder_names_earlier_ones_if_it_stands_for_any(collapsed, said):
    due = datetime(2025, 9, 30, tzinfo=SHANGHAI)
    to = ("enforcement_officer",)
    fact = RungReached("T11/1#1", "T11", 1, "on_day", to, due, due.isoformat(), collapsed)
    assert sentence(fact, Language.ZH, {}).endswith(said)


@pytest.mark.parametrize(
    ("codes", "zh", "en"),
    [
        (
            "AQ99(2)、AQ105",
            "安全生产法第99条(2)、安全生产法第105条",
            "Work Safety Law Art. 99(2)、Work Safety Law Art. 105",
        ),
        ("消防法第28条", "消防法第28条", "消防法第28条"),
        ("XAQ99", "XAQ99", "XAQ99"),
    ],
)
def test_items_of_the_work_safety_law_are_read_as_articles(codes, zh, en):
    assert (law_text(codes, Language.ZH), law_text(codes, Language.EN)) == (zh, en)


def test_every_lapse_and_role_of_the_rulebook_has_a_word(law):
    rows: tuple[Row, ...] = law.rulebook.rows
    codes = {row.lapse for row in rows} | {role for row in rows for role in row.answerable}
    codes |= {role for act in law.acts.values() for role in act.roles}
    assert codes <= set(TERMS)
