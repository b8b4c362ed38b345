"""Obligations follow from facts: the domain's scenarios, late truth, and what the clock records."""

from __future__ import annotations

from datetime import date

from shared.law.obligations import Obligation, Status
from shared.law.periods import end_of
from shared.law.reckoning import obligations, open_obligations
from shared.runtime.law_files import load_law
from shared.vocabulary.fact import Fact, Recorded
from shared.vocabulary.hazard_facts import Grade, HazardGraded, HazardReportedUp
from shared.vocabulary.obligation_facts import (
    LapseWithdrawn,
    ObligationLapsed,
    RungReached,
)
from shared.vocabulary.order_facts import (
    CompletionReported,
    ExtensionGranted,
    ExtensionRequested,
    ItemResult,
    ItemTerm,
    OpinionIssued,
    OrderReinspected,
    OrderServed,
    OrderWithdrawn,
    ServiceMode,
)
from shared.vocabulary.report_facts import ReportReceived
from shared.vocabulary.source_facts import Ground, Outcome, SourceDisposed, SourceOpened
from tests.fakes.history import history, moment

LAW = load_law()


def served(*terms: ItemTerm) -> Fact:
    return OrderServed("o", ServiceMode.DIRECT, "回执1", terms)


def failed(number: int) -> Fact:
    return OrderReinspected("o", number, "e", (ItemResult(1, passed=False),))


def every(records: list[Recorded]) -> dict[str, Obligation]:
    return {o.id: o for o in obligations(records, LAW.rulebook, LAW.calendar)}


def opened(records: list[Recorded]) -> dict[str, Obligation]:
    return {o.id: o for o in open_obligations(records, LAW.rulebook, LAW.calendar)}


def test_an_early_completion_report_moves_reinspection_before_the_holiday() -> None:
    """Scenario 2: T11 runs from the earlier of application and deadline."""
    facts = history(
        "order/o",
        ("2025-09-18", served(ItemTerm(1, until=date(2025, 9, 30)))),
        ("2025-09-26", CompletionReported("o", (1,), "已清理")),
    )
    assert opened(facts[:1])["T11/1#1"].due.legal == date(2025, 10, 10)
    reinspection = opened(facts)["T11/1#1"]
    assert (reinspection.due.legal, reinspection.due.internal) == (
        date(2025, 10, 9),
        date(2025, 9, 30),
    )
    assert reinspection.revision == 2
    assert "T07/1#1" not in opened(facts)


def test_a_silent_party_is_reinspected_within_ten_days_of_the_deadline() -> None:
    """Scenario 3: deadline 2025-09-29, no report."""
    facts = history("order/o", ("2025-09-15", served(ItemTerm(1, until=date(2025, 9, 29)))))
    assert opened(facts)["T11/1#1"].due.legal == date(2025, 10, 9)


def test_a_failed_reinspection_ends_the_term_asks_for_an_opinion_and_is_followed_up() -> None:
    facts = history(
        "order/o",
        ("2025-09-15", served(ItemTerm(1, until=date(2025, 9, 29)))),
        ("2025-09-30", failed(1)),
    )
    assert list(opened(facts)) == ["T11a/1#1", "T12/round-1#1"]


def test_an_item_that_fails_again_is_followed_up_again_until_it_passes() -> None:
    facts = history(
        "order/o",
        ("2025-09-15", served(ItemTerm(1, until=date(2025, 9, 29)))),
        ("2025-10-09", failed(1)),
        ("2025-10-16", failed(2)),
        ("2025-10-20", OrderReinspected("o", 3, "e", (ItemResult(1, passed=True),))),
    )
    assert opened(facts[:3])["T11a/1#2"].due.legal == date(2025, 10, 27)
    assert "T11a/1#1" not in opened(facts[:3])
    assert not any(name.startswith(("T11", "T07")) for name in opened(facts))


def test_each_round_of_reinspection_asks_for_an_opinion_of_its_own() -> None:
    facts = history(
        "order/o",
        ("2025-09-15", served(ItemTerm(1, until=date(2025, 9, 29)))),
        ("2025-10-09", failed(1)),
        ("2025-10-10", failed(2)),
        ("2025-10-10 10:00", OpinionIssued("o", 2, "复查2号")),
    )
    opinions = {name: o.status for name, o in every(facts).items() if name.startswith("T12")}
    assert opinions == {"T12/round-1#1": Status.OPEN, "T12/round-2#1": Status.DISCHARGED}


def test_a_letter_found_after_the_reinspection_ended_the_term_in_time_and_opens_nothing() -> None:
    """The party reported on the last day; its letter was registered after the officers had been there."""
    facts = history(
        "order/o",
        ("2025-09-15", served(ItemTerm(1, until=date(2025, 9, 29)))),
        ("2025-09-30", failed(1)),
        ("2025-09-29 17:00", CompletionReported("o", (1,), "邮寄", (), overtaken=(1,))),
    )
    term = every(facts)["T07/1#1"]
    assert (term.status, term.ended_at, term.late) == (Status.DISCHARGED, moment("2025-09-29 17:00"), False)
    assert list(opened(facts)) == list(opened(facts[:2]))


def test_a_letter_older_than_the_present_round_moves_nothing_of_that_round() -> None:
    again = history(
        "order/o",
        ("2025-09-15", served(ItemTerm(1, until=date(2025, 9, 29)))),
        ("2025-09-30", failed(1)),
        ("2025-10-13", CompletionReported("o", (1,), "再次报告")),
        ("2025-09-29 17:00", CompletionReported("o", (1,), "邮寄", (), overtaken=(1,))),
    )
    assert opened(again)["T11/1#2"] == opened(again[:3])["T11/1#2"]


def test_a_case_source_asks_for_a_disposition_across_national_day() -> None:
    """Scenario 3: five working days from 2025-09-30 end on 2025-10-14."""
    source = SourceOpened("s", Ground.FAILED_REINSPECTION, "order/o", 3, "e", ("AQ102",))
    facts = history("source/s", ("2025-09-30", source))
    assert opened(facts)["T13#1"].due.legal == date(2025, 10, 14)
    disposed = SourceDisposed("s", Outcome.FILED, "整改不合格", "行政处罚法第54条", "1号")
    assert (
        opened(
            [
                *facts,
                *history("source/s", ("2025-09-30", source), ("2025-10-09", disposed))[1:],
            ]
        )
        == {}
    )


def test_days_run_from_proven_service_and_end_on_a_working_day() -> None:
    facts = history("order/o", ("2026-04-20", served(ItemTerm(1, days=11))))
    assert opened(facts)["T07/1#1"].due.legal == date(2026, 5, 6)


def test_an_extension_is_a_new_revision_and_moves_reinspection_too() -> None:
    facts = history(
        "order/o",
        ("2026-04-13", served(ItemTerm(1, days=10))),
        ("2026-04-20", ExtensionRequested("o", (1,), date(2026, 5, 8), "设备到货晚")),
        ("2026-04-22", ExtensionGranted("o", (1,), date(2026, 5, 8), "情况属实")),
    )
    before, after = opened(facts[:2]), opened(facts)
    assert (before["T07/1#1"].revision, after["T07/1#1"].revision) == (1, 2)
    assert after["T07/1#1"].due.legal == date(2026, 5, 8)
    assert after["T11/1#1"].due.legal == date(2026, 5, 18)
    assert before["T10/1#1"].due.legal == date(2026, 4, 25)
    assert "T10/1#1" not in after


def test_only_the_items_named_are_touched() -> None:
    facts = history(
        "order/o",
        ("2026-03-02", served(ItemTerm(1, days=10), ItemTerm(2, days=10))),
        ("2026-03-05", CompletionReported("o", (2,), "完成")),
    )
    still = opened(facts)
    assert "T07/1#1" in still
    assert "T07/2#1" not in still
    assert still["T11/2#1"].revision == 2
    assert still["T11/1#1"].revision == 1


def test_a_failed_item_reported_again_opens_a_second_reinspection() -> None:
    facts = history(
        "order/o",
        ("2026-03-02", served(ItemTerm(1, days=10))),
        ("2026-03-13", OrderReinspected("o", 1, "e", (ItemResult(1, passed=False),))),
        ("2026-03-20", CompletionReported("o", (1,), "重新整改")),
    )
    assert opened(facts)["T11/1#2"].due.legal == date(2026, 3, 30)


def test_a_withdrawn_order_owes_nothing() -> None:
    facts = history(
        "order/o",
        ("2026-03-02", served(ItemTerm(1, days=10))),
        ("2026-03-03", OrderWithdrawn("o", "下达错误")),
    )
    assert opened(facts) == {}
    everything = obligations(facts, LAW.rulebook, LAW.calendar)
    assert {o.status for o in everything} == {Status.CANCELLED}


def test_a_serious_report_is_triaged_within_two_hours() -> None:
    facts = history("report/r", ("2026-03-06 17:30", ReportReceived("r", "ch", "c", True, "x")))
    assert opened(facts)["T01#1"].due.legal == moment("2026-03-06 19:30")


def test_only_a_major_grade_opens_the_upward_report() -> None:
    general = history("hazard/h", ("2026-03-06", HazardGraded("h", Grade.GENERAL, "AQ102")))
    major = history("hazard/h", ("2026-03-06", HazardGraded("h", Grade.MAJOR, "AQ102", "标准第3条")))
    assert list(opened(general)) == ["T05#1"]
    assert list(opened(major)) == ["T06#1"]
    up = history("hazard/h", ("2026-03-06", HazardGraded("h", Grade.MAJOR, "AQ102", "标准第3条")),
                 ("2026-03-06", HazardReportedUp("h", "county_emb", "r")))  # fmt: skip
    assert opened(up) == {}


def test_the_issue_of_an_order_is_planned_for_the_same_day() -> None:
    """T05: the same day, two working days as the internal cap."""
    [issue] = opened(history("hazard/h", ("2026-03-06", HazardGraded("h", Grade.GENERAL, "AQ102")))).values()
    assert (issue.due.internal, issue.due.legal) == (
        date(2026, 3, 6),
        date(2026, 3, 10),
    )


def test_a_due_beyond_the_published_calendar_is_provisional() -> None:
    facts = history("order/o", ("2026-12-25", served(ItemTerm(1, days=20))))
    assert opened(facts)["T07/1#1"].due.provisional


def test_reached_rungs_and_lapses_belong_to_their_revision() -> None:
    term = served(ItemTerm(1, days=10))
    rung = RungReached("T07/1#1", "T07", 1, "before_3", ("party",), moment("2026-03-09"), "x", ("a",))
    end = end_of(date(2026, 3, 12)).isoformat()
    lapse = ObligationLapsed("T07/1#1", "T07", 1, "party", "expired", end, 2)
    asked = ExtensionRequested("o", (1,), date(2026, 3, 20), "x")
    granted = ExtensionGranted("o", (1,), date(2026, 3, 20), "x")
    facts = history("order/o", ("2026-03-02", term), ("2026-03-09", rung), ("2026-03-13", lapse))
    known = opened(facts)["T07/1#1"]
    assert known.reached == {"before_3", "a"}
    assert known.lapsed
    moved = history(
        "order/o", ("2026-03-02", term), ("2026-03-09", rung), ("2026-03-13", lapse),
        ("2026-03-10", asked), ("2026-03-11", granted),
    )  # fmt: skip
    known = opened(moved)["T07/1#1"]
    assert known.reached == frozenset()
    assert not known.lapsed
    assert [x.revision for x in known.lapses] == [1]
    withdrawn = history(
        "order/o", ("2026-03-02", term), ("2026-03-13", lapse),
        ("2026-03-13", LapseWithdrawn("T07/1#1", "T07", 1, 4)),
    )  # fmt: skip
    assert opened(withdrawn)["T07/1#1"].lapses == ()


def test_a_discharge_after_the_legal_due_is_late() -> None:
    late = history(
        "order/o",
        ("2026-03-02", served(ItemTerm(1, days=10))),
        ("2026-03-13 00:00", CompletionReported("o", (1,), "x")),
    )
    [term] = [o for o in obligations(late, LAW.rulebook, LAW.calendar) if o.row.id == "T07"]
    assert not term.late  # 24:00 of the last day is still in time
    later = history(
        "order/o",
        ("2026-03-02", served(ItemTerm(1, days=10))),
        ("2026-03-13 00:01", CompletionReported("o", (1,), "x")),
    )
    [term] = [o for o in obligations(later, LAW.rulebook, LAW.calendar) if o.row.id == "T07"]
    assert term.late


def test_the_regime_is_that_of_the_day_on_which_the_duty_arose() -> None:
    old = opened(history("order/o", ("2026-01-20", served(ItemTerm(1, days=5)))))["T11/1#1"]
    new = opened(history("order/o", ("2026-02-02", served(ItemTerm(1, days=5)))))["T11/1#1"]
    assert (old.rule.regime, old.rule.mark) == ("saws15_77", "R")
    assert (new.rule.regime, new.rule.mark) == ("mem18", "P")
