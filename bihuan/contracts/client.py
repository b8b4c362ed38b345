"""A client of intake for channels, in one file of Python, made from the description of the interface.

Ours because the generators that there are make a hundred files of this description and leave out the upload of files.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files as within
from typing import Any

from jinja2 import Environment, StrictUndefined

from bihuan.contracts.interfaces import FOLDER

PATH = "clients/python/bihuan_intake.py"
SOURCE = f"{FOLDER}/intake.json"
_FOREIGN = "/open311/"
"""Addresses of a foreign standard, which has clients of its own."""

_JSON = "application/json"
_SCHEMAS = "#/components/schemas/"
_PLAIN = {"string": "str", "integer": "int", "boolean": "bool", "null": "None"}

Node = Mapping[str, Any]


def files(interfaces: Mapping[str, str]) -> dict[str, str]:
    """The one file, from the descriptions that are to be published."""
    return {PATH: rendered(json.loads(interfaces[SOURCE]))}


def rendered(document: Node) -> str:
    """The client of what channels may ask, and of what anybody may."""
    operations = [
        (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if not path.startswith(_FOREIGN) and operation["security"] in ([], [{"channel": []}])
    ]
    reached = _reached(document, [operation for _, _, operation in operations])
    template = within("bihuan.contracts").joinpath("client.py.jinja").read_text("utf-8")
    # Nothing is escaped: what is made is no page but source, of words that are ours.
    made = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True).from_string(template)  # noqa: S701
    return (
        made.render(
            version=document["info"]["version"],
            choices=[(name, _type(schema)) for name, schema in reached.items() if "properties" not in schema],
            shapes=[_shape(name, schema) for name, schema in reached.items() if "properties" in schema],
            operations=[_operation(*one) for one in operations],
        ).rstrip()
        + "\n"
    )


def _reached(document: Node, operations: list[Node]) -> dict[str, Node]:
    """The schemas that operations refer to, themselves or through others, by name."""
    schemas, found = document["components"]["schemas"], set[str]()
    waiting = [name for operation in operations for name in _references(operation)]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _references(schemas[name])
    return {name: schemas[name] for name in sorted(found)}


def _references(part: Any) -> Iterator[str]:
    match part:
        case {"$ref": str(target)} if target.startswith(_SCHEMAS):
            yield target.removeprefix(_SCHEMAS)
        case dict():
            for one in part.values():
                yield from _references(one)
        case list():
            for one in part:
                yield from _references(one)


def _shape(name: str, schema: Node) -> dict[str, Any]:
    needed = schema.get("required", ())
    members = [
        {
            "name": member,
            "type": _type(inner) if member in needed else f"NotRequired[{_type(inner)}]",
            "words": _words(inner["description"]),
        }
        for member, inner in schema["properties"].items()
    ]
    return {"name": name, "words": _words(schema["description"]), "members": members}


def _operation(method: str, path: str, operation: Node) -> dict[str, str]:
    """A method: what stands in the path and the body, then the headers that are required."""
    parameters = [
        one for one in operation.get("parameters", ()) if one["in"] == "path" or one.get("required")
    ]
    inside = [one["name"] for one in parameters if one["in"] == "path"]
    heads = [one["name"].lower().replace("-", "_") for one in parameters if one["in"] == "header"]
    content: Node = operation.get("requestBody", {}).get("content", {})
    body = (
        [f"body: {_type(content[_JSON]['schema'])}"]
        if _JSON in content
        else ["body: bytes"]
        if content
        else []
    )
    arguments = ["self", *(f"{name}: str" for name in inside), *body]
    passed = [f'"{method.upper()}"', _path(path, inside)]
    passed += ["_json(body)"] if _JSON in content else ["body"] if content else []
    if content:
        media = f'"{_JSON}"' if _JSON in content else "content_type"
        passed.append(f"content_type={media}")
    named = [f"{name}: str" for name in heads]
    if content and _JSON not in content:
        named.append(f"content_type: {_choice(sorted(content))}")
    passed += [f"{name}={name}" for name in heads]
    [answer] = [one for status, one in operation["responses"].items() if status.startswith("2")]
    return {
        "name": operation["operationId"],
        "arguments": ", ".join([*arguments, *(["*", *named] if named else [])]),
        "answer": _type(answer["content"][_JSON]["schema"]),
        "words": _words(operation["summary"]),
        "passed": ", ".join(passed),
    }


def _path(path: str, inside: list[str]) -> str:
    for name in inside:
        path = path.replace(f"{{{name}}}", f"{{quote({name}, safe='')}}")
    return f'f"{path}"' if inside else f'"{path}"'


def _type(schema: Node) -> str:
    match schema:
        case {"$ref": str(target)}:
            return target.removeprefix(_SCHEMAS)
        case {"enum": list(values)}:
            return _choice(values)
        case {"anyOf": list(some)}:
            return " | ".join(_type(one) for one in some)
        case {"type": "array", "items": inner}:
            return f"list[{_type(inner)}]"
        case {"type": "object"}:
            return "dict[str, Any]"
        case {"type": str(plain)}:
            return _PLAIN[plain]
    raise ValueError(f"no type of Python stands for {sorted(schema)}")


def _choice(values: list[str]) -> str:
    return f"Literal[{', '.join(json.dumps(value) for value in values)}]"


def _words(text: str) -> str:
    """As a docstring can hold it."""
    return text.replace("\\", "\\\\").replace('"', "'")
