"""Canonical bytes are those of RFC 8785, held against an independent implementation."""

from __future__ import annotations

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from shared.wire.canonical import SAFE_INTEGER, NotCanonical, canonical

SCALARS = st.none() | st.booleans() | st.integers(-SAFE_INTEGER, SAFE_INTEGER) | st.text()
VALUES = st.recursive(SCALARS, lambda of: st.lists(of) | st.dictionaries(st.text(), of), max_leaves=30)


@given(VALUES)
def test_any_value_has_the_bytes_that_another_implementation_gives_it(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(VALUES)
def test_the_bytes_read_back_as_the_value(value: Any) -> None:
    assert json.loads(canonical(value)) == value


def test_keys_are_sorted_by_utf_16_code_units() -> None:
    """The example of RFC 8785 section 3.2.3: 😀 sorts before דּ, though its code point is greater."""
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    ordered = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(canonical(dict.fromkeys(keys, 0)))) == ordered


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ({"a": [1, 2.5]}, "$.a[1]: floats"),
        ({"a": {"b": SAFE_INTEGER + 1}}, "$.a.b: integer beyond"),
        ({"a": float("nan")}, "$.a: floats"),
        ({1: "x"}, "$: keys must be text"),
        ({"a": {1, 2}}, "$.a: set is not JSON"),
        ({"通道": "\ud800"}, "通道"),
        ({"\ud800": 1}, "lone surrogate"),
    ],
)
def test_what_has_no_canonical_form_is_refused_and_named(value: Any, where: str) -> None:
    with pytest.raises(NotCanonical) as refused:
        canonical(value)
    assert where in str(refused.value)
