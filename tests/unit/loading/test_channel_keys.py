"""The keys with which channels sign, as registry files give them: a mistyped one is refused when it is loaded."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from services.registry.records import parse_registry
from shared.vocabulary.registry_facts import ChannelRegistered, SigningKey

KEY = b64encode(bytes(range(32))).decode()


def channels(**more: Any) -> tuple[list[Any], list[Any]]:
    row = {"id": "ch-grid", "name": "网格员手机端", "kind": "grid_app", **more}
    return parse_registry({"channels": {"channels": [row]}})


def test_a_channel_has_keys_and_may_have_to_sign() -> None:
    [entry], wrong = channels(keys=[{"id": "2026a", "public": KEY}], must_sign=True)
    keys = (SigningKey("2026a", KEY),)
    assert wrong == []
    assert entry.fact == ChannelRegistered("ch-grid", "网格员手机端", "grid_app", keys, must_sign=True)


def test_a_channel_without_keys_does_not_sign() -> None:
    [entry], _ = channels()
    assert entry.fact == ChannelRegistered("ch-grid", "网格员手机端", "grid_app")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"must_sign": True}, "must_sign"),
        ({"must_sign": "yes", "keys": [{"id": "a", "public": KEY}]}, "must_sign"),
        ({"keys": [{"id": "a", "public": KEY[:-4]}]}, "32 bytes"),
        ({"keys": [{"id": "a", "public": "not base64!"}]}, "base64"),
        ({"keys": [{"id": "a/b", "public": KEY}]}, "an id has"),
        ({"keys": [{"id": "a", "public": KEY}, {"id": "a", "public": KEY}]}, "twice"),
        ({"keys": [{"id": "a"}]}, "public"),
    ],
)
def test_what_could_verify_nothing_is_refused(more: dict[str, Any], said: str) -> None:
    entries, [wrong] = channels(**more)
    assert entries == []
    assert (wrong.file, wrong.row) == ("channels", 1)
    assert said in wrong.en
