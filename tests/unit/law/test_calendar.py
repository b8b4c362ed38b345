"""The calendar says of every day of 2025 and 2026 what the State Council's notices say."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.law.calendar import Calendar, CalendarError, days, parse_calendar
from shared.runtime.calendar_files import load_calendar

CALENDAR = load_calendar()

# The notices' own sentences, typed from their text and not from our data files.
NOTICES = {
    2025: """
        一、元旦：1月1日（周三）放假1天，不调休。
        二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
        三、清明节：4月4日（周五）至6日（周日）放假，共3天。
        四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
        五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
        六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。
    """,
    2026: """
        一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
        二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
        三、清明节：4月4日（周六）至6日（周一）放假，共3天。
        四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
        五、端午节：6月19日（周五）至21日（周日）放假，共3天。
        六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
        七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
    """,
}
MENTION = re.compile(r"(?:(\d+)月)?(\d+)日（(?:[^）]*、)?周(.)）")


def read_notice(year: int) -> tuple[dict[date, str], set[date]]:
    """The rest days with their holiday, and the make-up days, as the sentences say; weekdays are checked."""
    rest: dict[date, str] = {}
    makeup: set[date] = set()
    for line in NOTICES[year].strip().splitlines():
        name, text = line.split("、", 1)[1].split("：")
        off, _, _ = text.partition("。")
        month, mentioned = 0, []
        for m in MENTION.finditer(text):
            month = int(m[1] or month)  # "1月1日至3日" names its month once
            mentioned.append(d := date(year, month, int(m[2])))
            assert "一二三四五六日"[d.weekday()] == m[3]
        off_days = mentioned[: len(MENTION.findall(off))]
        stated = re.search(r"(?:共|放假)(\d)天", off)
        span = list(days(off_days[0], off_days[-1]))
        assert stated is not None and len(span) == int(stated[1])
        rest |= dict.fromkeys(span, f"{name}放假")
        makeup |= set(mentioned[len(off_days) :])
    return rest, makeup


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_day_is_what_the_notice_says(year: int) -> None:
    rest, makeup = read_notice(year)
    every = list(days(date(year, 1, 1), date(year, 12, 31)))
    assert len(every) == 365
    for d in every:
        assert CALENDAR.is_working(d) == (d in makeup or (d.isoweekday() <= 5 and d not in rest)), d
        assert CALENDAR.is_published(d)
        if d in rest:
            assert [(r.first, r.last, r.reason) for r in CALENDAR.rests(d, d)] == [(d, d, rest[d])]


def test_the_notices_name_28_and_33_rest_days() -> None:
    assert [sum(d.year == year for d in CALENDAR.rest) for year in (2025, 2026)] == [
        28,
        33,
    ]
    assert [sum(d.year == year for d in CALENDAR.makeup) for year in (2025, 2026)] == [
        5,
        6,
    ]


def test_an_unpublished_year_knows_weekdays_only() -> None:
    assert not CALENDAR.is_published(date(2027, 1, 1))
    assert CALENDAR.is_working(date(2027, 1, 1))
    assert not CALENDAR.is_working(date(2027, 1, 2))


def test_a_rest_day_finds_the_working_days_around_it() -> None:
    assert CALENDAR.next_working(date(2026, 2, 15)) == date(2026, 2, 24)
    assert CALENDAR.last_working(date(2026, 2, 23)) == date(2026, 2, 14)
    assert (
        CALENDAR.next_working(date(2026, 2, 14))
        == CALENDAR.last_working(date(2026, 2, 14))
        == date(2026, 2, 14)
    )


def test_working_days_are_counted_in_both_directions() -> None:
    assert CALENDAR.add_working(date(2026, 2, 13), 2) == date(2026, 2, 24)
    assert CALENDAR.add_working(date(2026, 2, 24), -1) == date(2026, 2, 14)
    assert CALENDAR.add_working(date(2026, 2, 16), 0) == date(2026, 2, 16)


def test_rest_days_are_grouped_by_their_reason() -> None:
    runs = CALENDAR.rests(date(2026, 4, 1), date(2026, 5, 10))
    assert [(r.reason, r.first, r.last) for r in runs] == [
        ("清明节放假", date(2026, 4, 4), date(2026, 4, 6)),
        ("周末", date(2026, 4, 11), date(2026, 4, 12)),
        ("周末", date(2026, 4, 18), date(2026, 4, 19)),
        ("周末", date(2026, 4, 25), date(2026, 4, 26)),
        ("劳动节放假", date(2026, 5, 1), date(2026, 5, 5)),
        ("周末", date(2026, 5, 10), date(2026, 5, 10)),
    ]


def test_a_moment_is_not_taken_for_a_day() -> None:
    with pytest.raises(TypeError, match="moment"):
        CALENDAR.is_working(datetime(2026, 2, 16, 9))


@pytest.mark.parametrize("n", [10**30, -(10**30), 2_700_000 // 5 * 5])
def test_counting_beyond_the_years_is_refused(n: int) -> None:
    with pytest.raises(CalendarError, match="9999"):
        CALENDAR.add_working(date(9990, 1, 1) if n > 0 else date(9, 1, 1), n)


def test_the_version_names_years_and_revised_notices() -> None:
    assert CALENDAR.version == "2025-2026"
    assert parse_calendar([year(2028), year(2025), year(2026, revision=2)]).version == "2025-2026,2028+2026r2"


def test_each_year_names_its_notice() -> None:
    assert [y for y, _ in CALENDAR.sources] == [2025, 2026]
    assert all(f"国务院办公厅关于{y}年部分节假日安排的通知" in source for y, source in CALENDAR.sources)


def year(number: int, **more: object) -> dict[str, Any]:
    holiday = {
        "name": "元旦",
        "name_en": "New Year",
        "first": date(number, 1, 1),
        "last": f"{number}-01-02",
    }
    return {
        "year": number,
        "source": "通知",
        "holidays": [holiday | {"days": 2, "makeup": []}],
    } | more


def test_a_hand_made_calendar_needs_no_holiday_names() -> None:
    bare = Calendar("t", frozenset({2026}), frozenset({date(2026, 3, 2)}), frozenset(), ())
    assert bare.next_working(date(2026, 3, 2)) == date(2026, 3, 3)
    assert [r.reason for r in bare.rests(date(2026, 3, 1), date(2026, 3, 2))] == [
        "周末",
        "放假",
    ]


Spoil = Callable[[dict[str, Any], dict[str, Any]], object]


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (
            lambda y, h: h.update(makeup=[date(2028, 1, 2)]),
            "both a rest day and a make-up day",
        ),
        (
            lambda y, h: h.update(makeup=[date(2028, 1, 5)]),
            "make-up day 2028-01-05 is a weekday",
        ),
        (
            lambda y, h: h.update(makeup=[date(2028, 1, 8)] * 2),
            "2028-01-08 is given twice",
        ),
        (
            lambda y, h: h.update(makeup=[date(2027, 12, 25)]),
            "2027-12-25 is not in 2028",
        ),
        (lambda y, h: h.update(makeup=None), "makeup.*a list is wanted"),
        (lambda y, h: h.update(makeup=[datetime(2028, 1, 8)]), "makeup.*not a date"),
        (lambda y, h: h.update(first="2028-02-30"), "first.*not a date: 2028-02-30"),
        (lambda y, h: h.update(first=None), "first.*not a date: None"),
        (lambda y, h: h.update(last=date(2027, 12, 31)), "not in 2028"),
        (
            lambda y, h: h.update(first=date(2028, 1, 3)),
            "2028-01-02 is before 2028-01-03",
        ),
        (lambda y, h: h.update(days=3), "is 2 days, not 3"),
        (lambda y, h: h.update(days=True), "whole number"),
        (lambda y, h: h.update(name=" "), "name.*text is wanted"),
        (lambda y, h: h.update(makeups=[]), "makeups.*unknown field"),
        (lambda y, h: y.update(years=[]), "years.*unknown field"),
        (lambda y, h: y.update(year="2028"), "whole number"),
        (lambda y, h: y.update(year=10000), "not a year"),
        (lambda y, h: y.update(revision=0), "revision.*whole number"),
        (lambda y, h: y.pop("source"), "source.*text is wanted"),
        (lambda y, h: y.update(holidays={}), "holidays.*a list is wanted"),
        (lambda y, h: y.update(holidays=["元旦"]), "must be a mapping"),
        (lambda y, h: y["holidays"].append(dict(h)), "2028-01-01 is given twice"),
    ],
)
def test_data_that_contradicts_itself_is_refused_by_name(spoil: Spoil, why: str) -> None:
    entry = deepcopy(year(2028))
    parse_calendar([entry])
    spoil(entry, entry["holidays"][0])
    with pytest.raises(CalendarError, match=why) as refused:
        parse_calendar([entry])
    assert refused.value.zh and refused.value.zh != refused.value.en


def test_a_calendar_of_no_year_or_of_a_doubled_year_is_refused() -> None:
    with pytest.raises(CalendarError, match="no year"):
        parse_calendar([])
    with pytest.raises(CalendarError, match="2028 is given twice"):
        parse_calendar([year(2028), year(2028)])


@pytest.mark.parametrize("content", [b"year: [", b"\xff\xfe\xfa", b"first: 2028-02-30", b"- 2028", b""])
def test_an_unreadable_file_is_named(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "2028.yaml").write_bytes(content)
    with pytest.raises(CalendarError, match=r"2028\.yaml"):
        load_calendar(tmp_path)


def test_an_empty_folder_holds_no_calendar(tmp_path: Path) -> None:
    with pytest.raises(CalendarError, match="no year"):
        load_calendar(tmp_path)


def test_days_includes_both_ends() -> None:
    first = date(2026, 2, 27)
    assert list(days(first, first + timedelta(2))) == [
        first,
        date(2026, 2, 28),
        date(2026, 3, 1),
    ]
    assert list(days(first, first - timedelta(1))) == []
