"""The schema of every fact as it stands in the ledger and on Kafka, made from its dataclass."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from bihuan.contracts.compatibility import Break, Direction, Kind, breaks
from bihuan.contracts.corpus import Corpus
from bihuan.contracts.text import as_json
from services.oversight.sentences import SENTENCES
from shared.vocabulary.fact import Context, Fact

FOLDER = "docs/contracts/events"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

_FIELD = re.compile(r"\{\w+\}")
_CLAUSE_END = re.compile(r"[，：。；（]")


def files(catalogue: Mapping[str, type[Fact]], corpus: Corpus) -> dict[str, str]:
    """One file per kind of fact, under its wire name."""
    return {
        f"{FOLDER}/{name}.json": as_json(schema(kind, corpus[name][0])) for name, kind in catalogue.items()
    }


def schema(kind: type[Fact], example: bytes) -> dict[str, Any]:
    """What a stored fact of this kind looks like: its name, what happened, who did it and why.

    A member with a default need not be there: facts from before it was introduced lack it.
    """
    data, context = _described(kind), _described(Context)
    definitions = {**data.pop("$defs", {}), **context.pop("$defs", {})}
    del data["description"]
    name = {"const": kind.TYPE, "type": "string"}
    return {
        "$schema": DIALECT,
        "title": title(kind.TYPE),
        "description": meaning(kind),
        "type": "object",
        "properties": {"type": name, "data": data, **context["properties"]},
        "required": ["type", "data", *context["required"]],
        "$defs": definitions,
        "examples": [json.loads(example)],
    }


def title(name: str) -> str:
    """What happened, in Chinese: the first clause of its sentence, what differs from fact to fact left open."""
    return _CLAUSE_END.split(_FIELD.sub("…", SENTENCES[name][0]))[0]


def meaning(it: object) -> str:
    """What a class or a module says of itself, in one line."""
    return " ".join((inspect.getdoc(it) or "").split())


def unfit(there: Mapping[str, str], made: Mapping[str, str]) -> dict[str, tuple[Break, ...]]:
    """By file: why the schemas made may not take the place of those that are there.

    A fact is read for ever, so all that was accepted must be; whoever consumes it must find the same types as
    ever. New members and new values may come: consumers leave aside what they do not know.
    """
    return {path: found for path, text in sorted(there.items()) if (found := _unfit(text, made.get(path)))}


def _unfit(old: str, new: str | None) -> tuple[Break, ...]:
    if new is None:
        return (Break("", Kind.MEMBER, "$", Direction.READ),)
    was, now = json.loads(old), json.loads(new)
    read = breaks(was, now, Direction.READ)
    widened = [one for one in breaks(was, now, Direction.WRITE) if one.kind is Kind.TYPE]
    said = {one.at for one in read if one.kind is Kind.TYPE}
    return (*read, *(one for one in widened if one.at not in said))


def _described(kind: type[Any]) -> dict[str, Any]:
    described: dict[str, Any] = _plain(TypeAdapter(kind).json_schema())
    return described


def _plain(value: Any) -> Any:
    """Without the titles that pydantic makes of names, and descriptions in one line."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {key: _plain(one) for key, one in value.items() if not (key == "title" and isinstance(one, str))}
    return {
        key: " ".join(one.split()) if key == "description" and isinstance(one, str) else one
        for key, one in kept.items()
    }
