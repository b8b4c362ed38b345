"""What a story is about, from the thing's own facts."""

from __future__ import annotations

import pytest

from services.oversight.console.subject import subject
from shared.vocabulary.case_facts import CaseFiled, Procedure
from shared.vocabulary.fact import Fact
from shared.vocabulary.hand_over_facts import (
    CaseHandedOver,
    CaseHandOverReturned,
    HandOverAcknowledged,
    HandOverReceived,
    HandOverReturned,
    Package,
)
from shared.vocabulary.source_facts import Outcome, SourceDisposed
from tests.fakes.history import history

DAY = "2026-03-02"
PACKAGE = Package("立1号", "e1", "某厂", ("AQ99",), False, (), ())
RECEIVED = HandOverReceived("s", "county_emb", "t-1", "office", "c", 2, "超出权限", "移1", PACKAGE)
TAKEN = HandOverAcknowledged("s", "r")
FILED = CaseFiled("c", "1号", Procedure.ORDINARY, "c", "e1", (), (), None, False, "县局")
HANDED = CaseHandedOver("c", "county_emb", "超出权限", "移1", "c-1", PACKAGE)


def told(kind: str, *facts: Fact):
    return subject(kind, history(f"{kind}/x", *((DAY, fact) for fact in facts)), {})


@pytest.mark.parametrize(
    ("facts", "standing"),
    [
        ((), "awaiting_acknowledgement"),
        ((TAKEN,), "awaiting_disposition"),
        ((HandOverReturned("s", "缺件"),), "returned"),
        ((TAKEN, SourceDisposed("s", Outcome.FILED, "r", "b", "1号")), "filed"),
    ],
)
def test_a_case_that_came_from_another_office_says_whence_and_where_it_stands(facts, standing):
    source = told("source", RECEIVED, *facts)
    assert (source.title, source.standing) == ("某厂", standing)
    assert {field.key: field.value for field in source.fields} == {
        "from_office": "office",
        "their_number": "立1号",
        "legal_item": "AQ99",
    }


@pytest.mark.parametrize(
    ("facts", "standing"),
    [
        ((), "in_procedure"),
        ((HANDED,), "handed_over"),
        ((HANDED, CaseHandOverReturned("c", "county_emb", "缺件")), "in_procedure"),
    ],
)
def test_a_case_that_was_sent_back_is_dealt_with_here_again(facts, standing):
    assert told("case", FILED, *facts).standing == standing


@pytest.mark.parametrize("kind", ["hazard", "order", "source", "case", "visit", "report"])
def test_a_thing_whose_first_fact_is_missing_has_a_story_all_the_same(kind):
    assert told(kind, TAKEN).title == ""
