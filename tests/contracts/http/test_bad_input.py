"""Bad input is answered with a problem that says what, where and what to do; nothing is written."""

from __future__ import annotations

from typing import Any

import pytest

from shared.vocabulary.refusals import Refusal
from tests.contracts.http.town import Town

MEMBERS = {"type", "title", "title_en", "status", "detail", "detail_en", "instance", "errors", "trace_id"}
MEMBERS |= {"next_step", "next_step_en"}


def assert_problem(answer: Any, status: int, code: str | None = None) -> dict[str, Any]:
    """The answer is a whole problem in both languages."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem.keys() >= MEMBERS
    assert problem["status"] == status
    assert problem["trace_id"] == answer.headers["trace-id"]
    assert any("\u4e00" <= c <= "\u9fff" for c in problem["detail"] + problem["title"])
    assert problem["next_step"]
    if code:
        assert problem["type"] == f"/problems/{code}"
    return problem


GOOD = b'{"enterprise":"e-1","community":"c-1","items":[{"defect":"d","place":"p","legal_item":"l","measure":"none"}]}'
DEEP = b'{"a":' + b"[" * 64 + b"]" * 64 + b"}"
# name: (body, status, pointer of the first error or None)
BODIES: dict[str, tuple[bytes, int, str | None]] = {
    "nothing": (b"", 400, ""),
    "not JSON": (b"{", 400, ""),
    "a list": (b"[]", 400, ""),
    "text": (b'"x"', 400, ""),
    "byte order mark": (b"\xef\xbb\xbf" + GOOD, 400, ""),
    "UTF-16": (GOOD.decode().encode("utf-16"), 400, ""),
    "half a character": (b'{"community":"\xe4\xb8"}', 400, ""),
    "lone surrogate": (b'{"community":"\\ud800"}', 400, "/community"),
    "NUL": (b'{"community":"a\\u0000b"}', 400, "/community"),
    "right-to-left override": ('{"community":"a\u202eb"}'.encode(), 400, "/community"),
    "zero-width space": ('{"items":[{"defect":"a\u200bb"}]}'.encode(), 400, "/items/0/defect"),
    "invisible tag": ('{"community":"a\U000e0041b"}'.encode(), 400, "/community"),
    "escape sequence": (b'{"community":"\\u001b[31m"}', 400, "/community"),
    "control character in a name": (b'{"a\\u0000":1}', 400, ""),
    "doubled member": (b'{"community":"c-1","community":"c-2"}', 400, "/community"),
    "doubled member below": (b'{"items":[{"days":1,"days":2}]}', 400, "/items/0/days"),
    "NaN": (b'{"items":[{"days":NaN}]}', 400, "/items/0/days"),
    "Infinity": (b'{"days":-Infinity}', 400, "/days"),
    "fraction": (b'{"days":1.5}', 400, "/days"),
    "exponent": (b'{"days":1e400}', 400, "/days"),
    "huge integer": (b'{"days":' + b"9" * 5000 + b"}", 400, "/days"),
    "beyond 2^53": (b'{"days":9007199254740993}', 400, "/days"),
    "65 deep": (DEEP, 400, ""),
    "100 000 deep": (b"[" * 100_000, 400, ""),
    "quarter of a megabyte and one": (b'{"a":"' + b"a" * 262_137 + b'"}', 413, None),
    "empty object": (b"{}", 422, "/enterprise"),
    "missing": (GOOD.replace(b'"enterprise":"e-1",', b""), 422, "/enterprise"),
    "unknown": (GOOD[:-1] + b',"status":"closed"}', 422, "/status"),
    "unknown below": (GOOD.replace(b'"defect"', b'"grade_by":"x","defect"'), 422, "/items/0/grade_by"),
    "server-owned": (GOOD[:-1] + b',"record":"1"}', 422, "/record"),
    "text for a number": (GOOD.replace(b'"defect"', b'"days":"5","defect"'), 422, "/items/0/days"),
    "truth for a number": (GOOD.replace(b'"defect"', b'"days":true,"defect"'), 422, "/items/0/days"),
    "number for a date": (GOOD.replace(b'"defect"', b'"until":1758000000,"defect"'), 422, "/items/0/until"),
    "no such day": (GOOD.replace(b'"defect"', b'"until":"2026-02-30","defect"'), 422, "/items/0/until"),
    "null": (GOOD.replace(b'"e-1"', b"null"), 422, "/enterprise"),
    "not among the choices": (GOOD.replace(b'"none"', b'"later"'), 422, "/items/0/measure"),
    "too long": (GOOD.replace(b'"d"', b'"' + b"d" * 2001 + b'"'), 422, "/items/0/defect"),
    "a day for a moment": (GOOD[:-1] + b',"effective":"2025-09-14"}', 422, "/effective"),
    "seconds for a moment": (GOOD[:-1] + b',"effective":1757900000}', 422, "/effective"),
    "no zone": (GOOD[:-1] + b',"effective":"2025-09-14T09:00:00","reason":"r"}', 422, "/effective"),
    "after now": (GOOD[:-1] + b',"effective":"2025-09-15T09:00:01+08:00","reason":"r"}', 422, "/effective"),
    "long ago": (GOOD[:-1] + b',"effective":"2025-01-02T09:00:00+08:00","reason":"r"}', 422, "/effective"),
    "earlier without a reason": (GOOD[:-1] + b',"effective":"2025-09-14T09:00:00+08:00"}', 422, "/reason"),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_bad_body_is_a_problem_and_writes_nothing(town: Town, name: str) -> None:
    body, status, pointer = BODIES[name]
    before = town.head()
    headers = town.headers("a", "b") | {"Content-Type": "application/json"}
    problem = assert_problem(town.client.post("/visits", content=body, headers=headers), status)
    if pointer is not None:
        assert problem["errors"][0]["pointer"] == pointer
    assert town.head() == before


@pytest.mark.parametrize("settled", ["postgresql"], indirect=True)
def test_no_bad_body_writes_anything_to_postgresql(town: Town) -> None:
    before = town.head()
    for body, status, _ in BODIES.values():
        headers = town.headers("a", "b") | {"Content-Type": "application/json"}
        assert town.client.post("/visits", content=body, headers=headers).status_code == status
    assert town.head() == before


def test_rare_characters_and_64_levels_are_welcome(town: Town) -> None:
    headers = town.headers("a", "b") | {"Content-Type": "application/json"}
    body = GOOD.replace(b'"d"', '"𠮷某\\t堵塞\\n😀"'.encode())
    assert town.client.post("/visits", content=body, headers=headers).status_code == 201
    deep = b'{"a":' + b"[" * 63 + b"]" * 63 + b"}"
    answer = town.client.post(
        "/visits", content=deep, headers=town.headers("a", "b", Content_Type="application/json")
    )
    assert answer.status_code == 422


HEADERS: dict[str, tuple[dict[str, str | None], int]] = {
    "no key": ({"Idempotency-Key": None}, 400),
    "empty key": ({"Idempotency-Key": ""}, 400),
    "256 characters": ({"Idempotency-Key": "k" * 256}, 400),
    "key not ASCII": ({"Idempotency-Key": "k\xe9y"}, 400),
    "weak version": ({"If-Match": 'W/"1"'}, 400),
    "form": ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
    "no type": ({"Content-Type": None}, 415),
    "other characters": ({"Content-Type": "application/json; charset=gbk"}, 415),
    "compressed": ({"Content-Encoding": "gzip"}, 415),
    "no token": ({"Authorization": None}, 401),
    "other scheme": ({"Authorization": "Basic YTpi"}, 401),
    "unknown token": ({"Authorization": "Bearer bh_" + "x" * 43}, 401),
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_bad_header_is_a_problem_and_writes_nothing(town: Town, name: str) -> None:
    changes, status = HEADERS[name]
    before = town.head()
    headers = {**town.headers("a", "b"), "Content-Type": "application/json"} | changes
    sent = [(key, value.encode("latin-1")) for key, value in headers.items() if value is not None]
    assert_problem(town.client.post("/visits", content=GOOD, headers=sent), status)
    assert town.head() == before


def test_a_doubled_header_is_refused(town: Town) -> None:
    sent = [
        *town.headers("a", "b").items(),
        ("Idempotency-Key", "other"),
        ("Content-Type", "application/json"),
    ]
    assert_problem(town.client.post("/visits", content=GOOD, headers=sent), 400, "bad-header")


def test_endless_chunks_are_cut_off(town: Town) -> None:
    taken = 0

    def chunks() -> Any:
        nonlocal taken
        while taken < 100_000_000:
            taken += 65_536
            yield b" " * 65_536

    headers = town.headers("a", "b") | {"Content-Type": "application/json"}
    assert_problem(town.client.post("/visits", content=chunks(), headers=headers), 413, "too-large")


def test_unknown_addresses_and_methods_are_problems(town: Town) -> None:
    assert_problem(town.client.get("/nowhere"), 404, "not-found")
    problem = town.client.get("/visits")
    assert_problem(problem, 405, "method-not-allowed")
    assert problem.headers["allow"] == "POST"
    assert_problem(town.post("/hazards/张三/grade_hazard", {"grade": "general", "legal_item": "x"}), 404)
    assert_problem(town.post("/hazards/none/grade_hazard", {"grade": "general", "legal_item": "x"}), 404)


def test_a_stale_version_is_412_and_a_wrong_stage_409(town: Town) -> None:
    order = town.visit()["facts"]
    order_id = next(f["data"]["order"] for f in order if f["type"] == "order.issued.v1")
    path = f"/orders/{order_id}/serve_order"
    body = {"how": "direct", "receipt": "R1"}
    before = town.head()
    assert_problem(town.post(path, body, "a", "b", If_Match='"7"'), 412, "stale-version")
    assert town.head() == before
    served = town.post(path, body, "a", "b", If_Match='"1"')
    assert (served.status_code, served.headers["etag"]) == (200, '"2"')
    before = town.head()
    assert_problem(town.post(path, body, "a", "b", If_Match='"1"'), 412, "stale-version")
    assert assert_problem(town.post(path, body, "a", "b"), 409, "wrong-stage")["basis"]
    assert town.head() == before


def test_a_failure_inside_tells_nothing(town: Town) -> None:
    keys = town.folder / "keys"
    keys.rename(town.folder / "elsewhere")
    keys.write_text("canary-9f3: not a folder")
    body = {"community": "c-1", "serious": False, "words": "canary-9f3"}
    answer = town.post("/reports", body, "ch-1")
    problem = assert_problem(answer, 500, "internal")
    assert "canary" not in answer.text
    assert "Traceback" not in answer.text
    assert problem["trace_id"]


def test_a_traceparent_is_carried_into_the_fact(town: Town) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    answer = town.client.post(
        "/visits",
        content=GOOD,
        headers=town.headers(
            "a", "b", traceparent=f"00-{trace}-b7ad6b7169203331-01", Content_Type="application/json"
        ),
    )
    assert answer.headers["trace-id"] == trace
    assert (
        f'"trace":"{trace}"'.encode() in town.desks["t-1"].ledger.read(answer.json()["position"] - 1)[0].body
    )


def _leaves(kind: type[Exception]) -> list[type[Exception]]:
    return [leaf for sub in kind.__subclasses__() for leaf in _leaves(sub)] or [kind]


def test_every_leaf_refusal_has_a_status_of_its_own() -> None:
    from shared.runtime.problems import STATUS

    assert set(_leaves(Refusal)) <= set(STATUS)


def test_every_ledger_error_but_a_missing_grant_is_foreseen() -> None:
    from shared.ledger import port
    from shared.runtime import problems

    arguments: dict[type[Exception], tuple[Any, ...]] = {
        port.VersionConflict: ("s/1", 1, 2),
        port.CommandReused: ("c",),
        port.ForeignKind: ("s/1",),
    }
    for leaf in _leaves(port.LedgerError):
        error = leaf(*arguments.get(leaf, ("subject", "name")))
        assert isinstance(error, port.LedgerError)
        expected_fault = leaf is port.ForeignKind
        assert (problems.of_ledger(error) is problems.INTERNAL) is expected_fault


@pytest.mark.parametrize("path", ["/reports", "/reports/batch"])
def test_a_report_without_words_is_told_what_to_write(town: Town, path: str) -> None:
    report = {"community": "c-1", "serious": False, "words": " "}
    body, at = (report, "/words") if path == "/reports" else ({"reports": [report]}, "/reports/0/words")
    [wrong] = assert_problem(town.post(path, body, "ch-1"), 422, "invalid-request")["errors"]
    assert (wrong["pointer"], wrong["detail"]) == (at, "不能为空,应填:看到了什么隐患,用自己的话写")
