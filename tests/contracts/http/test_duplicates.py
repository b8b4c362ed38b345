"""Two channels report the same hazard: it is merged over HTTP, and both reporters read the result by their numbers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bihuan.repertoire import REACTIONS
from shared.wire.codec import recorded
from tests.contracts.http.test_bad_input import assert_problem
from tests.contracts.http.town import Town

pytestmark = pytest.mark.parametrize("settled", ["postgresql", "sqlite"], indirect=True)

REPORT = {"community": "c-1", "enterprise": "e-1", "serious": False, "words": "东门堵了"}
TRIAGE = {"outcome": "accepted", "community": "c-1", "enterprise": "e-1", "reasons": "受理", "defect": "出口堵塞",
          "place": "一车间"}  # fmt: skip
PHOTOS = [{"sha256": digit * 64, "size": 9, "media_type": "image/jpeg"} for digit in "12"]


def react(town: Town) -> None:
    """What the services do on each other's facts, until nothing is new; each fact is handled twice."""
    desk, done = town.desks["t-1"], 0
    while done < (head := desk.ledger.head()):
        for stored in desk.ledger.read(done, head - done):
            for reaction in REACTIONS * 2:
                reaction(desk, recorded(stored))
        done = head


def reported(town: Town, who: str) -> tuple[str, str, str]:
    """A report that was accepted: its tracking number, its id, its hazard."""
    told = town.post("/reports", REPORT, who).json()
    assert town.post(f"/reports/{told['id']}/triage", TRIAGE, "head").status_code == 200
    react(town)
    facts = (recorded(stored).fact for stored in town.desks["t-1"].ledger.read(limit=10_000))
    hazard = next(f.hazard for f in facts if f.TYPE == "hazard.reported.v1" and f.source_id == told["id"])
    return told["tracking_number"], told["id"], hazard


def tracked(town: Town, number: str) -> dict[str, Any]:
    """What the reporter reads."""
    shown: dict[str, Any] = town.client.get(f"/reports/by-tracking/{number}").json()
    return shown


def merge(town: Town, hazard: str, into: str, who: str = "a", **more: str) -> Any:
    """One officer merges a hazard into another."""
    body = {"into": into, "reasons": "同一出口"}
    return town.post(f"/hazards/{hazard}/merge_hazard", body, who, **more)


def close(town: Town, hazard: str) -> None:
    """Verified, graded, corrected on the spot, struck off."""
    acts = [
        ("verify_hazard", {}),
        ("grade_hazard", {"grade": "general", "legal_item": "AQ105(2)"}),
        ("correct_on_spot", {"before": PHOTOS[:1], "after": PHOTOS[1:]}),
    ]
    for act, body in acts:
        assert town.post(f"/hazards/{hazard}/{act}", body, "a", "b").status_code == 200
    assert town.post(f"/hazards/{hazard}/close_hazard", {}, "head").status_code == 200


def test_every_reporter_of_a_merged_hazard_reads_the_result(town: Town) -> None:
    town.channel("t-1", "ch-2")
    first, _, survivor = reported(town, "ch-1")
    second, second_id, duplicate = reported(town, "ch-2")
    answer = merge(town, duplicate, survivor)
    assert (answer.status_code, answer.json()["id"]) == (200, duplicate)
    assert [fact["type"] for fact in answer.json()["facts"]] == ["hazard.merged.v1", "hazard.absorbed.v1"]
    third = town.post("/reports", REPORT, "ch-1").json()
    repeats = {"outcome": "duplicate", "community": "c-1", "reasons": "同一出口", "duplicate_of": second_id}
    assert town.post(f"/reports/{third['id']}/triage", repeats, "head").status_code == 200
    numbers = (first, second, third["tracking_number"])
    assert [tracked(town, number)["status"] for number in numbers] == ["triaged"] * 3
    close(town, survivor)
    react(town)
    for number in numbers:
        shown = tracked(town, number)
        assert (shown["status"], shown["result"], shown["words"]) == (
            "answered",
            "removed",
            "经核实处理,隐患已消除",
        )
        assert shown["answered_on"] == "2025-09-15"
        assert survivor not in str(shown)
    kinds = [stored.type for stored in town.desks["t-1"].ledger.read(limit=10_000)]
    assert kinds.count("report.answered.v1") == kinds.count("message.owed.v1") == 3


def test_a_merging_undone_is_told_to_its_reporter(town: Town) -> None:
    _, _, survivor = reported(town, "ch-1")
    number, _, duplicate = reported(town, "ch-1")
    assert merge(town, duplicate, survivor).status_code == 200
    close(town, survivor)
    react(town)
    assert tracked(town, number)["result"] == "removed"
    body = {"reasons": "另一处出口"}
    assert town.post(f"/hazards/{duplicate}/separate_hazard", body).status_code == 200
    react(town)
    assert (tracked(town, number)["status"], tracked(town, number)["result"]) == ("triaged", None)
    close(town, duplicate)
    react(town)
    assert tracked(town, number)["result"] == "removed"


def test_of_two_officers_merging_both_ways_at_once_one_wins(town: Town) -> None:
    """The later of two hazards known at one moment is merged, or the earlier; never each into the other."""
    for _ in range(5):
        one, other = (reported(town, "ch-1")[2] for _ in range(2))
        with ThreadPoolExecutor(2) as pool:
            ways = [(one, other, "a"), (other, one, "b")]
            answers = list(pool.map(lambda way: merge(town, *way), ways))
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        lost = next(answer for answer in answers if answer.status_code == 409)
        assert_problem(lost, 409, "wrong-stage")
        merged, kept = (one, other) if answers[0].status_code == 200 else (other, one)
        read = {
            thing: town.client.get(f"/hazards/{thing}", headers=town.headers("a")).json()["facts"]
            for thing in (merged, kept)
        }
        assert [fact["type"] for fact in read[merged]] == ["hazard.reported.v1", "hazard.merged.v1"]
        assert [fact["type"] for fact in read[kept]] == ["hazard.reported.v1", "hazard.absorbed.v1"]


def test_merging_and_keeping_apart_at_once_leave_one_decision(town: Town) -> None:
    for _ in range(5):
        one, other = (reported(town, "ch-1")[2] for _ in range(2))
        apart = {"other": one, "reasons": "两处"}
        with ThreadPoolExecutor(2) as pool:
            merging = pool.submit(merge, town, other, one)
            keeping = pool.submit(town.post, f"/hazards/{other}/keep_apart", apart, "b")
        assert sorted(done.result().status_code for done in (merging, keeping)) == [200, 409]


def test_a_version_seen_before_the_merging_is_stale(town: Town) -> None:
    one, other = (reported(town, "ch-1")[2] for _ in range(2))
    assert merge(town, other, one, If_Match='"1"').status_code == 200
    answer = town.post(f"/hazards/{other}/keep_apart", {"other": one, "reasons": "两处"}, "a", If_Match='"1"')
    assert_problem(answer, 412, "stale-version")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"into": "none", "reasons": "r"}, 404, "unknown"),
        ({"into": "$self", "reasons": "r"}, 422, "bad-input"),
        ({"into": "$self"}, 422, "invalid-request"),
        ({"into": "$self", "reasons": " "}, 422, "invalid-request"),
        ({"into": "$other", "reasons": "r"}, 409, "wrong-stage"),
    ],
)
def test_what_cannot_be_merged_is_a_problem_and_writes_nothing(
    town: Town, body: dict[str, str], status: int, code: str
) -> None:
    hazard = reported(town, "ch-1")[2]
    [other] = town.visit("none")["facts"][0]["data"]["hazards"]
    moved = town.post(f"/hazards/{other}/transfer_hazard", {"agency": "x", "reasons": "r"}, "head")
    assert moved.status_code == 200
    before = town.head()
    known = {"$self": hazard, "$other": hazard}
    asked = {key: known.get(value, value) for key, value in body.items()}
    on = other if body["into"] == "$other" else hazard
    assert_problem(town.post(f"/hazards/{on}/merge_hazard", asked, "a"), status, code)
    assert town.head() == before


def test_someone_in_charge_of_one_community_merges_nothing_of_another(town: Town) -> None:
    from shared.vocabulary.registry_facts import CommunityRegistered, PersonRegistered

    town.register("t-1", "community/c-2", CommunityRegistered("c-2", "另一社区"))
    person = PersonRegistered("b", "b", ("enforcement_officer",), "office", ("c-1",))
    town.register("t-1", "person/b", person)
    here = reported(town, "ch-1")[2]
    told = town.post("/reports", {**REPORT, "community": "c-2"}, "ch-1").json()
    town.post(f"/reports/{told['id']}/triage", {**TRIAGE, "community": "c-2"}, "head")
    react(town)
    facts = [recorded(stored).fact for stored in town.desks["t-1"].ledger.read(limit=10_000)]
    there = next(f.hazard for f in facts if f.TYPE == "hazard.reported.v1" and f.community == "c-2")
    for pair in ((here, there), (there, here)):
        assert_problem(merge(town, *pair, who="b"), 403, "not-allowed")
    assert merge(town, there, here, who="a").status_code == 200
