"""The registry of the demonstration township agrees with itself and with the reports it follows."""

from __future__ import annotations

from collections import Counter
from typing import Any

Row = dict[str, Any]
Lists = dict[str, list[Row]]


def test_ids_and_names_are_not_repeated(registry: Lists) -> None:
    for rows in registry.values():
        assert len({row["id"] for row in rows}) == len(rows)
    for key in ("people", "enterprises", "communities", "offices"):
        assert len({row["name"] for row in registry[key]}) == len(registry[key])


def test_the_emergency_office_has_the_reported_staff(registry: Lists) -> None:
    staff = [p for p in registry["people"] if p["office"] == "township_emergency_office"]
    own = Counter(p["employment"] for p in staff if p["employment"] != "appointed")
    assert own == {"administrative": 5, "institution": 4, "non_establishment": 14}


def test_exactly_six_established_staff_hold_certificates(people: dict[str, Row]) -> None:
    certified = [p for p in people.values() if p["certificate"]]
    assert len(certified) == 6
    assert all(p["roles"] == ["enforcement_officer"] for p in certified)
    assert {p["employment"] for p in certified} == {"administrative", "institution"}
    assert len({p["certificate"]["number"] for p in certified}) == 6


def test_those_who_approve_are_not_officers(people: dict[str, Row]) -> None:
    for role in ("office_head", "deputy_head", "legal_reviewer", "auditor", "supervisor", "county_duty"):
        [holder] = [p for p in people.values() if role in p["roles"]]
        assert "enforcement_officer" not in holder["roles"]


def test_each_community_has_one_village_supervisor(registry: Lists) -> None:
    watched = Counter(
        community
        for person in registry["people"]
        if "village_safety_supervisor" in person["roles"]
        for community in person["communities"]
    )
    assert watched == {community["id"]: 1 for community in registry["communities"]}
    assert len(watched) == 17


def test_the_grid_covers_every_community(registry: Lists) -> None:
    covered = {c for p in registry["people"] if "grid_member" in p["roles"] for c in p["communities"]}
    assert covered == {community["id"] for community in registry["communities"]}


def test_every_reference_leads_somewhere(registry: Lists, catalogue: Row) -> None:
    ids = {key: {row["id"] for row in rows} for key, rows in registry.items()}
    for person in registry["people"]:
        assert person["office"] in ids["offices"]
        assert set(person["communities"]) <= ids["communities"]
        assert set(person["enterprises"]) <= ids["enterprises"]
    for office in registry["offices"]:
        assert office["ledger"] in ids["ledgers"]
        assert office["upper"] is None or office["upper"] in ids["offices"]
    for target in catalogue["transfer_targets"].values():
        assert target["office"] in ids["offices"]


def test_every_enterprise_lies_in_a_community(registry: Lists, catalogue: Row) -> None:
    communities = {community["id"] for community in registry["communities"]}
    for enterprise in registry["enterprises"]:
        assert enterprise["community"] in communities
        assert enterprise["sector"] in catalogue["sectors"]
        assert enterprise["supervision"] in {"key", "general"}


def test_the_township_has_the_reported_sites(registry: Lists) -> None:
    kinds = Counter(enterprise["kind"] for enterprise in registry["enterprises"])
    assert kinds == {
        "enterprise": 118,
        "gas_station": 1,
        "fireworks_shop": 1,
        "primary_school": 9,
        "middle_school": 1,
        "idle_place": 4,
    }
    assert all(e["supervision"] == "key" for e in registry["enterprises"] if e["kind"] == "enterprise")


def test_what_is_outside_the_profile_has_an_agency(registry: Lists, catalogue: Row) -> None:
    [profile] = registry["profiles"]
    matters = {target["matter"] for target in catalogue["transfer_targets"].values()}
    assert set(profile["sectors_excluded"]) == matters


def test_the_delegated_profile_grants_no_compulsory_measure(registry: Lists) -> None:
    """行政强制法 Art. 17: compulsory measures cannot be delegated."""
    [profile] = registry["profiles"]
    assert profile["mode"] == "B"
    assert profile["measures_allowed"] == []
    assert profile["delegator"] in {office["id"] for office in registry["offices"]}
    assert len(set(profile["number_series"].values())) == len(profile["number_series"])
