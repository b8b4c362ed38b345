"""Likely duplicates are proposed until someone decides, and are found through an index."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from services.oversight import lists
from services.oversight.api import router
from services.oversight.duplicates import DUPLICATES
from services.oversight.lists import Window
from services.oversight.views import read_models
from services.oversight.words import Language
from services.rectification import asks, hazard_handlers, merging_handlers
from shared.bus.projection import Projection, rebuild
from shared.runtime.access import Principal, PrincipalKind
from shared.runtime.doors import Doors
from shared.runtime.http import service_app
from shared.vocabulary.hazard_facts import HazardReported, Source
from shared.vocabulary.refusals import Refusal
from tests.unit.oversight.town import Town


def reported(town: Town, name: str, enterprise: str | None = "e1", place: str = "一车间", n: int = 0) -> str:
    """A hazard that came from a report of its own, a minute after the one before."""
    town.clock.shown += timedelta(minutes=1)
    fact = HazardReported(name, Source.REPORT, f"r-{name}-{n}", "c1", place, "出口堵塞", enterprise)
    town.record(f"hazard/{name}", fact)
    return name


def proposed(town: Town, **filters: str | None) -> list[tuple[str, str]]:
    """The pairs to be decided: which would be merged into which."""
    town.catch_up()
    wanted = {"community": None, "enterprise": None} | filters
    page = lists.duplicates(town.engine, "t-1", *wanted.values(), Window(), Language.ZH)
    return [(row["duplicate"]["hazard"], row["survivor"]["hazard"]) for row in page.rows]


def model(town: Town) -> Projection:
    """The read model that holds them."""
    models = read_models(town.desk.ledger, town.desk.law)
    return next(model for model in models if model.name == DUPLICATES)


def decide(town: Town, act: str, hazard: str, other: str) -> None:
    """An officer merges the first into the other, or keeps them apart."""
    if act == "merge":
        merging_handlers.merge(town.desk, town.call(), hazard, asks.MergeHazard(into=other, reasons="同一处"))
    else:
        ask = asks.KeepApart(other=other, reasons="两处")
        merging_handlers.keep_apart(town.desk, town.call(), hazard, ask)


def test_two_reports_of_one_place_are_proposed_the_later_into_the_earlier(town):
    reported(town, "h1")
    reported(town, "h2", place="一车间 东门")
    reported(town, "h3", place="食堂")
    assert proposed(town) == [("h2", "h1")]


def test_what_is_further_along_stays(town):
    reported(town, "h1")
    reported(town, "h2")
    hazard_handlers.verify(town.desk, town.call(), "h2", asks.VerifyHazard())
    assert proposed(town) == [("h1", "h2")]


def test_a_hazard_under_an_order_takes_in_a_later_report(town):
    town.visit("出口堵塞", "出口锁闭")
    reported(town, "h1")
    pairs = proposed(town)
    assert [duplicate for duplicate, _ in pairs] == ["h1", "h1"]
    assert {survivor for _, survivor in pairs} == {row["hazard"] for row in _register(town) if row["order"]}


def _register(town: Town) -> list[dict[str, Any]]:
    page = lists.register(town.engine, "t-1", town.desk.law, lists.RegisterFilter(), Window())
    return page.rows


@pytest.mark.parametrize("act", ["merge", "apart"])
def test_a_pair_that_was_decided_is_not_proposed_again(town, act):
    reported(town, "h1")
    reported(town, "h2")
    assert proposed(town) == [("h2", "h1")]
    decide(town, act, "h2", "h1")
    assert proposed(town) == []
    hazard_handlers.verify(town.desk, town.call(), "h1", asks.VerifyHazard())
    assert proposed(town) == []
    rebuild(town.engine, town.desk.ledger, model(town), lambda *_: None)
    assert proposed(town) == []


def test_a_merging_undone_leaves_the_pair_decided_and_the_hazard_open_to_others(town):
    for name in ("h1", "h2", "h3"):
        reported(town, name)
    decide(town, "merge", "h2", "h1")
    assert proposed(town) == [("h3", "h1")]
    town.clock.shown += timedelta(minutes=1)
    ask = asks.SeparateHazard(reasons="不是同一处")
    merging_handlers.separate(town.desk, town.call(), "h2", ask)
    assert set(proposed(town)) == {("h3", "h1"), ("h2", "h3")}  # its duty began anew, after that of h3


def test_what_ended_is_no_longer_proposed(town):
    reported(town, "h1")
    reported(town, "h2")
    ask = asks.FindUnfounded(reasons="未见")
    hazard_handlers.find_unfounded(town.desk, town.call(), "h1", ask)
    assert proposed(town) == []


def test_a_hazard_known_long_after_is_not_proposed(town):
    reported(town, "h1")
    town.clock.shown += timedelta(days=91)
    reported(town, "h2")
    assert proposed(town) == []


def test_an_unknown_enterprise_is_found_by_the_place_from_either_side(town):
    reported(town, "h1", enterprise=None)
    reported(town, "h2")
    reported(town, "h3", enterprise=None, place="一 车间")
    assert proposed(town) == [("h2", "h1"), ("h3", "h1"), ("h3", "h2")]
    assert proposed(town, enterprise="e1") == [("h2", "h1"), ("h3", "h2")]
    assert proposed(town, community="c1", enterprise="e9") == []


def test_the_pages_hold_every_pair_once(town):
    for name in ("h1", "h2", "h3", "h4"):
        reported(town, name)
    town.catch_up()
    seen, after = [], None
    while True:
        page = lists.duplicates(town.engine, "t-1", None, None, Window(1, after), Language.ZH)
        seen += [(row["duplicate"]["hazard"], row["survivor"]["hazard"]) for row in page.rows]
        if (after := page.next) is None:
            break
    assert seen == proposed(town)
    assert len(seen) == len(set(seen)) == 6


def test_whatever_is_proposed_can_be_merged(town):
    """An officer who follows the list is never refused: what is listed is decided by the same rule."""
    town.visit("出口堵塞")
    for n in range(4):
        reported(town, f"h{n}", enterprise=("e1", None)[n % 2])
    hazard_handlers.verify(town.desk, town.call(), "h2", asks.VerifyHazard())
    while pairs := proposed(town):
        try:
            decide(town, "merge", *pairs[-1])
        except Refusal as refusal:
            pytest.fail(f"{pairs[-1]}: {refusal.en}")
    assert sum(row["stage"] == "merged" for row in _register(town)) >= 3


def test_candidates_are_found_through_an_index(town):
    """Neither the other enterprises' hazards nor the pairs that exist are gone through for a new one."""
    reported(town, "h1")
    asked: list[tuple[str, Any]] = []

    def note(_connection, _cursor, statement, parameters, *_rest):
        if "hazard_likeness" in statement or "duplicate_proposal" in statement:
            asked.append((statement, parameters))

    event.listen(town.engine, "before_cursor_execute", note)
    town.catch_up()
    event.remove(town.engine, "before_cursor_execute", note)
    assert any("UNION" in statement for statement, _ in asked)
    with town.engine.connect() as connection:
        for statement, parameters in asked:
            plan = connection.exec_driver_sql(f"explain query plan {statement}", parameters).all()
            read = [row[3] for row in plan if "hazard_likeness" in row[3] or "duplicate_proposal" in row[3]]
            assert all(line.startswith("SEARCH") and "INDEX" in line for line in read), read
            assert not [line for line in read if line.endswith("(ledger=? AND generation=?)")], read


@pytest.fixture
def client(town) -> Iterator[TestClient]:
    """Oversight, asked by an officer."""
    known = {"officer": Principal("t-1", "p1", PrincipalKind.PERSON)}
    doors = Doors({"t-1": town.desk}.get, known.get)
    app = service_app("oversight", known.get, [router(doors, town.engine)])
    with TestClient(app, headers={"Authorization": "Bearer officer"}) as client:
        yield client


def test_a_proposal_says_why_and_which_stays(town, client):
    reported(town, "h1")
    town.clock.shown += timedelta(days=2)
    reported(town, "h2")
    town.catch_up()
    answer = client.get("/duplicates").json()
    [row] = answer["rows"]
    assert row["why"] == ["同一单位", "同一地点", "违反条款尚未都确定", "发现相隔2天"]
    assert row["grounds"] == ["same_enterprise", "same_place", "legal_item_open"]
    assert (row["duplicate"]["hazard"], row["survivor"]["hazard"]) == ("h2", "h1")
    assert row["survivor"]["stage_name"] == "已登记待核查"
    assert answer["reflects"] == town.desk.ledger.head()
    [row] = client.get("/duplicates", params={"lang": "en"}).json()["rows"]
    assert row["why"][-1] == "known 2 days apart"


def test_another_ledgers_hazards_are_no_candidates(town):
    reported(town, "h1")
    town.catch_up()
    with town.engine.begin() as tx:
        tx.exec_driver_sql("update hazard_likeness set ledger = 't-2'")
    reported(town, "h2")
    assert proposed(town) == []


def test_the_timeline_of_either_tells_of_the_merging_and_of_the_other(town, client):
    reported(town, "h1")
    reported(town, "h2")
    decide(town, "merge", "h2", "h1")
    town.catch_up()
    for thing, other, said in (
        ("h1", "h2", "隐患h2与本隐患是同一隐患"),
        ("h2", "h1", "与隐患h1是同一隐患，已并入"),
    ):
        told = client.get(f"/things/hazard/{thing}/timeline").json()
        assert any(fact["text"].startswith(said) for fact in told["facts"])
        assert f"hazard/{other}" in told["related"]
        assert [owed["stream"] for owed in told["open"]] == ["hazard/h1"]
    [row] = client.get("/register", params={"stage": "merged"}).json()["rows"]
    assert (row["hazard"], row["due"]) == ("h2", None)
    assert [row["hazard"] for row in client.get("/register", params={"open": True}).json()["rows"]] == ["h1"]
