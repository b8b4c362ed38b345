"""Every fact can be read as a sentence, in both languages."""

from __future__ import annotations

import dataclasses
import string

import pytest

from services.oversight.sentences import SENTENCES
from services.oversight.words import TERMS, Language, sentence
from shared.law.rulebook import Row
from shared.vocabulary.fact import CATALOGUE
from shared.vocabulary.hazard_facts import Grade, HazardGraded
from shared.vocabulary.obligation_facts import ObligationLapsed
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
    assert all(part in told for part in ("T11 复查", "义务方机关", "机关未按期履职"))


def test_every_lapse_and_role_of_the_rulebook_has_a_word(law):
    rows: tuple[Row, ...] = law.rulebook.rows
    codes = {row.lapse for row in rows} | {role for row in rows for role in row.answerable}
    codes |= {role for act in law.acts.values() for role in act.roles}
    assert codes <= set(TERMS)
