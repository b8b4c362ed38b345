"""The generated client of channels: it reports, uploads and looks, over a socket, and says why something was not done."""

from __future__ import annotations

from collections.abc import Mapping

import httpx2 as httpx
import pytest

from clients.python.bihuan_intake import Intake, Refused, Report, Send
from tests.contracts.http.test_reports import photo
from tests.contracts.http.test_signed_requests import register, sign
from tests.contracts.http.town import Town

REPORT: Report = {"community": "c-1", "serious": False, "words": "仓库门口堵了", "place": "东门仓库"}


@pytest.fixture
def client(town: Town, address: str) -> Intake:
    return Intake(address, town.token("ch-1"))


def test_a_report_with_a_photo_is_made_and_looked_at(town: Town, client: Intake) -> None:
    upload = client.upload_attachment(photo("PNG"), idempotency_key="a-1", content_type="image/png")
    report: Report = {
        **REPORT,
        "attachments": [upload["id"]],
        "location": {"latitude": 36117045, "longitude": 120382639},
    }
    receipt = client.report_one(report, idempotency_key="r-1")
    assert client.report_one(report, idempotency_key="r-1") == receipt
    stranger = Intake(client.address)
    assert stranger.look_by_tracking(receipt["tracking_number"])["status"] == "received"
    shown = town.client.get(f"/reports/{receipt['id']}", headers=town.headers("head")).json()
    assert shown["facts"][0]["data"]["attachments"][0]["sha256"] == upload["sha256"]


def test_a_batch_is_made_whole_or_not_at_all(town: Town, client: Intake) -> None:
    made = client.report_many({"reports": [REPORT, REPORT]}, idempotency_key="b-1")
    assert len({one["tracking_number"] for one in made["reports"]}) == 2
    before = town.head()
    with pytest.raises(Refused) as refused:
        client.report_many({"reports": [REPORT, {**REPORT, "community": "c-9"}]}, idempotency_key="b-2")
    assert (refused.value.status, refused.value.problem["type"]) == (422, "/problems/many-wrong")
    assert refused.value.problem["errors"][0]["pointer"] == "/reports/1/community"
    assert town.head() == before


def test_what_is_refused_says_why(town: Town, client: Intake) -> None:
    with pytest.raises(Refused, match="没有令牌"):
        Intake(client.address, "bh_nothing").report_one(REPORT, idempotency_key="r-1")
    with pytest.raises(Refused) as refused:
        client.look_by_tracking("a/../b")
    assert refused.value.status == 404


def test_an_answer_that_is_not_ours_is_none() -> None:
    behind = Intake("http://proxy", send=lambda *_: (502, b"<html>Bad gateway</html>"))
    with pytest.raises(OSError, match="502"):
        behind.report_one(REPORT, idempotency_key="r-1")


def test_a_channel_that_must_sign_signs_what_the_client_sends(town: Town) -> None:
    register(town, "k1", must_sign=True)

    def send(method: str, address: str, headers: Mapping[str, str], body: bytes | None) -> tuple[int, bytes]:
        request = httpx.Request(method, address, headers=dict(headers), content=body)
        sign(request)
        answer = town.client.request(method, address, headers=request.headers, content=body)
        return answer.status_code, answer.content

    signing = Intake("http://testserver", send=send)
    assert signing.report_one(REPORT, idempotency_key="r-1")["tracking_number"]
    with pytest.raises(Refused, match="须签名"):
        Intake("http://testserver", town.token("ch-1"), _by(town)).report_one(REPORT, idempotency_key="r-2")


def _by(town: Town) -> Send:
    def send(method: str, address: str, headers: Mapping[str, str], body: bytes | None) -> tuple[int, bytes]:
        answer = town.client.request(method, address, headers=dict(headers), content=body)
        return answer.status_code, answer.content

    return send
