"""Periods end when the law says, on any calendar, and tell how they were counted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from shared.law.periods import (
    SHANGHAI,
    Due,
    PeriodError,
    Roll,
    Term,
    Unit,
    due,
    end_of,
    fixed,
    shanghai_day,
)
from shared.runtime.calendar_files import load_calendar

CALENDAR = load_calendar()
WD, CD, M, H = Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.MONTH, Unit.HOUR
F, B, N = Roll.FORWARD, Roll.BACKWARD, Roll.NONE


def of(start: str, n: int, unit: Unit, roll: Roll) -> Due:
    return due(date.fromisoformat(start), Term(n, unit, roll), CALENDAR)


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        ("2025-12-31", 2, "2026-02-28"),
        ("2026-02-28", 1, "2026-03-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2025-08-31", 1, "2025-09-30"),
        ("2025-11-30", 15, "2027-02-28"),
        ("2025-01-15", 24, "2027-01-15"),
    ],
)
def test_months_end_on_the_corresponding_day_or_month_end(start: str, n: int, end: str) -> None:
    assert str(of(start, n, M, N).legal) == end


def test_a_rest_day_moves_the_three_rolls_apart() -> None:
    """The last day is 2025-10-06, inside the National Day rest."""
    found = {roll: of("2025-09-26", 10, CD, roll) for roll in Roll}
    assert {roll: (str(d.legal), str(d.internal)) for roll, d in found.items()} == {
        F: ("2025-10-09", "2025-10-09"),
        B: ("2025-10-09", "2025-09-30"),
        N: ("2025-10-06", "2025-09-30"),
    }


@pytest.mark.parametrize("roll", [B, N])
def test_work_is_never_planned_before_the_start(roll: Roll) -> None:
    assert str(of("2025-10-02", 3, CD, roll).internal) == "2025-10-02"


@pytest.mark.parametrize("unit", [WD, CD, M])
def test_a_period_of_zero_is_the_same_day_and_still_rolls(unit: Unit) -> None:
    assert str(of("2026-02-14", 0, unit, F).legal) == "2026-02-14"
    assert str(of("2026-02-16", 0, unit, F).legal) == "2026-02-24"
    assert str(of("2026-02-16", 0, unit, N).legal) == "2026-02-16"


@pytest.mark.parametrize("roll", Roll)
def test_hours_run_from_the_moment_through_rest_days(roll: Roll) -> None:
    sealed = datetime(2025, 12, 20, 15, tzinfo=SHANGHAI)
    found = due(sealed, Term(24, H, roll), CALENDAR)
    assert found.legal == found.internal == sealed + timedelta(hours=24)
    assert found.legal.isoformat() == "2025-12-21T15:00:00+08:00"


def test_a_foreign_moment_counts_as_its_day_in_shanghai() -> None:
    late = datetime(2026, 2, 12, 16, 30, tzinfo=UTC)
    assert shanghai_day(late) == date(2026, 2, 13)
    assert due(late, Term(7, WD, F), CALENDAR).legal == date(2026, 3, 2)
    assert due(late, Term(2, H, F), CALENDAR).legal.isoformat() == "2026-02-13T02:30:00+08:00"


def test_the_zone_is_plain_utc_plus_eight() -> None:
    assert str(SHANGHAI) == "Asia/Shanghai"
    assert datetime(2026, 7, 1, tzinfo=SHANGHAI).utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize(
    ("start", "n", "unit", "roll", "provisional"),
    [
        ("2026-12-21", 10, CD, F, False),
        ("2026-12-22", 10, CD, F, True),
        ("2026-12-22", 10, CD, N, True),
        ("2026-12-17", 10, WD, F, False),
        ("2026-12-18", 10, WD, F, True),
        ("2026-06-30", 6, M, B, False),
        ("2024-12-25", 10, CD, F, False),
        ("2024-12-25", 10, WD, F, True),
        ("2024-12-22", 10, CD, B, True),
        ("2025-01-01", 0, CD, B, False),
    ],
)
def test_a_day_of_an_unpublished_year_makes_it_provisional(
    start: str, n: int, unit: Unit, roll: Roll, provisional: bool
) -> None:
    found = of(start, n, unit, roll)
    assert found.provisional is provisional
    assert any("暂定" in step for step in found.derivation) is provisional
    assert any("provisional" in step for step in found.derivation_en) is provisional


def test_a_moment_beyond_the_published_years_is_provisional() -> None:
    start = datetime(2026, 12, 31, 20, tzinfo=SHANGHAI)
    assert not due(start, Term(2, H, F), CALENDAR).provisional
    assert due(start, Term(24, H, F), CALENDAR).provisional


def test_a_given_date_rolls_like_any_other() -> None:
    rest = date(2025, 10, 4)
    assert [(str(d.legal), str(d.internal)) for d in (fixed(rest, roll, CALENDAR) for roll in (F, B, N))] == [
        ("2025-10-09", "2025-10-09"),
        ("2025-10-09", "2025-09-30"),
        ("2025-10-04", "2025-09-30"),
    ]
    assert fixed(date(2025, 9, 30), F, CALENDAR).legal == date(2025, 9, 30)
    assert fixed(date(2027, 1, 4), F, CALENDAR).provisional


def test_a_period_is_over_at_midnight_after_its_last_day() -> None:
    assert end_of(date(2026, 2, 28)).isoformat() == "2026-03-01T00:00:00+08:00"
    assert end_of(datetime(2026, 2, 28, 7, tzinfo=UTC)).isoformat() == "2026-02-28T15:00:00+08:00"


@pytest.mark.parametrize(
    ("start", "n", "unit", "why"),
    [
        (date(2026, 1, 1), 24, H, "not from a bare date"),
        (datetime(2026, 1, 1, 9), 24, H, "needs a zone"),
        (datetime(2026, 1, 1, 9), 5, WD, "needs a zone"),
        (date(2026, 1, 1), -1, WD, "0 or more"),
        (date(2026, 1, 1), 1.5, CD, "0 or more"),
        (date(2026, 1, 1), True, CD, "0 or more"),
        (date(2026, 1, 1), 10**30, WD, "beyond the year 9998"),
        (date(2026, 1, 1), 10**30, CD, "beyond the year 9998"),
        (date(2026, 1, 1), 10**30, M, "beyond the year 9998"),
        (datetime(2026, 1, 1, tzinfo=SHANGHAI), 10**30, H, "beyond the year 9998"),
        (datetime(2026, 1, 1, tzinfo=SHANGHAI), 10**8, H, "beyond the year 9998"),
        (date(9998, 12, 30), 2, CD, "beyond the year 9998"),
        (date(9998, 12, 30), 300, WD, "beyond the year 9998"),
        (date(2026, 1, 1), 12 * 7973, M, "beyond the year 9998"),
        (
            datetime.max.replace(tzinfo=timezone(timedelta(hours=-9))),
            1,
            CD,
            "beyond the year 9998",
        ),
    ],
)
def test_what_cannot_be_counted_is_refused_with_the_reason(start: date, n: Any, unit: Unit, why: str) -> None:
    with pytest.raises(PeriodError, match=why) as refused:
        due(start, Term(n, unit, F), CALENDAR)
    assert refused.value.zh


def test_a_given_moment_and_an_endless_day_are_refused() -> None:
    with pytest.raises(PeriodError, match="not a moment"):
        fixed(datetime(2026, 1, 1, tzinfo=SHANGHAI), F, CALENDAR)
    with pytest.raises(PeriodError, match="needs a zone"):
        end_of(datetime(2026, 1, 1))
    with pytest.raises(PeriodError, match="beyond"):
        end_of(date.max)
    with pytest.raises(PeriodError, match="beyond"):
        fixed(date(9999, 1, 1), N, CALENDAR)


def test_the_last_countable_year_still_rolls_and_ends() -> None:
    found = of("9998-12-01", 30, CD, F)
    assert end_of(found.legal).date() > date(9998, 12, 31)


def test_the_derivation_says_what_was_skipped_and_worked() -> None:
    found = of("2026-02-13", 7, WD, F)
    assert found.derivation == (
        "起算日 2026-02-13（周五），当日不计入（民法典第201条）",
        (
            "计7个工作日，最后一日为 2026-03-02（周一）；跳过 2026-02-15—23 春节放假、2026-03-01 周末"
            "；2026-02-14、2026-02-28 调休上班，计入"
        ),
        "最后一日是工作日，法定期限为 2026-03-02（周一）",
        "内部期限与法定期限相同",
    )
    assert "skipped 2026-02-15—23 Spring Festival holiday, 2026-03-01 weekend" in found.derivation_en[1]


def test_the_derivation_says_why_a_due_date_moved() -> None:
    found = of("2025-09-26", 10, CD, B)
    assert found.derivation[2:] == (
        (
            "最后一日是休息日，法定期限顺延至 2025-10-09（周四）"
            "；跳过 2025-10-06—08 国庆节、中秋节放假（民法典第203条）"
        ),
        "内部期限提前至此前最后一个工作日 2025-09-30（周二）；跳过 2025-10-01—06 国庆节、中秋节放假",
    )


def test_many_weekends_are_told_as_a_number() -> None:
    assert "跳过 2026-02-15—23 春节放假、周末共9天" in of("2026-02-13", 30, WD, F).derivation[1]


def test_a_span_over_months_or_years_is_written_out() -> None:
    assert "2025-01-28—02-04 春节放假" in of("2025-01-27", 1, WD, F).derivation[1]
    assert "2022-12-31—2023-01-01 周末" in of("2022-12-30", 1, WD, F).derivation[1]
