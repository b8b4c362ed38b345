"""Reports: durable at once, words and people sealed, photos cleaned, forgetting leaves every proof standing."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from shared.ledger.verify import verify
from tests.contracts.http.test_bad_input import assert_problem
from tests.contracts.http.town import Town

pytestmark = pytest.mark.parametrize("settled", ["postgresql", "sqlite"], indirect=True)

WORDS, PLACE, NAME, PHONE = "canary-words 油罐漏油", "canary-place 东墙外", "canary-name 张某", "13800009999"
EMAIL, LOCATION = "canary@example.cn", {"latitude": 36117045, "longitude": 120382639}
REPORT: dict[str, Any] = {
    "community": "c-1",
    "enterprise": "e-1",
    "serious": True,
    "words": WORDS,
    "place": PLACE,
    "location": LOCATION,
    "reporter": {"name": NAME, "phone": PHONE, "email": EMAIL},
}
CANARIES = [text.encode() for text in (WORDS, PLACE, NAME, PHONE, EMAIL, str(LOCATION["latitude"]))]


def photo(form: str = "JPEG", size: tuple[int, int] = (60, 40)) -> bytes:
    """A picture with GPS, a comment and an orientation that turns it."""
    picture = Image.new("RGB", size, "red")
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "canary-camera"
    exif.get_ifd(0x8825)[2] = (36.0, 1.0, 2.0)
    out = BytesIO()
    picture.save(out, form, exif=exif)
    return out.getvalue()


def attach(town: Town, content: bytes, who: str = "ch-1", **more: str) -> Any:
    """Send a file."""
    return town.client.post("/attachments", content=content, headers=town.headers(who, **more))


def test_a_report_answers_a_tracking_number_that_shows_its_state(town: Town) -> None:
    answer = town.post("/reports", REPORT, "ch-1")
    assert answer.status_code == 201
    number = answer.json()["tracking_number"]
    assert len(number.replace("-", "")) == 24
    seen = town.client.get(f"/reports/by-tracking/{number.lower().replace('-', ' ')}")
    assert seen.json()["status"] == "received"
    body = {
        "outcome": "accepted",
        "community": "c-1",
        "reasons": "属实",
        "defect": "储罐渗漏",
        "place": "罐区",
    }
    assert town.post(f"/reports/{answer.json()['id']}/triage", body, "head").status_code == 200
    assert town.client.get(f"/reports/by-tracking/{number}").json()["outcome"] == "accepted"
    assert_problem(town.post(f"/reports/{answer.json()['id']}/triage", body, "head"), 409, "wrong-stage")


def test_no_number_and_a_wrong_number_answer_alike(town: Town) -> None:
    answers = [
        town.client.get(f"/reports/by-tracking/{number}")
        for number in ("x", "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA", "张三")
    ]
    shown = [{k: v for k, v in a.json().items() if k not in ("trace_id", "instance")} for a in answers]
    assert [a.status_code for a in answers] == [404] * 3
    assert shown[0] == shown[1] == shown[2]


def test_a_repeated_report_is_one_report_with_one_number(town: Town) -> None:
    headers = town.headers("ch-1")
    first, again = (town.client.post("/reports", json=REPORT, headers=headers) for _ in range(2))
    assert first.text == again.text
    assert again.headers["idempotency-replayed"] == "true"
    assert_problem(
        town.client.post("/reports", json={**REPORT, "words": "x"}, headers=headers), 422, "key-reused"
    )


def test_identities_and_words_appear_nowhere_but_sealed(town: Town) -> None:
    report = town.post("/reports", REPORT, "ch-1").json()
    assert_problem(town.post("/reports", {**REPORT, "community": WORDS}, "ch-1"), 422)
    assert_problem(town.post("/reports", {**REPORT, WORDS: PHONE}, "ch-1"), 422)
    shown = town.client.get(f"/reports/{report['id']}", headers=town.headers("head"))
    answers = [town.post("/reports", {**REPORT, "reporter": {"name": NAME, "phone": NAME}}, "ch-1"), shown]
    facts = [fact.body for desk in town.desks.values() for fact in desk.ledger.read(limit=10_000)]
    stored = [path.read_bytes() for path in town.folder.rglob("*") if path.is_file()]
    for held in (*facts, *stored, *(a.content for a in answers), town.logged.getvalue().encode()):
        assert not [canary for canary in CANARIES if canary in held]
    assert report["tracking_number"] not in town.logged.getvalue()


def test_sealed_words_are_shown_with_a_reason_that_is_logged(town: Town) -> None:
    report = town.post("/reports", REPORT, "ch-1").json()["id"]
    assert_problem(town.post(f"/reports/{report}/open", {}, "head"), 422)
    opened = town.post(f"/reports/{report}/open", {"reason": "核实情况"}, "head")
    assert opened.json() == {
        "id": report,
        "words": WORDS,
        "place": PLACE,
        "location": LOCATION,
        "reporter": {"name": NAME, "phone": PHONE, "email": EMAIL},
    }
    with town.engine.connect() as connection:
        rows = connection.exec_driver_sql("select reader, reason from sealed_read").all()
    assert set(rows) == {("head", "核实情况")}


def test_a_forgotten_report_still_verifies(town: Town) -> None:
    upload = attach(town, photo()).json()
    report = town.post("/reports", {**REPORT, "attachments": [upload["id"]]}, "ch-1").json()
    assert town.post(f"/reports/{report['id']}/forget", {"reason": "本人申请"}, "head").status_code == 200
    assert_problem(town.post(f"/reports/{report['id']}/open", {"reason": "看看"}, "head"), 410, "forgotten")
    assert_problem(town.post(f"/reports/{report['id']}/forget", {}, "head"), 409, "wrong-stage")
    facts = town.desks["t-1"].ledger.read(limit=10_000)
    assert (verify(facts).sound, verify(facts).flaw) == (len(facts), None)
    assert town.client.get(f"/reports/by-tracking/{report['tracking_number']}").status_code == 200


def test_a_batch_is_taken_whole_or_not_at_all(town: Town) -> None:
    rows = [{**REPORT, "words": f"第{n}条"} for n in range(20)]
    before = town.head()
    bad = [*rows, {**REPORT, "community": "c-9"}, {**REPORT, "enterprise": "e-9"}]
    problem = assert_problem(town.post("/reports/batch", {"reports": bad}, "ch-1"), 422, "many-wrong")
    assert [error["pointer"] for error in problem["errors"]] == [
        "/reports/20/community",
        "/reports/21/enterprise",
    ]
    untyped = [*rows, {**REPORT, "serious": 1}]
    problem = assert_problem(
        town.post("/reports/batch", {"reports": untyped}, "ch-1"), 422, "invalid-request"
    )
    assert problem["errors"][0]["pointer"] == "/reports/20/serious"
    assert town.head() == before
    answer = town.post("/reports/batch", {"reports": rows}, "ch-1")
    assert answer.status_code == 201
    assert len({row["tracking_number"] for row in answer.json()["reports"]}) == 20
    assert town.head() == before + 20


def test_more_than_500_rows_are_refused(town: Town) -> None:
    row = {"community": "c-1", "serious": False, "words": "w"}
    assert_problem(town.post("/reports/batch", {"reports": [row] * 501}, "ch-1"), 422, "invalid-request")


@pytest.mark.parametrize(("who", "code"), [("a", "channels-only"), ("ch-unknown", "not-allowed")])
def test_only_registered_channels_report(town: Town, who: str, code: str) -> None:
    before = town.head()
    assert_problem(town.post("/reports", REPORT, who), 403, code)
    assert_problem(attach(town, photo(), who), 403, code)
    assert town.head() == before


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_photo_is_shown_without_metadata_and_upright(town: Town, form: str) -> None:
    original = photo(form)
    upload = attach(town, original).json()
    assert upload["size"] == len(original)
    report = town.post("/reports", {**REPORT, "attachments": [upload["id"]]}, "ch-1").json()["id"]
    path = f"/reports/{report}/attachments/{upload['cleaned']}"
    shown = town.client.get(path, headers=town.headers("head"))
    assert shown.headers["content-type"] == upload["media_type"]
    picture = Image.open(BytesIO(shown.content))
    assert picture.size == (40, 60)
    assert not dict(picture.getexif())
    assert b"canary-camera" not in shown.content
    kept = [path.read_bytes() for path in town.folder.rglob("*") if path.is_file()]
    assert not any(b"canary-camera" in content for content in kept)
    facts = town.client.get(f"/reports/{report}", headers=town.headers("head")).json()["facts"]
    assert facts[0]["data"]["attachments"][0]["sha256"] == upload["sha256"]


FILES: dict[str, tuple[bytes, int]] = {
    "nothing": (b"", 415),
    "a script": (b"<svg onload=alert(1)>", 415),
    "a GIF": (b"GIF89a" + b"\x00" * 40, 415),
    "half a photo": (photo()[:200], 422),
    "a photo by its first bytes": (b"\xff\xd8\xff" + b"x" * 100, 422),
    "half a PDF": (b"%PDF-1.7\n" + b"x" * 100, 422),
    "eleven megabytes": (b"\xff\xd8\xff" + b"\x00" * (11 * 1024 * 1024), 413),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_known_by_its_content(town: Town, name: str) -> None:
    content, status = FILES[name]
    assert_problem(attach(town, content, Content_Type="image/jpeg"), status)
    assert not (town.folder / "files" / "slips").exists()


def test_a_pixel_bomb_is_refused_unopened(town: Town) -> None:
    out = BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    assert_problem(attach(town, out.getvalue()), 422, "bad-input")


def test_a_repeated_upload_is_one_upload(town: Town) -> None:
    headers = town.headers("ch-1")
    first, again = (town.client.post("/attachments", content=photo(), headers=headers) for _ in range(2))
    assert first.text == again.text
    assert again.headers["idempotency-replayed"] == "true"
    other = town.client.post("/attachments", content=photo("PNG"), headers=headers)
    assert_problem(other, 422, "key-reused")


def test_a_report_takes_only_its_channels_uploads(town: Town) -> None:
    town.channel("t-1", "ch-2")
    upload = attach(town, b"%PDF-1.7\n%%EOF", "ch-2").json()["id"]
    for attachments in ([upload], ["0" * 40], ["../../etc"]):
        assert_problem(town.post("/reports", {**REPORT, "attachments": attachments}, "ch-1"), 422)
    assert town.post("/reports", {**REPORT, "attachments": [upload]}, "ch-2").status_code == 201


def test_triage_names_only_what_is_registered_here(town: Town) -> None:
    report = town.post("/reports", REPORT, "ch-1").json()["id"]
    good = {"outcome": "accepted", "community": "c-1", "reasons": "r", "defect": "d", "place": "p"}
    for change in (
        {"community": "c-9"},
        {"enterprise": "e-9"},
        {"outcome": "duplicate", "duplicate_of": "none"},
        {"outcome": "duplicate", "duplicate_of": report},
        {"defect": " "},
    ):
        before = town.head()
        problem = assert_problem(
            town.post(f"/reports/{report}/triage", good | change, "head"), 422, "bad-input"
        )
        assert problem["errors"][0]["pointer"].removeprefix("/") in change
        assert town.head() == before


def test_a_request_is_one_line_in_the_log(town: Town) -> None:
    town.post("/reports", REPORT, "ch-1")
    lines = [json.loads(line) for line in town.logged.getvalue().splitlines()]
    [line] = [line for line in lines if line["event"] == "http.request"]
    assert (line["route"], line["status"], line["principal"]) == ("/reports", 201, "channel:ch-1")
