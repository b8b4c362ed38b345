"""Signed requests (RFC 9421): a channel's key opens the door, and only to the request that it signed, once."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import anyio
import httpx2 as httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver, algorithms
from http_message_signatures.httpx2 import adapt_message
from sqlalchemy import event

from shared.runtime.nonces import spend
from shared.vocabulary.identities import stream_of
from shared.vocabulary.registry_facts import ChannelRegistered, SigningKey
from tests.contracts.http.test_bad_input import assert_problem
from tests.contracts.http.test_open311 import post as post_open311
from tests.contracts.http.test_reports import photo
from tests.contracts.http.town import Town

pytestmark = pytest.mark.parametrize("settled", ["postgresql", "sqlite"], indirect=True)

GUIDE = Path(__file__).parents[3] / "docs/integrating/signed-requests.md"
SITE = "http://testserver"
KEYS = {name: Ed25519PrivateKey.generate() for name in ("k1", "k2", "stranger")}
COVERED = ("@method", "@target-uri", "content-digest", "idempotency-key")
REPORT = {"community": "c-1", "serious": False, "words": "仓库门口堵了", "place": "东门仓库"}
_serial = count(1)


def public(name: str) -> SigningKey:
    raw = KEYS[name].public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return SigningKey(name, b64encode(raw).decode())


def register(town: Town, *keys: str, must_sign: bool = False) -> None:
    """Channel ch-1 as it is registered from now on."""
    fact = ChannelRegistered("ch-1", "热线", "hotline_12350", tuple(map(public, keys)), must_sign)
    town.register("t-1", stream_of("channel", "ch-1"), fact)


def sign(
    request: httpx.Request,
    *,
    keyid: str = "t-1/ch-1/k1",
    key: str = "k1",
    covered: Sequence[str] = COVERED,
    created: datetime | None = None,
    nonce: str | None = "",
    tag: str | None = "bihuan",
) -> None:
    """Sign a request as the guide shows it; `nonce`: a fresh one unless one is given."""
    signer = HTTPMessageSigner(
        signature_algorithm=algorithms.ED25519,
        key_resolver=MappingKeyResolver(public_keys={}, private_keys={keyid: KEYS[key]}),
    )
    # The library digests and covers a body that it is given.
    body = request.content if "content-digest" in covered else None
    signer.sign(
        adapt_message(request), key_id=keyid, created=created or datetime.now(UTC), tag=tag,
        nonce=f"nonce-of-a-request-{next(_serial)}" if nonce == "" else nonce, body=body,
        covered_component_ids=[name for name in covered if name != "content-digest"],
    )  # fmt: skip


def signed(
    content: bytes | None = None,
    *,
    path: str = "/reports",
    idempotency_key: str | None = None,
    **how: Any,
) -> httpx.Request:
    """A signed request of a report, unless it says otherwise."""
    content = json.dumps(REPORT).encode() if content is None else content
    own = {"Content-Type": "application/json", "Idempotency-Key": idempotency_key or f"s{next(_serial)}"}
    request = httpx.Request("POST", SITE + path, content=content, headers=own)
    sign(request, **how)
    return request


def send(town: Town, request: httpx.Request, **change: Any) -> Any:
    """Send a request, perhaps changed on its way."""
    changed = {name.lower(): value for name, value in change.get("headers", {}).items()}
    kept = {name: value for name, value in request.headers.items() if name != "content-length"} | changed
    url = change.get("url", str(request.url))
    return town.client.post(url, content=change.get("content", request.content), headers=kept)


def refused(answer: Any, *words: str) -> None:
    problem = assert_problem(answer, 401, "bad-signature")
    assert [word for word in words if word not in problem["detail"] + problem["next_step"]] == []


def test_a_signature_alone_is_enough_and_beside_a_token_it_must_be_the_same_channels(town: Town) -> None:
    register(town, "k1")
    answer = send(town, signed())
    assert answer.status_code == 201
    assert town.client.get(f"/reports/by-tracking/{answer.json()['tracking_number']}").status_code == 200
    bearer = {"Authorization": f"Bearer {town.token('ch-1')}"}
    assert send(town, signed(), headers=bearer).status_code == 201
    others = {"Authorization": f"Bearer {town.token('ch-1', 't-2')}"}
    refused(send(town, signed(), headers=others), "同一渠道")


def test_a_batch_and_a_photo_can_be_signed(town: Town) -> None:
    register(town, "k1", must_sign=True)
    batch = json.dumps({"reports": [REPORT, REPORT]}).encode()
    assert len(send(town, signed(batch, path="/reports/batch")).json()["reports"]) == 2
    upload = send(town, signed(photo(), path="/attachments"))
    assert upload.status_code == 201, upload.text
    refused(send(town, signed(photo(), path="/attachments"), content=photo("PNG")), "Content-Digest")


def test_a_request_that_was_changed_is_refused(town: Town) -> None:
    register(town, "k1")
    before = town.head()
    other = json.dumps(REPORT | {"serious": True}).encode()
    refused(send(town, signed(), content=other), "Content-Digest")
    refused(send(town, signed(), headers={"Idempotency-Key": "mine"}), "不符")
    refused(send(town, signed(), url=f"{SITE}/reports/batch"), "@target-uri")
    refused(send(town, signed(), url=f"{SITE}/reports?x=1"), "@target-uri")
    refused(send(town, signed(key="stranger")), "密钥")
    assert town.head() == before


def test_a_replay_is_refused_and_a_retry_signs_anew(town: Town) -> None:
    register(town, "k1")
    request = signed(idempotency_key="once")
    first = send(town, request)
    assert first.status_code == 201
    refused(send(town, request), "重放", "新的nonce")
    again = send(town, signed(idempotency_key="once"))
    assert (again.text, again.headers["idempotency-replayed"]) == (first.text, "true")


def test_intakes_own_role_may_keep_and_forget_nonces(town: Town) -> None:
    if town.engine.dialect.name == "postgresql":
        event.listen(town.engine, "begin", lambda tx: tx.exec_driver_sql("set local role bihuan_intake"))
    assert spend(town.engine, "one", until=100)
    assert spend(town.engine, "one", until=2**40)
    assert not spend(town.engine, "one", until=2**40)


def test_a_nonce_is_forgotten_once_its_request_is_too_old(town: Town) -> None:
    assert spend(town.engine, "one", until=100)
    assert spend(town.engine, "two", until=2**40)
    assert spend(town.engine, "one", until=2**40)  # what was over was removed by whoever came next
    assert not spend(town.engine, "two", until=2**40)


@pytest.mark.parametrize("left", [*COVERED[2:], "@method", "@target-uri"])
def test_what_is_not_covered_is_named(town: Town, left: str) -> None:
    register(town, "k1")
    refused(send(town, signed(covered=[name for name in COVERED if name != left])), f"没有包含:{left}")


def test_nonce_tag_time_and_key_must_be_there_and_good(town: Town) -> None:
    register(town, "k1")
    refused(send(town, signed(nonce=None)), "没有包含:nonce")
    refused(send(town, signed(nonce="short")), "16至128")
    refused(send(town, signed(tag=None)), "没有包含:tag")
    for away in (-301, 305):
        refused(send(town, signed(created=datetime.now(UTC) + timedelta(seconds=away))), "300秒", "时钟")
    assert send(town, signed(created=datetime.now(UTC) - timedelta(seconds=290))).status_code == 201
    for keyid in ("t-1/ch-1/k2", "t-9/ch-1/k1", "t-2/ch-1/k1", "ch-1", "t-1/ch-9/k1", "//"):
        refused(send(town, signed(keyid=keyid)), "keyid")
    refused(send(town, signed(), headers={"Signature-Input": "no dictionary ("}), "不合格式")
    refused(send(town, signed(), headers={"Signature": "sig1=:AAAA:"}))


def test_a_key_that_is_registered_no_longer_signs_nothing(town: Town) -> None:
    register(town, "k1", "k2")
    assert send(town, signed(keyid="t-1/ch-1/k2", key="k2")).status_code == 201
    register(town, "k2")
    refused(send(town, signed()), "keyid")
    assert send(town, signed(keyid="t-1/ch-1/k2", key="k2")).status_code == 201


def test_a_channel_that_must_sign_can_do_nothing_with_its_token_alone(town: Town) -> None:
    register(town, "k1")
    headers = town.headers("ch-1")
    assert town.client.post("/reports", json=REPORT, headers=headers).status_code == 201
    register(town, "k1", must_sign=True)
    # Not even learn the number of what it reported before.
    repeat = town.client.post("/reports", json=REPORT, headers=headers)
    assert_problem(repeat, 401, "signature-required")
    assert_problem(town.post("/reports/batch", {"reports": [REPORT]}, "ch-1"), 401, "signature-required")
    assert post_open311(town).status_code == 403
    assert "须签名" in post_open311(town).json()[0]["description"]
    assert send(town, signed()).status_code == 201


def test_signatures_of_proxies_are_left_alone(town: Town) -> None:
    foreign = {"Signature-Input": 'proxy=("@method");created=1;keyid="x"', "Signature": "proxy=:AAAA:"}
    headers = town.headers("ch-1") | foreign
    assert town.client.post("/reports", json=REPORT, headers=headers).status_code == 201


def test_the_body_of_a_badly_signed_request_is_not_even_read(town: Town) -> None:
    register(town, "k1")
    request, told = signed(key="stranger"), []

    async def receive() -> Any:
        raise AssertionError("the body was asked for")

    async def answered(message: Any) -> None:
        told.append(message)

    scope = {
        "type": "http", "method": "POST", "scheme": "http", "path": "/reports", "raw_path": b"/reports",
        "query_string": b"", "headers": [(name.lower(), value) for name, value in request.headers.raw],
    }  # fmt: skip
    anyio.run(town.client.app, scope, receive, answered)
    assert told[0]["status"] == 401


def test_the_guides_own_example_is_accepted(
    town: Town,
    address: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    register(town, "k1", must_sign=True)
    pem = KEYS["k1"].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "channel.pem").write_bytes(pem)
    monkeypatch.chdir(tmp_path)
    [example] = re.findall(r"```python\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    here = {"https://bihuan.example": address, "t-qinghe/ch-grid/2026a": "t-1/ch-1/k1", "sq-01": "c-1"}
    for shown, real in here.items():
        assert shown in example
        example = example.replace(shown, real)
    exec(compile(example, str(GUIDE), "exec"), {})
    assert "tracking_number" in capsys.readouterr().out
