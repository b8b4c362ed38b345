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
    return json.dumps(_checked(value, "$"), ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _checked(value: Any, where: str) -> Any:
    """The value with its keys in RFC 8785 order, or the reason why it cannot be written."""
    match value:
        case None | bool():
            return value
        case int():
            if abs(value) > SAFE_INTEGER:
                raise NotCanonical(f"{where}: integer beyond 2^53")
            return value
        case str():
            if any(0xD800 <= ord(c) <= 0xDFFF for c in value):
                raise NotCanonical(f"{where}: lone surrogate")
            return value
        case Mapping():
            if not all(isinstance(key, str) for key in value):
                raise NotCanonical(f"{where}: keys must be text")
            # RFC 8785 sorts by UTF-16 code units, which differs from code points above the BMP.
            keys = sorted(value, key=lambda key: _checked(key, where).encode("utf-16-be"))
            return {key: _checked(value[key], f"{where}.{key}") for key in keys}
        case list() | tuple():
            return [_checked(item, f"{where}[{n}]") for n, item in enumerate(value)]
        case float():
            raise NotCanonical(f"{where}: floats are not allowed in facts; use integer units")
        case _:
            raise NotCanonical(f"{where}: {type(value).__name__} is not JSON")
