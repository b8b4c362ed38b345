"""Every fact, and every member of it, is explained to whoever reads our schemas."""

from __future__ import annotations

import re
from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter

from shared.vocabulary.fact import CATALOGUE
from shared.wire import codec  # noqa: F401 - which knows every module of facts
from shared.wire.described import Described

BILINGUAL = re.compile(r"[\u4e00-\u9fff].* / .*[A-Za-z]{2,}")


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_a_fact_and_its_parts_say_in_both_languages_what_they_are(name: str) -> None:
    described: Any = Annotated[CATALOGUE[name], Described()]
    schema = TypeAdapter(described).json_schema(mode="serialization")
    for part in (schema, *schema.get("$defs", {}).values()):
        assert BILINGUAL.search(part["description"])
        members = part.get("properties", {})
        assert [m for m, said in members.items() if not BILINGUAL.search(said["description"])] == []
        assert part.get("required", []) == list(members)
