"""The shipped visits tell stories that the law and the calendar allow."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from PIL import Image

from shared.law.calendar import Calendar

Row = dict[str, Any]
MEASURES = {"immediate_correction": "on_spot", "rectification_order": "order", "transfer": "transfer"}


def test_there_are_thirty_visits_and_three_hundred_hazards(visits: list[Row]) -> None:
    assert len({visit["visit"] for visit in visits}) == len(visits) >= 30
    assert sum(len(visit["items"]) for visit in visits) >= 300


def test_visits_come_in_order_on_working_days(visits: list[Row], calendar: Calendar) -> None:
    days = [date.fromisoformat(visit["date"]) for visit in visits]
    assert days == sorted(days)
    assert all(calendar.is_working(day) for day in days)
    assert (days[0], days[-1]) == (date(2026, 3, 2), date(2026, 5, 22))


def test_two_different_certified_officers_do_every_act(visits: list[Row], people: dict[str, Row]) -> None:
    for visit in visits:
        for act in (visit, *visit["reinspections"]):
            first, second = act["officers"]
            assert first != second
            for officer in (first, second):
                certificate = people[officer]["certificate"]
                assert certificate["valid_from"] <= date.fromisoformat(act["date"]) <= certificate["valid_to"]


def test_no_officer_is_in_two_places_at_once(visits: list[Row]) -> None:
    acts = defaultdict(list)
    for visit in visits:
        for act in (visit, *visit["reinspections"]):
            for officer in act["officers"]:
                acts[officer].append(datetime.fromisoformat(f"{act['date']}T{act['time']}"))
    for moments in acts.values():
        ordered = sorted(moments)
        gaps = [b - a for a, b in pairwise(ordered)]
        assert min(gaps) >= timedelta(hours=1)


def test_reinspections_bring_a_second_pair_of_eyes(visits: list[Row]) -> None:
    for visit in visits:
        for act in visit["reinspections"]:
            assert set(act["officers"]) != set(visit["officers"])


def test_enterprise_and_community_are_as_registered(
    visits: list[Row], registry: dict[str, list[Row]]
) -> None:
    known = {enterprise["id"]: enterprise for enterprise in registry["enterprises"]}
    for visit in visits:
        enterprise = known[visit["enterprise"]["id"]]
        assert visit["enterprise"]["name"] == enterprise["name"]
        assert visit["community"] == enterprise["community"]


def test_items_agree_with_the_catalogue(visits: list[Row], catalogue: Row, hazards: dict[str, Row]) -> None:
    for visit in visits:
        assert [item["no"] for item in visit["items"]] == list(range(1, len(visit["items"]) + 1))
        assert len({(item["catalogue"], item["place"]) for item in visit["items"]}) == len(visit["items"])
        for item in visit["items"]:
            entry = hazards[item["catalogue"]]
            assert item["defect"] == entry["defect"]
            assert item["legal_item"] == entry["legal_item"]
            assert item["measure"] == MEASURES[entry["measure"]]
            assert item["grade"] == entry["grade"]
            assert item.get("transfer_to") == entry.get("transfer_to")
            assert catalogue["legal_items"][item["legal_item"]]["valid_from"] <= _day(visit["date"])


def test_an_order_item_has_one_term_within_thirty_days_of_service(visits: list[Row]) -> None:
    for visit in visits:
        for item in visit["items"]:
            given = [key for key in ("term_days", "deadline") if key in item]
            assert len(given) == (1 if item["measure"] == "order" else 0)
            if given:
                assert 1 <= (_deadline(visit, item) - _served(visit)).days <= 30


def test_orders_are_served_after_the_visit_on_working_days(visits: list[Row], calendar: Calendar) -> None:
    receipts = []
    for visit in visits:
        ordered = any(item["measure"] == "order" for item in visit["items"])
        assert ordered == (visit["served"] is not None)
        if ordered:
            at = datetime.fromisoformat(visit["served"]["at"])
            assert at > datetime.fromisoformat(f"{visit['date']}T{visit['time']}")
            assert calendar.is_working(at.date())
            assert visit["served"]["how"] in {"direct", "leave", "post", "email"}
            receipts.append(visit["served"]["receipt"])
    assert len(set(receipts)) == len(receipts)


def test_nothing_in_the_file_lies_after_the_last_visit(visits: list[Row], calendar: Calendar) -> None:
    last = date(2026, 5, 22)
    for visit in visits:
        assert all(_served(visit) < _day(c["reported"]) <= last for c in visit["completion"])
        for act in visit["reinspections"]:
            assert calendar.is_working(_day(act["date"]))
            assert calendar.is_working(_day(act["opinion_date"]))
            assert _day(act["date"]) <= _day(act["opinion_date"]) <= last


def test_an_opinion_comes_before_the_next_reinspection(visits: list[Row]) -> None:
    for visit in visits:
        acts = visit["reinspections"]
        assert all(a["opinion_date"] < b["date"] for a, b in pairwise(acts))


def test_an_item_is_reinspected_after_its_report_or_its_term(visits: list[Row], calendar: Calendar) -> None:
    for visit, act, result in _results(visits):
        item = visit["items"][result["item"] - 1]
        assert (item["measure"], item["grade"]) == ("order", "general")
        reported = [_day(c["reported"]) for c in visit["completion"] if c["item"] == item["no"]]
        end = calendar.next_working(_extended(visit, item))
        assert any(day < _day(act["date"]) for day in reported) or end < _day(act["date"])


def test_a_reinspection_made_was_made_in_time(visits: list[Row], calendar: Calendar) -> None:
    """T11: ten calendar days from the report or the end of the term; planned before the rest days."""
    for visit, act, result in _results(visits):
        item = visit["items"][result["item"] - 1]
        earlier = [_day(c["reported"]) for c in visit["completion"] if c["item"] == item["no"]]
        start = max([d for d in earlier if d < _day(act["date"])], default=_extended(visit, item))
        assert _day(act["date"]) <= calendar.last_working(start + timedelta(days=10))


def test_only_failed_items_are_reinspected_again(visits: list[Row]) -> None:
    for visit in visits:
        passed: set[int] = set()
        for act in visit["reinspections"]:
            for result in act["results"]:
                assert result["item"] not in passed
                assert result["passed"] or result["note"]
                if result["passed"]:
                    passed.add(result["item"])


def test_the_stories_hold_failures_breaches_and_open_terms(visits: list[Row], calendar: Calendar) -> None:
    failed = Counter(visit["visit"] for visit, _, result in _results(visits) if not result["passed"])
    assert failed == {"V-2026-007": 2, "V-2026-016": 1, "V-2026-023": 3}
    seen = {(visit["visit"], result["item"]) for visit, _, result in _results(visits)}
    state: Counter[str] = Counter()
    for visit in visits:
        for item in visit["items"]:
            if item["measure"] != "order" or item["grade"] == "major" or (visit["visit"], item["no"]) in seen:
                continue
            reported = [_day(c["reported"]) for c in visit["completion"] if c["item"] == item["no"]]
            start = min([*reported, _deadline(visit, item)])
            late = calendar.next_working(start + timedelta(days=10)) < date(2026, 5, 23)
            ended = _deadline(visit, item) < date(2026, 5, 23)
            state["breach" if late else "waiting" if reported or ended else "running"] += 1
    assert state["breach"] >= 15 and state["waiting"] >= 10 and state["running"] >= 15


def test_an_extension_is_asked_within_the_term_and_answered_by_the_head(
    visits: list[Row], people: dict[str, Row]
) -> None:
    asked = [visit for visit in visits if "extension" in visit]
    assert sorted(visit["extension"]["granted"] for visit in asked) == [False, True]
    for visit in asked:
        extension = visit["extension"]
        assert people[extension["by"]]["roles"] == ["office_head"]
        assert extension["requested"] <= extension["on"]
        for number in extension["items"]:
            end = _deadline(visit, visit["items"][number - 1])
            assert _day(extension["requested"]) <= end < _day(extension["until"])


def test_exactly_one_item_is_a_major_hazard(visits: list[Row]) -> None:
    [major] = [item for visit in visits for item in visit["items"] if item["grade"] == "major"]
    assert "待确认" in major["criterion"]


def test_corrections_on_the_spot_show_before_and_after(visits: list[Row]) -> None:
    for visit in visits:
        for item in visit["items"]:
            assert ("photo_after" in item) == (item["measure"] == "on_spot")
            assert "photo" in item or item["measure"] != "on_spot"


def test_every_photo_is_a_small_jpeg_used_once(visits: list[Row], data: Path) -> None:
    named = [
        item[key] for v in visits for item in v["items"] for key in ("photo", "photo_after") if key in item
    ]
    named += [result["photo"] for _, _, result in _results(visits) if result["photo"]]
    shipped = {path.relative_to(data).as_posix() for path in (data / "photos").iterdir()}
    assert len(set(named)) == len(named) and set(named) == shipped
    contents = [(data / name).read_bytes() for name in named]
    assert len({hashlib.sha256(content).digest() for content in contents}) == len(contents)
    assert max(map(len, contents)) <= 20_000
    for name in named:
        with Image.open(data / name) as image:
            assert image.format == "JPEG"


def _results(visits: list[Row]) -> Iterator[tuple[Row, Row, Row]]:
    for visit in visits:
        for act in visit["reinspections"]:
            for result in act["results"]:
                yield visit, act, result


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _served(visit: Row) -> date:
    return datetime.fromisoformat(visit["served"]["at"]).date()


def _deadline(visit: Row, item: Row) -> date:
    if "deadline" in item:
        return _day(item["deadline"])
    return _served(visit) + timedelta(days=item["term_days"])


def _extended(visit: Row, item: Row) -> date:
    extension = visit.get("extension")
    if extension and extension["granted"] and item["no"] in extension["items"]:
        return _day(extension["until"])
    return _deadline(visit, item)
