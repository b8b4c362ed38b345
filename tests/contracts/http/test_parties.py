"""Who a penalised person is stands in no fact: sealed when proposed, shown to named readers with a reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from services.enforcement.carriers import carry_over
from shared.ledger.tables import SEALED_READ
from shared.vocabulary.identities import handed_source
from tests.contracts.http.town import Town
from tests.fakes.handing import answer, file, hand

NAME, NUMBER = "欧阳某某", "11010119900101123X"
PERSON = {"id": "e-1-boss", "kind": "person", "post": "主要负责人", "name": NAME, "id_number": NUMBER}


def proposal(**party: Any) -> dict[str, Any]:
    penalty = {"party": PERSON | party, "item": "AQ94", "tier": "overdue", "fine": 6_000_000, "cell": "c"}
    return {"report": "违法事实成立", "penalties": [penalty | {"factors": ["f"]}]}


@pytest.fixture
def filed(town: Town) -> Town:
    file(town.desks["t-1"], "case-1")
    return town


def propose(town: Town, body: dict[str, Any], **more: str) -> Any:
    return town.post("/cases/case-1/propose_penalty", body, "a", "b", **more)


def open_party(
    town: Town, path: str = "/cases/case-1", who: str = "legal_reviewer-1", ledger: str = "t-1"
) -> Any:
    body = {"party": "e-1-boss", "reason": "制作告知书"}
    return town.client.post(f"{path}/open_party", json=body, headers=town.headers(who, ledger=ledger))


def everything(town: Town) -> bytes:
    return b"".join(s.body for desk in town.desks.values() for s in desk.ledger.read(limit=10_000))


def test_a_proposed_person_is_sealed_and_shown_with_a_logged_reason(filed: Town) -> None:
    answered = propose(filed, proposal())
    assert answered.status_code == 200, answer
    for hidden in (NAME, NUMBER):
        assert hidden.encode() not in everything(filed) + answered.content
    [penalty] = answered.json()["facts"][0]["data"]["penalties"]
    assert len(penalty["party"]["identity"]) == 64
    shown = open_party(filed)
    assert (shown.json()["name"], shown.json()["id_number"]) == (NAME, NUMBER)
    with filed.engine.connect() as connection:
        [read] = connection.execute(select(SEALED_READ)).all()
    assert (read.reader, read.reason, read.subject) == (
        "legal_reviewer-1",
        "制作告知书",
        "party:case-1:e-1-boss",
    )
    assert open_party(filed, who="head").status_code == 403


def test_the_last_proposal_says_who_it_is(filed: Town) -> None:
    assert propose(filed, proposal(name="欧阳误写")).status_code == 200
    filed.post("/cases/case-1/review_case", {"passed": False, "opinion": "姓名有误"}, "legal_reviewer-1")
    assert propose(filed, proposal()).status_code == 200
    assert open_party(filed).json()["name"] == NAME


def test_a_refused_proposal_keeps_nothing_and_may_be_corrected_under_the_same_key(filed: Town) -> None:
    key = {"Idempotency_Key": "one-key"}
    wrong = proposal(name="欧阳误写")
    wrong["penalties"][0]["fine"] = 1
    assert propose(filed, wrong, **key).status_code in (403, 409, 422)
    assert propose(filed, proposal(), **key).status_code == 200
    assert open_party(filed).json()["name"] == NAME


@pytest.mark.parametrize(
    "party",
    [
        {"name": ""},
        {"id": "11010119900101123X"},
        {"id": "tel-13800009999"},
        {"post": f"主要负责人{NAME}"},
        {"id_number": "123"},
        {"kind": "entity", "id": "e-1"},
    ],
)
def test_a_person_without_a_name_or_with_it_in_the_wrong_place_is_refused(
    filed: Town, party: dict[str, str]
) -> None:
    refused = propose(filed, proposal(**party))
    assert refused.status_code == 422
    assert NAME not in refused.text


def test_a_name_in_the_report_beside_it_is_refused(filed: Town) -> None:
    refused = propose(filed, proposal() | {"report": f"{NAME}未履行职责"})
    assert refused.status_code == 422
    assert NAME not in refused.text


def test_the_receiver_of_a_case_reads_a_party_once_it_took_the_case_over(filed: Town) -> None:
    town, county = filed.desks["t-1"], filed.desks["t-2"]
    propose(filed, proposal())
    source = handed_source("t-1", hand(town, "case-1", "t-2"))
    carry_over(filed.desks.get, town.load("case/case-1").records[-1])
    asked = {"path": f"/sources/{source}", "who": "case_handler-1", "ledger": "t-2"}
    assert open_party(filed, **asked).json()["type"] == "/problems/wrong-stage"
    answer(county, source, taken=True)
    assert open_party(filed, **asked).json()["name"] == NAME
    with filed.engine.connect() as connection:
        [read] = connection.execute(select(SEALED_READ)).all()
    assert (read.ledger, read.reader) == ("t-1", "t-2:case_handler-1")
    facts = json.loads(json.dumps([str(r.fact) for r in county.load(f"source/{source}").records]))
    assert not any(NAME in fact for fact in facts)
