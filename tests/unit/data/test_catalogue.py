"""The hazard catalogue agrees with itself."""

from __future__ import annotations

from datetime import date
from typing import Any

Row = dict[str, Any]


def test_the_catalogue_has_enough_entries_with_distinct_words(catalogue: Row) -> None:
    entries = catalogue["hazards"]
    assert len(entries) >= 130
    assert len({entry["defect"] for entry in entries}) == len(entries)


def test_codes_run_from_h001_without_a_gap(catalogue: Row) -> None:
    codes = [entry["code"] for entry in catalogue["hazards"]]
    assert codes == [f"H{n:03d}" for n in range(1, len(codes) + 1)]


def test_every_entry_cites_a_known_item_in_its_own_words(catalogue: Row) -> None:
    for entry in catalogue["hazards"]:
        item = catalogue["legal_items"][entry["legal_item"]]
        assert entry["article"] == f"{item['law']}{item['article']}：{item['meaning']}"
        assert entry["mark"] == item["mark"]


def test_every_legal_item_and_sector_is_used(catalogue: Row) -> None:
    assert {entry["legal_item"] for entry in catalogue["hazards"]} == set(catalogue["legal_items"])
    assert {entry["sector"] for entry in catalogue["hazards"]} == set(catalogue["sectors"])


def test_only_orders_have_a_term_of_at_most_thirty_days(catalogue: Row) -> None:
    for entry in catalogue["hazards"]:
        if entry["measure"] == "rectification_order":
            assert 1 <= entry["days"] <= 30
        else:
            assert "days" not in entry
            assert entry["measure"] in {"immediate_correction", "transfer"}


def test_transfers_name_another_agency_under_article_69(catalogue: Row) -> None:
    for entry in catalogue["hazards"]:
        transferred = entry["measure"] == "transfer"
        assert transferred == ("transfer_to" in entry) == (entry["legal_item"] == "AQ69")
        assert not transferred or entry["transfer_to"] in catalogue["transfer_targets"]


def test_major_entries_name_a_criterion_still_to_be_confirmed(catalogue: Row) -> None:
    for entry in catalogue["hazards"]:
        assert entry["grade"] in {"general", "major"}
        assert entry["grade"] == "general" or entry["criterion"]
        assert "待确认" in entry.get("criterion", "待确认")


def test_the_hazardous_chemicals_law_is_not_cited_before_may_2026(catalogue: Row) -> None:
    for code, item in catalogue["legal_items"].items():
        expected = date(2026, 5, 1) if code.startswith("WH") else date(2021, 9, 1)
        assert item["valid_from"] == expected


def test_fine_ranges_are_whole_yuan_in_order(catalogue: Row) -> None:
    for item in catalogue["legal_items"].values():
        for bearer, (low, high) in item["fine_yuan"].items():
            assert bearer in {"entity", "individual"}
            assert 0 <= low < high
