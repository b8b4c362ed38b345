"""What oversight answers over HTTP, to whom."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from services.enforcement.carriers import carry_over
from services.oversight.api import router
from services.oversight.links import elsewhere
from shared.ledger.engines import open_ledger
from shared.runtime.access import Principal, PrincipalKind
from shared.runtime.desk import Desk
from shared.runtime.doors import Doors
from shared.runtime.http import service_app
from shared.vocabulary.identities import handed_source
from tests.fakes.handing import file, hand

TOKENS = {
    "officer": Principal("t-1", "p1", PrincipalKind.PERSON),
    "stranger": Principal("t-1", "nobody", PrincipalKind.PERSON),
    "channel": Principal("t-1", "hotline", PrincipalKind.CHANNEL),
}


@pytest.fixture
def client(town) -> Iterator[TestClient]:
    """The service, asked by an officer unless a test says otherwise."""
    desks = {"t-1": town.desk}
    doors = Doors(desks.get, TOKENS.get)
    app = service_app("oversight", TOKENS.get, [router(doors, town.engine)])
    with TestClient(app, headers={"Authorization": "Bearer officer"}) as client:
        yield client


def test_the_register_says_which_position_it_reflects(town, client):
    town.visit("通道堵塞", "油桶无标签")
    town.catch_up()
    answer = client.get("/register", params={"open": True, "community": "c1", "limit": 1}).json()
    assert [row["defect"] for row in answer["rows"]] == ["通道堵塞"]
    assert (answer["reflects"], answer["behind"]) == (town.desk.ledger.head(), 0)
    rest = client.get("/register", params={"after": answer["next"]}).json()
    assert [row["defect"] for row in rest["rows"]] == ["油桶无标签"]


def test_a_list_that_cannot_catch_up_says_how_far_behind_it_is(town, client, monkeypatch):
    monkeypatch.setattr("services.oversight.api.LONGEST_WAIT", 0.0)
    town.catch_up()
    assert client.get("/late", params={"position": town.desk.ledger.head() + 3}).json()["behind"] == 3


def test_a_timeline_tells_facts_duties_and_what_comes_by_itself(town, client):
    order = town.visit("通道堵塞", "油桶无标签")
    town.serve(order)
    town.catch_up()
    [first, _] = client.get("/register").json()["rows"]
    told = client.get(f"/things/hazard/{first['hazard']}/timeline").json()
    assert told["related"][0] == f"order/{order}"
    assert any("列入整改指令" in fact["text"] for fact in told["facts"])
    assert [owed["obligation"] for owed in told["open"]] == ["T07/1#1", "T09/1#1", "T11/1#1"]
    assert told["open"][0]["next"]["what"].startswith("提醒")


def test_a_timeline_of_one_hazard_leaves_out_the_other_items(town, client):
    order = town.visit("甲", "乙")
    town.serve(order)
    town.reinspect(order, item2=True)
    town.catch_up()
    [first, second] = [row["hazard"] for row in client.get("/register").json()["rows"]]
    kinds = [
        {fact["type"] for fact in client.get(f"/things/hazard/{hazard}/timeline").json()["facts"]}
        for hazard in (first, second)
    ]
    assert ["order.reinspected.v1" in kind for kind in kinds] == [False, True]


def test_the_timeline_can_be_read_in_english(town, client):
    order = town.visit("通道堵塞")
    town.catch_up()
    told = client.get(f"/things/order/{order}/timeline", params={"lang": "en"}).json()
    assert any(fact["text"].startswith("Rectification order") for fact in told["facts"])


def test_the_sweep_lists_what_nobody_watches(town, client):
    order = town.visit("通道堵塞")
    town.catch_up()
    assert [one["stream"] for one in client.get("/sweep").json()["unarmed"]] == [f"order/{order}"]


@pytest.mark.parametrize(("token", "status"), [("stranger", 403), ("channel", 403), ("none", 401)])
def test_only_people_whose_role_may_read_are_answered(client, token, status):
    for address in ("/register", "/late", "/duplicates", "/sweep", "/things/order/x/timeline"):
        answer = client.get(address, headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


@pytest.mark.parametrize(
    ("address", "status"),
    [("/register?after=xx", 422), ("/register?limit=201", 422), ("/things/hazard/none/timeline", 404)],
)
def test_what_cannot_be_meant_is_a_problem(client, address, status):
    answer = client.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


@pytest.mark.parametrize(
    "address",
    [
        "/late?role=nobody",
        "/late?row=T99",
        "/late?rolle=office_head",
        "/register?stage=bogus",
        "/sweep?all=1",
        "/duplicates?grade=major",
    ],
)
def test_a_filter_that_can_match_nothing_is_refused_with_the_choices(client, address):
    answer = client.get(address)
    assert answer.status_code == 422
    assert answer.json()["type"].startswith("/problems/")


def test_each_side_reads_its_own_part_of_a_hand_over_and_where_the_other_is(town, client):
    file(town.desk, "c1")
    at = hand(town.desk, "c1", "c-2")
    town.catch_up()
    here = client.get("/things/case/c1/timeline").json()
    assert here["elsewhere"] == [{"ledger": "c-2", "thing": f"source/{handed_source('t-1', at)}"}]
    assert here["facts"][-1]["text"] == (
        "案件移交county_emb，移交书移1，理由：超出权限；案卷：立c1，某厂，共0件"
    )
    assert "T04a#1" in [owed["obligation"] for owed in here["open"]]
    county = Desk(open_ledger(town.engine, "c-2"), town.desk.law, town.clock)
    carry_over({"t-1": town.desk, "c-2": county}.get, town.desk.load("case/c1").records[-1])
    assert client.get(f"/things/source/{handed_source('t-1', at)}/timeline").status_code == 404
    [there] = county.load(f"source/{handed_source('t-1', at)}").records
    assert elsewhere(there) == [{"ledger": "t-1", "thing": "case/c1"}]
