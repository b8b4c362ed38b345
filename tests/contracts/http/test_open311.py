"""Open311 GeoReport v2: a stock client lists services, makes a request and looks at it; JSON and XML say the same."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from sqlalchemy import update

from shared.ledger.instants import microseconds
from shared.ledger.tables import CLOCK
from shared.vocabulary.identities import report_id
from tests.contracts.http.town import NOW, Town

BASE = "/open311/v2"
WORDS, PLACE, NAME, PHONE, EMAIL = (
    "东门 canary-words",
    "人民路1号 canary-place",
    "三",
    "13800009999",
    "canary@example.cn",
)
FORM = {
    "service_code": "hazard",
    "jurisdiction_id": "t-1",
    "attribute[community]": "c-1",
    "description": WORDS,
    "address_string": PLACE,
    "lat": "36.117045",
    "long": "120.3826391",
    "last_name": "张",
    "first_name": NAME,
    "phone": PHONE,
    "email": EMAIL,
    "device_id": "kept nowhere",
}


def post(town: Town, form: str = "json", who: str | None = "ch-1", headers: Any = None, **change: str) -> Any:
    """A request as a client sends it; empty arguments are sent too, as forms do."""
    key = {"api_key": town.token(who)} if who else {}
    body = urlencode({**FORM, **key, **change})
    head = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
    return town.client.post(f"{BASE}/requests.{form}", content=body, headers=head)


def number_of(answer: Any) -> str:
    assert answer.status_code == 201, answer.text
    [made] = answer.json()
    number: str = made["service_request_id"]
    return number


def errors(answer: Any, status: int) -> list[str]:
    """What is said of each error, in both languages."""
    assert answer.status_code == status, answer.text
    assert all(error["code"] == status for error in answer.json())
    said = [error["description"] for error in answer.json()]
    assert all(" / " in words and any("\u4e00" <= c <= "\u9fff" for c in words) for words in said)
    return said


def opened(town: Town, number: str) -> dict[str, Any]:
    """What was sealed of a request."""
    asked = f"/reports/{report_id(number)}/open"
    shown: dict[str, Any] = town.post(asked, {"reason": "核实"}, "head").json()
    return shown


def pass_time(town: Town, much: timedelta) -> None:
    with town.engine.begin() as connection:
        connection.execute(update(CLOCK).values(base=microseconds(NOW + much)))


def test_a_request_is_a_report_whose_number_shows_how_far_it_is(town: Town) -> None:
    number = number_of(post(town))
    [seen] = town.client.get(f"{BASE}/requests/{number}.json").json()
    assert (seen["status"], seen["service_code"]) == ("open", "hazard")
    assert seen["requested_datetime"] == seen["updated_datetime"] == "2025-09-15T09:00:00+08:00"
    assert town.client.get(f"/reports/by-tracking/{number}").json()["status"] == "received"
    body = {"outcome": "not_safety", "community": "c-1", "reasons": "噪声扰民"}
    assert town.post(f"/reports/{report_id(number)}/triage", body, "head").status_code == 200
    [seen] = town.client.get(f"{BASE}/requests/{number.lower().replace('-', '')}.json").json()
    assert (seen["status"], seen["service_request_id"]) == ("closed", number)
    assert seen["status_notes"].startswith("经核实,不属于安全生产事项 / ")


def test_what_is_said_where_and_by_whom_is_sealed_and_shown_to_nobody_here(town: Town) -> None:
    number = number_of(post(town, media_url="https://example.cn/1.jpg", address_id="A-7"))
    shown = opened(town, number)
    assert shown["words"] == f"{WORDS}\n图片或视频网址(media_url):https://example.cn/1.jpg"
    assert shown["place"] == f"{PLACE}\n地址编号(address_id):A-7"
    assert shown["location"] == {"latitude": 36117045, "longitude": 120382639}
    assert shown["reporter"] == {"name": "张三", "phone": PHONE, "email": EMAIL}
    held = [town.client.get(f"{BASE}/requests/{number}.{form}").text for form in ("json", "xml")]
    held += [fact.body.decode() for fact in town.desks["t-1"].ledger.read(limit=10_000)]
    held += [town.logged.getvalue()]
    canaries = ("canary", PHONE, "36117045", "36.117", "A-7", "example.cn", "kept nowhere")
    assert [text for text in canaries for one in held if text in one] == []
    assert town.token("ch-1") not in town.logged.getvalue()


def test_an_urgent_request_is_a_serious_report(town: Town) -> None:
    number_of(post(town, service_code="urgent-hazard"))
    body = [f.body for f in town.desks["t-1"].ledger.read(limit=10_000) if f.type == "report.received.v1"][-1]
    assert json.loads(body)["data"]["serious"] is True


def test_the_same_sent_again_within_ten_minutes_is_one_report_and_later_another(town: Town) -> None:
    pass_time(town, timedelta(minutes=5))
    first, again = post(town), post(town)
    assert (first.text, again.headers["idempotency-replayed"]) == (again.text, "true")
    pass_time(town, timedelta(minutes=14, seconds=59))
    assert number_of(post(town)) == number_of(first)
    assert number_of(post(town, description="另一处")) != number_of(first)
    pass_time(town, timedelta(minutes=15, seconds=1))
    assert number_of(post(town)) != number_of(first)


def test_a_client_that_knows_the_key_may_send_it(town: Town) -> None:
    key = {"Idempotency-Key": "mine-1"}
    first = number_of(post(town, headers=key))
    pass_time(town, timedelta(days=3))
    assert number_of(post(town, headers=key)) == first
    assert number_of(post(town, headers={"Idempotency-Key": "mine-2"})) != first
    [said] = errors(post(town, headers=key, description="另一处"), 400)
    assert said.startswith("Idempotency-Key:")


def test_the_key_may_stand_in_the_header_or_the_form_but_must_be_a_channels(town: Town) -> None:
    bearer = {"Authorization": f"Bearer {town.token('ch-1')}"}
    assert number_of(post(town, who=None, headers=bearer)) == number_of(post(town))
    before = town.head()
    for refused in (
        post(town, who=None),
        post(town, who=None, api_key="bh_nothing"),
        post(town, who="head"),
        post(town, who="ch-unknown"),
        post(town, who=None, headers={"Authorization": "Bearer bh_nothing"}),
    ):
        errors(refused, 403)
    assert "api_key" in errors(post(town, who=None), 403)[0]
    errors(post(town, jurisdiction_id="t-2"), 404)
    assert town.head() == before


# name: (what is changed, status, the argument that is named)
WRONG: dict[str, tuple[dict[str, str], int, str]] = {
    "no service": ({"service_code": ""}, 400, "service_code:"),
    "unknown service": ({"service_code": "pothole"}, 404, ""),
    "no community": ({"attribute[community]": ""}, 400, "attribute[community]:"),
    "unknown community": ({"attribute[community]": "c-9"}, 400, "attribute[community]:"),
    "unknown enterprise": ({"attribute[enterprise]": "e-9"}, 400, "attribute[enterprise]:"),
    "unknown attribute": ({"attribute[colour]": "red"}, 400, "attribute:"),
    "nothing said": ({"description": ""}, 400, "description:"),
    "too much said": ({"description": "x" * 4001}, 400, "description:"),
    "invisible": ({"description": "a\u202eb"}, 400, "description:"),
    "nowhere": ({"lat": "", "long": "", "address_string": ""}, 400, "address_string:"),
    "half a place": ({"long": ""}, 400, "long:"),
    "no degrees": ({"lat": "north"}, 400, "lat:"),
    "endless degrees": ({"lat": "1e999999999"}, 400, "lat:"),
    "beyond the pole": ({"lat": "90.000001"}, 400, "lat:"),
    "beyond the date line": ({"long": "-181"}, 400, "long:"),
    "no phone": ({"phone": "call me"}, 400, "phone:"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_named_as_the_client_knows_it(town: Town, name: str) -> None:
    change, status, named = WRONG[name]
    before = town.head()
    said = errors(post(town, **change), status)
    assert any(words.startswith(named) for words in said), said
    assert not [words for words in said if WORDS in words or PHONE in words]
    assert town.head() == before


def test_a_body_that_is_no_form_or_too_large_is_refused(town: Town) -> None:
    def send(content: bytes) -> Any:
        head = {"Authorization": f"Bearer {town.token('ch-1')}"}
        return town.client.post(f"{BASE}/requests.json", content=content, headers=head)

    errors(send(b"description=%ff"), 415)
    errors(send(b"lat=1&lat=2"), 400)
    errors(send(b"a=1&" * 200), 415)
    errors(send(b"description=" + b"x" * 65536), 413)


def test_xml_is_shaped_as_the_standard_shows_it_and_says_what_json_says(town: Town) -> None:
    made = post(town, "xml")
    assert made.headers["content-type"] == "text/xml; charset=utf-8"
    assert made.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    number = ElementTree.fromstring(made.content).findtext("request/service_request_id")
    for path, items in (
        ("services", "service"),
        (f"requests/{number}", "request"),
        (f"requests/{number}", "request"),
    ):
        [as_json, as_xml] = [town.client.get(f"{BASE}/{path}.{form}") for form in ("json", "xml")]
        told = [{one.tag: one.text for one in item} for item in ElementTree.fromstring(as_xml.content)]
        assert {item.tag for item in ElementTree.fromstring(as_xml.content)} == {items}
        assert told == [
            {k: str(v).lower() if isinstance(v, bool) else v for k, v in one.items()}
            for one in as_json.json()
        ]
    refused = ElementTree.fromstring(post(town, "xml", service_code="").content)
    assert (refused.tag, refused.findtext("error/code")) == ("errors", "400")
    assert (refused.findtext("error/description") or "").startswith("service_code:缺少必填项")


def test_a_definition_offers_the_communities_of_the_jurisdiction(town: Town) -> None:
    path = f"{BASE}/services/hazard"
    known = town.client.get(f"{path}.json", params={"jurisdiction_id": "t-1"}).json()
    community = known["attributes"][0]
    assert (community["code"], community["required"]) == ("community", True)
    assert community["values"] == [{"key": "c-1", "name": "清河社区"}]
    as_xml = ElementTree.fromstring(town.client.get(f"{path}.xml?jurisdiction_id=t-1").content)
    assert as_xml.findtext("attributes/attribute/values/value/name") == "清河社区"
    assert "jurisdiction_id" in errors(town.client.get(f"{path}.json"), 400)[0]
    errors(town.client.get(f"{path}.json?jurisdiction_id=t-9"), 404)
    errors(town.client.get(f"{BASE}/services.json?jurisdiction_id=t-9"), 404)
    errors(town.client.get(f"{BASE}/services/pothole.json?jurisdiction_id=t-1"), 404)


def test_requests_are_seen_with_their_numbers_and_by_a_channel_its_own_alone(town: Town) -> None:
    town.channel("t-1", "ch-2")
    mine, other = number_of(post(town)), number_of(post(town, who="ch-2"))
    asked = f"{BASE}/requests.json?service_request_id={mine},{other},nothing"
    found = [one["service_request_id"] for one in town.client.get(asked).json()]
    assert found == [mine, other]
    by_key = town.client.get(f"{asked}&api_key={town.token('ch-1')}").json()
    assert [one["service_request_id"] for one in by_key] == [mine]
    errors(town.client.get(f"{BASE}/requests/{other}.json?api_key={town.token('ch-1')}"), 404)
    errors(town.client.get(f"{BASE}/requests/{mine}.json?api_key=bh_nothing"), 403)
    errors(town.client.get(f"{BASE}/requests/nothing.json"), 404)
    errors(town.client.get(f"{BASE}/requests.json?service_request_id={'x,' * 51}"), 400)


def test_discovery_leads_to_the_endpoint(town: Town) -> None:
    told = town.client.get("/open311/discovery.json").json()
    [endpoint] = told["endpoints"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert town.client.get(f"{endpoint['url']}/services.xml").status_code == 200
    as_xml = ElementTree.fromstring(town.client.get("/open311/discovery.xml").content)
    assert as_xml.findtext("endpoints/endpoint/formats/format") == "text/xml"
    assert as_xml.findtext("endpoints/endpoint/url") == endpoint["url"]
