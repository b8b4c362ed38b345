"""A case goes from one office's book to another's over HTTP; each side sees its own book and no more."""

from __future__ import annotations

from typing import Any

import pytest

from services.enforcement.carriers import carry_back, carry_over
from shared.runtime import access
from shared.runtime.access import PrincipalKind
from shared.vocabulary.identities import stream_of
from shared.vocabulary.registry_facts import OfficeRegistered, PersonRegistered
from tests.contracts.http.town import Town
from tests.fakes.handing import file

COUNTY = "t-2"
HANDED = {"to": "county_emb", "reasons": "拟罚16万元，超出权限"}


@pytest.fixture
def two(town: Town) -> Town:
    """The second ledger is the county's: two of its people, and the office in the township's registry."""
    for person, role in (("yan", "case_handler"), ("ning", "deputy_head")):
        town.register(COUNTY, f"person/{person}", PersonRegistered(person, person, (role,), "county_emb"))
        token = access.issue(town.engine, COUNTY, person, PrincipalKind.PERSON)
        town.tokens[COUNTY, person] = token
    town.register(
        "t-1", "office/county_emb", OfficeRegistered("county_emb", "县局", "county_bureau", None, COUNTY)
    )
    file(town.desks["t-1"], "case-1")
    return town


def settle(town: Town) -> None:
    """Whatever is carried, carried."""
    for carry in (carry_over, carry_back):
        for desk in town.desks.values():
            for stored in desk.ledger.read(limit=10_000):
                carry(town.desks.get, desk.load(stored.stream).records[stored.version - 1])


def handed(town: Town) -> str:
    """The id in the county's book of the case that was handed over."""
    done = town.post("/cases/case-1/hand_over_case", HANDED, "deputy_head-1")
    assert done.status_code == 200, done.text
    settle(town)
    [source] = [s for s in streams(town, COUNTY) if s.startswith("source/")]
    return source.partition("/")[2]


def streams(town: Town, ledger: str) -> list[str]:
    return [stored.stream for stored in town.desks[ledger].ledger.read(limit=10_000)]


def case_now(town: Town) -> list[str]:
    shown = town.client.get("/cases/case-1", headers=town.headers("head")).json()
    return [fact["type"] for fact in shown["facts"]]


def post(town: Town, source: str, act: str, body: dict[str, Any], who: str = "yan") -> Any:
    return town.client.post(f"/sources/{source}/{act}", json=body, headers=town.headers(who, ledger=COUNTY))


def test_the_county_officer_acknowledges_and_the_township_is_told(two: Town) -> None:
    source = handed(two)
    shown = two.client.get(f"/sources/{source}", headers=two.headers("yan", ledger=COUNTY)).json()
    [received] = [fact["data"] for fact in shown["facts"]]
    papers = [(paper["fact"], paper["paper"]) for paper in received["package"]["papers"]]
    assert papers == [("case.filed", "立case-1"), ("case.evidence_taken", "笔录case-1")]
    leaves = {s.position: s.leaf.hex() for s in two.desks["t-1"].ledger.stream(stream_of("case", "case-1"))}
    assert [leaves[paper["position"]] for paper in received["package"]["papers"]] == [
        paper["leaf"] for paper in received["package"]["papers"]
    ]
    answer = post(two, source, "acknowledge_hand_over", {"receipt": "收1"})
    assert answer.status_code == 200, answer.text
    settle(two)
    assert case_now(two)[-2:] == ["case.handed_over.v1", "case.hand_over_acknowledged.v1"]
    again = two.post("/cases/case-1/hand_over_case", HANDED, "deputy_head-1")
    assert again.json()["type"] == "/problems/wrong-stage"


def test_a_returned_case_is_dealt_with_again(two: Town) -> None:
    source = handed(two)
    assert post(two, source, "return_hand_over", {"reasons": "材料不全"}).status_code == 403
    assert post(two, source, "return_hand_over", {"reasons": "材料不全"}, "ning").status_code == 200
    settle(two)
    assert case_now(two)[-1] == "case.hand_over_returned.v1"
    assert two.post("/cases/case-1/hand_over_case", HANDED, "deputy_head-1").status_code == 200


def test_neither_side_sees_or_answers_in_the_other_book(two: Town) -> None:
    source = handed(two)
    for path, who, ledger in (
        (f"/sources/{source}", "head", "t-1"),
        ("/cases/case-1", "yan", COUNTY),
    ):
        answer = two.client.get(path, headers=two.headers(who, ledger=ledger))
        assert answer.status_code in (403, 404), path
    own = two.post(f"/sources/{source}/acknowledge_hand_over", {"receipt": "自签"}, "head")
    assert own.status_code == 404
    stranger = two.client.post(
        f"/sources/{source}/acknowledge_hand_over",
        json={"receipt": "代签"},
        headers=two.headers("head", ledger=COUNTY),
    )
    assert stranger.json()["type"] == "/problems/outside-authority"
    paper = two.post("/cases/case-1/record_hand_over_answer", {"receipt": "口头"}, "head")
    assert paper.json()["type"] == "/problems/wrong-stage"


def test_an_office_that_is_not_registered_gets_nothing(two: Town) -> None:
    for office in ("county_emb_2", "office"):
        answer = two.post("/cases/case-1/hand_over_case", {"to": office, "reasons": "r"}, "deputy_head-1")
        assert answer.json()["type"] == "/problems/bad-input", office
