"""Strict JSON: one meaning for every document, and a pointer to what has none."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.runtime.strict_json import NotStrict, parse, pointer_to
from shared.wire.canonical import SAFE_INTEGER

PLAIN = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-SAFE_INTEGER, SAFE_INTEGER) | PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PLAIN, inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=100)
@given(st.dictionaries(PLAIN, VALUES, max_size=4))
def test_a_plain_object_means_what_any_parser_says(document: dict[str, object]) -> None:
    assert parse(json.dumps(document, ensure_ascii=False).encode()) == document


@settings(max_examples=200)
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_an_object_or_a_refusal(body: bytes) -> None:
    try:
        document = parse(body)
    except NotStrict as error:
        refused = error
    else:
        assert isinstance(document, dict)
        return
    assert refused.wrongs


def test_every_wrong_is_named_at_once() -> None:
    with pytest.raises(NotStrict) as refused:
        parse(b'{"a":1.5,"b":["x",NaN],"c":{"d":1,"d":2}}')
    assert [wrong.pointer for wrong in refused.value.wrongs] == ["/a", "/b/1", "/c/d"]


def test_brackets_in_text_are_not_depth() -> None:
    assert parse(b'{"a":"' + b"[" * 500 + b'\\"{"}') == {"a": "[" * 500 + '"{'}


def test_a_pointer_stops_at_what_a_caller_made_up() -> None:
    assert pointer_to("items", 3, "张三 13800009999", "x") == "/items/3"
