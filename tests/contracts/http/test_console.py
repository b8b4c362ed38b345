"""The console on PostgreSQL, as oversight's own login: two townships in one database, each sees its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import URL, text
from sqlalchemy.exc import DBAPIError
from starlette.testclient import TestClient

from bihuan.composition import Composition
from bihuan.installation import make_installation
from bihuan.parts.postgres_client import drop_database, make_database
from bihuan.site import site
from services.oversight.names import names_of
from services.oversight.views import read_models
from shared.bus.projection import bring_up
from shared.ledger.grants import grant
from shared.ledger.installation import Installation as Kind
from shared.runtime import access
from shared.runtime.access import PrincipalKind
from shared.vocabulary.hazard_facts import HazardReported, HazardVerified, Source
from shared.vocabulary.registry_facts import CommunityRegistered, EnterpriseRegistered, PersonRegistered
from tests.fakes.handing import enter

TOWNS = ("t-1", "t-2")


@pytest.fixture(scope="module")
def house(postgres_url: URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composition]:
    """An installation whose townships have a person, an enterprise and a hazard each, under the same ids."""
    database = f"console_{uuid4().hex}"
    url = make_database(postgres_url, database).render_as_string(hide_password=False)
    folder = tmp_path_factory.mktemp("console")
    house = Composition(make_installation(folder, Kind.DEMONSTRATION, TOWNS, url))
    for ledger in TOWNS:
        fill(house, ledger)
    yield house
    house.close()
    drop_database(postgres_url, database)


def fill(house: Composition, ledger: str) -> None:
    registry, found = house.desk("registry", ledger), house.desk("rectification", ledger)
    enter(registry, "person/p", PersonRegistered("p", f"{ledger}王某", ("office_head",), "office"))
    enter(registry, "community/c", CommunityRegistered("c", f"{ledger}社区"))
    enter(registry, "enterprise/e", EnterpriseRegistered("e", f"{ledger}某厂", "c", "metal", "key"))
    hazard = f"h-{ledger}"
    reported = HazardReported(hazard, Source.VISIT, "v", "c", "车间", f"{ledger}通道堵塞", "e")
    enter(found, f"hazard/{hazard}", reported, HazardVerified(hazard, "检1号"))
    engine, book = house.engine("oversight"), house.desk("oversight", ledger).ledger
    bring_up(engine, book, read_models(book, house.law))


@pytest.fixture(scope="module")
def client(house: Composition) -> Iterator[TestClient]:
    app = site(house, ["oversight"])
    with TestClient(app, base_url="http://console.test", raise_server_exceptions=False) as made:
        yield made


def sign_in(house: Composition, client: TestClient, ledger: str) -> str:
    """Sign somebody of a township in; the token with which they did."""
    client.cookies.clear()
    token = access.issue(house.engine(), ledger, "p", PrincipalKind.PERSON)
    form = client.get("/console/zh/sign-in").text
    proof = re.search(r'name="proof" value="([0-9a-f]{64})"', form)
    assert proof
    given = {"proof": proof[1], "to": "", "token": token}
    answer = client.post("/console/zh/sign-in", data=given, follow_redirects=False)
    assert answer.headers["location"] == "/console/zh/late", answer.text
    return token


@pytest.mark.parametrize(("mine", "theirs"), [TOWNS, TOWNS[::-1]])
def test_each_township_sees_its_own_on_every_page(
    house: Composition, client: TestClient, mine: str, theirs: str
) -> None:
    sign_in(house, client, mine)
    pages = {
        path: client.get(f"/console/zh/{path}") for path in ("late", "register", "monthly", "monthly/found")
    }
    assert {answer.status_code for answer in pages.values()} == {200}
    assert all(theirs not in answer.text for answer in pages.values())
    assert all(f"{mine}{what}" in pages["register"].text for what in ("通道堵塞", "某厂", "社区", "王某"))
    assert f"{mine}通道堵塞" in pages["monthly/found"].text
    assert "monthly/found?month=" in pages["monthly"].text
    assert client.get(f"/console/zh/things/hazard/h-{mine}").status_code == 200
    refused = client.get(f"/console/zh/things/hazard/h-{theirs}")
    assert refused.status_code == 404
    assert f"{theirs}通道堵塞" not in refused.text


def test_a_revoked_token_ends_the_session_at_the_next_request(house: Composition, client: TestClient) -> None:
    sign_in(house, client, "t-1")
    assert client.get("/console/zh/late", follow_redirects=False).status_code == 200
    access.revoke(house.engine(), "t-1", "p", PrincipalKind.PERSON)
    assert client.get("/console/zh/late", follow_redirects=False).status_code == 303


@pytest.mark.parametrize("service", ["intake", "rectification", "enforcement", "registry"])
def test_no_other_service_reads_who_is_signed_in(house: Composition, service: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"), house.engine(service).connect() as login:
        login.execute(text("select * from console_session"))


def test_the_database_keeps_the_names_of_other_townships_from_who_has_no_grant(house: Composition) -> None:
    engine = house.engine("oversight")
    assert names_of(engine, "t-2", ["enterprise/e"]) == {"enterprise/e": "t-2某厂"}
    with house.engine().begin() as owner:
        owner.execute(text("delete from ledger_grant where ledger = 't-2'"))
    try:
        assert names_of(engine, "t-2", ["enterprise/e"]) == {}
        assert names_of(engine, "t-1", ["enterprise/e"]) == {"enterprise/e": "t-1某厂"}
    finally:
        grant(house.engine(), "bihuan_oversight", "t-2", ())
