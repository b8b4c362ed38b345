"""A stock client of Open311 (georeport, from PyPI) gets on with the endpoint, over a socket, in JSON and in XML."""

from __future__ import annotations

import pytest
import requests
from georeport import GeoReport

from tests.contracts.http.town import Town


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_stock_client_finds_its_way_from_discovery_to_the_status(
    town: Town, address: str, form: str
) -> None:
    [endpoint] = requests.get(f"{address}/open311/discovery.json", timeout=10).json()["endpoints"]
    client = GeoReport(endpoint["url"], jurisdiction="t-1", api_key=town.token("ch-1"), output_format=form)
    assert [service["service_code"] for service in client.get_service_list()] == ["hazard", "urgent-hazard"]
    attributes = client.get_service_definition("hazard")["attributes"]
    asked = attributes if form == "json" else attributes["attribute"]
    values = asked[0]["values"] if form == "json" else [asked[0]["values"]["value"]]
    # The client cannot make requests: this is the form that the standard shows.
    made = requests.post(
        f"{client.root_address}/requests.json",
        data={
            "api_key": client.api_key,
            "jurisdiction_id": client.jurisdiction,
            "service_code": "hazard",
            f"attribute[{asked[0]['code']}]": values[0]["key"],
            "description": "仓库门口堵了",
            "address_string": "东门仓库",
        },
        timeout=10,
    ).json()
    number = made[0]["service_request_id"]
    seen = client.get_service_request(number)
    assert (seen["status"], seen["service_request_id"]) == ("open", number)
    found = client.get_service_requests(service_request_id=number)
    assert (found if form == "json" else [found]) == [seen]
