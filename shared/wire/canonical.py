"""Canonical JSON (RFC 8785) for the values that facts use: no floats, integers within 2^53."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

SAFE_INTEGER = 2**53 - 1


class NotCanonical(ValueError):
    """The value has no canonical form here; the message names where."""


def canonical(value: Any) -> bytes:
    """The one sequence of UTF-8 bytes that stands for this JSON value."""
    text = json.dumps(_ordered(value, "$"), ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as bad:
        raise NotCanonical(f"lone surrogate in {text[max(bad.start - 20, 0) : bad.start]!r}…") from bad


def _ordered(value: Any, where: str) -> Any:
    """The value with its keys in RFC 8785 order, or the reason why it cannot be written."""
    match value:
        case str() | None | bool():
            return value
        case int():
            if abs(value) > SAFE_INTEGER:
                raise NotCanonical(f"{where}: integer beyond 2^53")
            return value
        case dict() | Mapping():
            return {key: _ordered(value[key], f"{where}.{key}") for key in _keys(value, where)}
        case list() | tuple():
            return [_ordered(item, f"{where}[{n}]") for n, item in enumerate(value)]
        case float():
            raise NotCanonical(f"{where}: floats are not allowed in facts; use integer units")
        case _:
            raise NotCanonical(f"{where}: {type(value).__name__} is not JSON")


def _keys(value: Mapping[Any, Any], where: str) -> list[str]:
    if not all(isinstance(key, str) for key in value):
        raise NotCanonical(f"{where}: keys must be text")
    if all(key.isascii() for key in value):
        return sorted(value)
    # RFC 8785 sorts by UTF-16 code units, which differs from code points above the BMP.
    return sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
