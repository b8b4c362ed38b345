"""Whether a value fits a JSON Schema, formats included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator


def fits(schema: Mapping[str, Any], value: Any) -> None:
    """Nothing if it fits; raises ValidationError."""
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(value)


def is_schema(schema: Mapping[str, Any]) -> None:
    """Nothing if it is a schema at all; raises SchemaError."""
    Draft202012Validator.check_schema(schema)
