"""Rungs, lapses and withdrawals: each owed once per revision, collapsed after an outage, never for a guess."""

from __future__ import annotations

from datetime import date, timedelta

from shared.law.periods import end_of
from shared.law.reckoning import obligations
from shared.law.rungs import Kind, ladder, next_moment, steps_owed
from shared.runtime.law_files import load_law
from shared.vocabulary.fact import Fact, Recorded
from shared.vocabulary.obligation_facts import ObligationLapsed, RungReached
from shared.vocabulary.order_facts import (
    CompletionReported,
    ItemResult,
    ItemTerm,
    OrderIssued,
    OrderReinspected,
    OrderServed,
    ServiceMode,
)
from tests.fakes.history import history, moment

LAW = load_law()
SERVED = OrderServed("o", ServiceMode.DIRECT, "r", (ItemTerm(1, days=10),))
"""Served on 2026-03-02: the term ends on Thursday 2026-03-12."""


def owed(records: list[Recorded], at: str, row: str = "T07") -> list[tuple[str, tuple[str, ...]]]:
    many = obligations(records, LAW.rulebook, LAW.calendar)
    steps = steps_owed(many, LAW.calendar, at=moment(at))
    return [(o.step.rung or str(o.step.kind), o.collapsed) for o in steps if o.obligation.row.id == row]


def served(*more: tuple[str, Fact]) -> list[Recorded]:
    return history("order/o", ("2026-03-02", SERVED), *more)


def test_the_ladder_stands_on_working_days_around_the_due() -> None:
    [term] = [o for o in obligations(served(), LAW.rulebook, LAW.calendar) if o.row.id == "T07"]
    days = {p.rung.name: p.moment.date() for p in ladder(term, LAW.calendar)}
    assert days == {
        "before_3": date(2026, 3, 9),
        "before_1": date(2026, 3, 11),
        "on_day": date(2026, 3, 12),
        "deputy_head": date(2026, 3, 13),
        "county": date(2026, 3, 17),
    }


def test_rungs_are_spread_over_half_an_hour_and_stay_where_they_are() -> None:
    [term] = [o for o in obligations(served(), LAW.rulebook, LAW.calendar) if o.row.id == "T07"]
    for planned in ladder(term, LAW.calendar):
        midnight = planned.moment.replace(hour=0, minute=0, second=0)
        assert timedelta(0) < planned.moment - midnight <= timedelta(minutes=30)
    assert ladder(term, LAW.calendar) == ladder(term, LAW.calendar)


def test_each_rung_is_owed_at_its_moment_and_not_before() -> None:
    assert owed(served(), "2026-03-08 23:59") == []
    assert owed(served(), "2026-03-09 00:31") == [("before_3", ())]


def test_a_recorded_rung_is_not_owed_again() -> None:
    rung = RungReached("T07/1#1", "T07", 1, "before_3", (), moment("2026-03-09"), "x")
    assert owed(served(("2026-03-09", rung)), "2026-03-10") == []


def test_after_an_outage_missed_rungs_collapse_into_the_latest() -> None:
    assert owed(served(), "2026-03-20") == [
        ("lapse", ()),
        ("county", ("before_3", "before_1", "on_day", "deputy_head")),
    ]


def test_a_lapse_is_owed_from_the_end_of_the_last_day() -> None:
    assert ("lapse", ()) not in owed(served(), "2026-03-12 23:59")
    assert ("lapse", ()) in owed(served(), "2026-03-13 00:00")


def test_a_recorded_lapse_is_not_owed_again() -> None:
    end = end_of(date(2026, 3, 12)).isoformat()
    lapse = ObligationLapsed("T07/1#1", "T07", 1, "party", "x", end, 1)
    assert "lapse" not in [name for name, _ in owed(served(("2026-03-13 00:00", lapse)), "2026-03-14")]


def test_late_truth_owes_the_withdrawal_of_the_lapse() -> None:
    end = end_of(date(2026, 3, 12)).isoformat()
    lapse = ObligationLapsed("T07/1#1", "T07", 1, "party", "x", end, 1)
    posted = CompletionReported("o", (1,), "邮寄")
    in_time = served(("2026-03-13 00:00", lapse), ("2026-03-12 18:00", posted))
    too_late = served(("2026-03-13 00:00", lapse), ("2026-03-13 08:00", posted))
    assert owed(in_time, "2026-03-14") == [(str(Kind.WITHDRAWAL), ())]
    assert owed(too_late, "2026-03-14") == []


def test_a_letter_registered_after_the_reinspection_still_withdraws_the_lapse() -> None:
    end = end_of(date(2026, 3, 12)).isoformat()
    lapse = ObligationLapsed("T07/1#1", "T07", 1, "party", "x", end, 1)
    seen = OrderReinspected("o", 1, "e", (ItemResult(1, passed=True),))
    posted = CompletionReported("o", (1,), "邮寄", (), overtaken=(1,))
    facts = served(("2026-03-13", lapse), ("2026-03-16", seen), ("2026-03-12 18:00", posted))
    assert owed(facts[:3], "2026-03-17") == []
    assert owed(facts, "2026-03-17") == [(str(Kind.WITHDRAWAL), ())]


def test_an_agency_does_not_take_back_its_own_lapse_by_its_own_later_word() -> None:
    end = end_of(date(2026, 3, 23)).isoformat()
    lapse = ObligationLapsed("T11/1#1", "T11", 1, "agency", "x", end, 1)
    said_later = OrderReinspected("o", 1, "e", (ItemResult(1, passed=True),))
    facts = served(("2026-03-24", lapse), ("2026-03-20", said_later))
    assert owed(facts, "2026-03-25", "T11") == []


def test_a_receipt_from_outside_takes_back_an_agencys_lapse() -> None:
    issued = OrderIssued("o", "1号", "e", "c", "某局", ())
    lapse = ObligationLapsed("T08#1", "T08", 1, "agency", "x", end_of(date(2026, 3, 11)).isoformat(), 1)
    facts = history("order/o", ("2026-03-02", issued), ("2026-03-12", lapse), ("2026-03-10", SERVED))
    assert owed(facts, "2026-03-13", "T08") == [(str(Kind.WITHDRAWAL), ())]


def test_a_provisional_due_is_never_escalated() -> None:
    facts = history("order/o", ("2026-12-25", SERVED))
    many = obligations(facts, LAW.rulebook, LAW.calendar)
    assert steps_owed(many, LAW.calendar, at=moment("2027-12-01")) == ()
    assert next_moment(many, LAW.calendar, after=moment("2026-12-25")) is None


def test_the_next_moment_leads_through_every_step_once() -> None:
    """Going from moment to moment and recording what is owed meets each rung and the lapse exactly once."""
    records, at, names = served(), moment("2026-03-02"), []
    while True:
        many = [o for o in obligations(records, LAW.rulebook, LAW.calendar) if o.row.id == "T07"]
        following = next_moment(many, LAW.calendar, after=at)
        if following is None:
            break
        at = following
        for step in steps_owed(many, LAW.calendar, at=at):
            names.append(step.step.rung or str(step.step.kind))
            fact: Fact
            if step.step.kind is Kind.LAPSE:
                end = end_of(step.obligation.due.legal).isoformat()
                fact = ObligationLapsed(step.obligation.id, "T07", step.step.revision, "party", "x", end, 1)
            else:
                fact = RungReached(
                    step.obligation.id,
                    "T07",
                    1,
                    step.step.rung,
                    (),
                    at,
                    "x",
                    step.collapsed,
                )
            dated = [(f"{r.effective:%Y-%m-%d %H:%M}", r.fact) for r in records]
            records = history("order/o", *dated, (f"{at:%Y-%m-%d %H:%M}", fact))
    assert names == ["before_3", "before_1", "on_day", "lapse", "deputy_head", "county"]


def test_a_rung_that_falls_in_a_year_without_a_calendar_waits_for_it() -> None:
    """The term ends on 2026-12-30, which is published; the county would hear of it in 2027, which is not."""
    facts = history(
        "order/o", ("2026-12-14", OrderServed("o", ServiceMode.DIRECT, "r", (ItemTerm(1, days=16),)))
    )
    [term] = [o for o in obligations(facts, LAW.rulebook, LAW.calendar) if o.row.id == "T07"]
    assert not term.due.provisional
    assert [p.rung.name for p in ladder(term, LAW.calendar)] == [
        "before_3",
        "before_1",
        "on_day",
        "deputy_head",
    ]
