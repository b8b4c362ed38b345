"""Dates of whole procedures, counted by hand on the two years' calendars, are found again."""

from __future__ import annotations

from datetime import date

import pytest

from shared.law.periods import Roll, Term, Unit, due
from shared.runtime.calendar_files import load_calendar

CALENDAR = load_calendar()
WD, CD, M = Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.MONTH
F, B, N = Roll.FORWARD, Roll.BACKWARD, Roll.NONE

WORKED = [
    # an order served before National Day
    (
        "completion reported, re-inspect",
        "2025-09-26",
        10,
        CD,
        B,
        "2025-10-09",
        "2025-09-30",
    ),
    ("no report, re-inspect", "2025-09-29", 10, CD, B, "2025-10-09", "2025-10-09"),
    # a failed re-inspection
    ("disposition", "2025-09-30", 5, WD, F, "2025-10-14", "2025-10-14"),
    ("decide the case", "2025-10-09", 90, CD, B, "2026-01-07", "2026-01-07"),
    # a seal, with and without testing
    ("seal", "2025-12-20", 30, CD, N, "2026-01-19", "2026-01-19"),
    ("testing", "2026-01-19", 10, CD, N, "2026-01-29", "2026-01-29"),
    ("extension after testing", "2026-01-29", 30, CD, N, "2026-02-28", "2026-02-28"),
    ("extension without testing", "2026-01-19", 30, CD, N, "2026-02-18", "2026-02-14"),
    # a fine on the spot
    ("record, calendar days", "2025-09-22", 5, CD, N, "2025-09-27", "2025-09-26"),
    ("record, working days", "2025-09-22", 5, WD, F, "2025-09-28", "2025-09-28"),
    (
        "pay before the holiday's end",
        "2025-09-22",
        15,
        CD,
        F,
        "2025-10-09",
        "2025-10-09",
    ),
    ("reconsideration", "2025-09-22", 60, CD, F, "2025-11-21", "2025-11-21"),
    # an ordinary case
    ("decide", "2026-03-04", 90, CD, B, "2026-06-02", "2026-06-02"),
    ("statement and defence", "2026-03-25", 5, WD, F, "2026-04-01", "2026-04-01"),
    (
        "serve and publish across Qingming",
        "2026-04-03",
        7,
        WD,
        F,
        "2026-04-15",
        "2026-04-15",
    ),
    ("pay", "2026-04-08", 15, CD, F, "2026-04-23", "2026-04-23"),
    (
        "reconsideration ends on a Sunday",
        "2026-04-08",
        60,
        CD,
        F,
        "2026-06-08",
        "2026-06-08",
    ),
    ("suit after National Day", "2026-04-08", 6, M, F, "2026-10-08", "2026-10-08"),
    # a late payment, and a reconsideration that freezes it
    ("pay across Labour Day", "2026-04-17", 15, CD, F, "2026-05-06", "2026-05-06"),
    ("pay the frozen fine", "2025-11-20", 15, CD, F, "2025-12-05", "2025-12-05"),
    ("ask for reconsideration", "2025-11-20", 60, CD, F, "2026-01-19", "2026-01-19"),
    ("acceptance by silence", "2026-01-05", 5, WD, F, "2026-01-12", "2026-01-12"),
    ("answer", "2026-01-16", 10, WD, F, "2026-01-30", "2026-01-30"),
    ("decide the reconsideration", "2026-01-09", 60, CD, B, "2026-03-10", "2026-03-10"),
    ("decide it after extension", "2026-03-10", 30, CD, B, "2026-04-09", "2026-04-09"),
    ("suit after reconsideration", "2026-03-06", 15, CD, F, "2026-03-23", "2026-03-23"),
    ("apply to the court", "2026-03-23", 3, M, F, "2026-06-23", "2026-06-23"),
    # boundaries
    (
        "serve across Spring Festival",
        "2026-02-13",
        7,
        WD,
        F,
        "2026-03-02",
        "2026-03-02",
    ),
    (
        "remit cash across Labour Day",
        "2026-04-30",
        2,
        WD,
        F,
        "2026-05-07",
        "2026-05-07",
    ),
]


@pytest.mark.parametrize(
    ("n", "unit", "roll", "start", "legal", "internal"),
    [
        pytest.param(n, unit, roll, start, legal, internal, id=what)
        for what, start, n, unit, roll, legal, internal in WORKED
    ],
)
def test_a_worked_date_is_found_again(
    n: int, unit: Unit, roll: Roll, start: str, legal: str, internal: str
) -> None:
    found = due(date.fromisoformat(start), Term(n, unit, roll), CALENDAR)
    assert (str(found.legal), str(found.internal)) == (legal, internal)
    assert not found.provisional
    assert found.calendar_version == "2025-2026"
    assert len(found.derivation) == len(found.derivation_en) == 4
