"""What facts say, for the schemas that describe them: which members, and what they mean in Chinese and in English."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from pydantic import GetJsonSchemaHandler
from pydantic_core import CoreSchema


class Described:
    """Marks a type of the vocabulary: its JSON schema, and that of its parts, says what each member means.

    All members are required, because facts are always written whole.
    """

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """The schema that pydantic makes, with our words."""
        schema = handler(core_schema)
        _describe(schema, handler)
        return schema


def _describe(schema: dict[str, Any], handler: GetJsonSchemaHandler) -> None:
    found = handler.resolve_ref_schema(schema)
    kind = found.get("title", "")
    if found.get("type") != "object":
        if kind in _words()["kinds"]:
            found["description"] = _words()["kinds"][kind]
        return
    found["description"] = _words()["kinds"][kind]
    found["required"] = list(found["properties"])
    for name, member in found["properties"].items():
        member.pop("default", None)
        member.pop("title", None)
        member["description"] = _meaning(kind, name)
        for part in (member, member.get("items", {}), *member.get("anyOf", ())):
            if "$ref" in part:
                _describe({"$ref": part["$ref"]}, handler)


def _meaning(kind: str, member: str) -> str:
    members = _words()["members"]
    found: str = members.get(f"{kind}.{member}") or members[member]
    return found


@cache
def _words() -> dict[str, dict[str, str]]:
    text = files("shared.wire").joinpath("words.yaml").read_text("utf-8")
    words: dict[str, dict[str, str]] = yaml.load(text, Loader=yaml.CSafeLoader)
    return words
