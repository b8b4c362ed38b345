"""What a case that goes from one book to another counts for in each of them."""

from __future__ import annotations

from collections import Counter
from datetime import date

from services.oversight.figures import entries
from shared.vocabulary.case_facts import CaseFiled, Procedure
from shared.vocabulary.fact import Fact
from shared.vocabulary.hand_over_facts import (
    CaseHandedOver,
    CaseHandOverAcknowledged,
    CaseHandOverReturned,
    HandOverAcknowledged,
    HandOverReceived,
    HandOverReturned,
    Package,
)
from shared.vocabulary.source_facts import Outcome, SourceDisposed
from tests.fakes.history import history

PACKAGE = Package("1号", "e1", "某厂", (), False, (), ())
FILED = CaseFiled("c", "1号", Procedure.ORDINARY, "c", "e1", (), (), None, False, "县局")
HANDED = CaseHandedOver("c", "county_emb", "超出权限", "移1", "c-1", PACKAGE)
RECEIVED = HandOverReceived("s", "county_emb", "t-1", "office", "c", 2, "超出权限", "移1", PACKAGE)


def counted(stream: str, *facts: Fact) -> dict[str, int]:
    """The sum of each figure over a thing's whole history, as far as it is not nothing."""
    sums = Counter[str]()
    day = date(2026, 3, 2).isoformat()
    for entry in entries(history(stream, *((day, fact) for fact in facts)), 0):
        sums[entry.figure] += entry.amount
    return {figure: amount for figure, amount in sums.items() if amount}


def test_a_case_is_under_way_here_until_the_other_office_took_it_over() -> None:
    assert counted("case/c", FILED, HANDED) == {"under_way": 1}
    assert counted("case/c", FILED, HANDED, CaseHandOverReturned("c", "county_emb", "r")) == {"under_way": 1}
    assert counted("case/c", FILED, HANDED, CaseHandOverAcknowledged("c", "county_emb", "r")) == {}


def test_a_case_taken_over_waits_for_its_disposition_there() -> None:
    taken = HandOverAcknowledged("s", "r")
    assert counted("source/s", RECEIVED) == {}
    assert counted("source/s", RECEIVED, HandOverReturned("s", "r")) == {}
    assert counted("source/s", RECEIVED, taken) == {"undisposed": 1}
    assert counted("source/s", RECEIVED, taken, SourceDisposed("s", Outcome.FILED, "r", "b", "1号")) == {}
