"""Whether a value fits a JSON Schema, formats included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator

FORMATS = Draft202012Validator.FORMAT_CHECKER


def fits(schema: Mapping[str, Any], value: Any) -> None:
    """Nothing if it fits; raises ValidationError, or SchemaError if the schema itself is none."""
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema, format_checker=FORMATS).validate(value)
