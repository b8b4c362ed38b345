"""The description of an interface (OpenAPI): made when somebody asks for it, from the models of what is answered.

Making a schema of every fact takes a second of computing, which no process should spend on beginning to serve.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.resources.abc import Traversable
from typing import Any

import yaml
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from shared.runtime import problems

VERSION = "1.0.0"
"""Of the contract: its first number grows when a caller that was right before may be wrong after."""

PERSON = HTTPBearer(
    auto_error=False,
    scheme_name="person",
    description="人员令牌,代表在册的一名工作人员;渠道令牌不能用 / the token of a registered person, not of a channel",
)
CHANNEL = HTTPBearer(
    auto_error=False,
    scheme_name="channel",
    description="渠道令牌,代表一个已登记的上报渠道,只能上报;登记了公钥的渠道可以改用签名(RFC 9421),登记为须签名的必须签名 / "
    "the token of a registered channel, which may only report; one with a key may sign instead (RFC 9421), or must",
)

_SCHEMAS = "#/components/schemas/"
_TEXT = {"type": "string"}
HEADERS: Mapping[str, Mapping[str, Any]] = {
    "Trace-Id": {
        "description": "本次请求的跟踪号,报障时提供 / the request's trace, to be given to the operator",
        "required": True,
        "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    },
    "ETag": {
        "description": '事项的版本,例如 "3",可写入 If-Match / the thing\'s version, such as "3", for If-Match',
        "required": True,
        "schema": {"type": "string", "pattern": '^"[0-9]+"$'},
    },
    "Idempotency-Replayed": {
        "description": "为 true 时:同一请求此前已办理,这是当时的结果 / when true, the request was carried out before",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "Content-Disposition": {
        "description": "作为文件保存 / to be kept as a file",
        "required": True,
        "schema": _TEXT,
    },
    "Retry-After": {
        "description": "多少秒后可重试 / after how many seconds to try again",
        "required": True,
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
    "WWW-Authenticate": {"description": "认证方式 / how to authenticate", "required": True, "schema": _TEXT},
    "Allow": {"description": "该地址支持的方法 / the methods of the address", "schema": _TEXT},
}
"""What stands in the head of answers and is relied on by callers."""

_OF_STATUS = {401: "WWW-Authenticate", 405: "Allow", 429: "Retry-After"}
_MODELS: dict[str, Callable[[], type[BaseModel]]] = {}


def _heads(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in ("Trace-Id", *names)}


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": words,
        "headers": _heads(*([_OF_STATUS[status]] if status in _OF_STATUS else [])),
        "content": {problems.MEDIA_TYPE: {"schema": {"$ref": f"{_SCHEMAS}Problem"}}},
    }
    for status, words in problems.MEANINGS.items()
}
"""Every status that a problem can have (RFC 9457), for the description of the interface."""


def answers(
    status: int, words: str, name: str, model: Callable[[], type[BaseModel]], *headers: str
) -> dict[int | str, dict[str, Any]]:
    """What a route answers when all is well: JSON of the model, which is asked for when the description is."""
    return answers_of(status, words, {"application/json": schema_of(name, model)}, *headers)


def schema_of(name: str, model: Callable[[], type[BaseModel]]) -> dict[str, Any]:
    """A reference to the schema of a model, which is asked for when the description is."""
    _MODELS[name] = model
    return {"$ref": f"{_SCHEMAS}{name}"}


def answers_of(
    status: int | str, words: str, content: Mapping[str, Mapping[str, Any]], *headers: str
) -> dict[int | str, dict[str, Any]]:
    """The same in other media types, each with the schema of its content."""
    content = {media: {"schema": dict(schema)} for media, schema in content.items()}
    return {status: {"description": words, "headers": _heads(*headers), "content": content}}


class Interface(FastAPI):
    """An application that describes itself; `examples` are files of what is asked of each operation and answered."""

    def __init__(self, examples: Sequence[Traversable], **more: Any) -> None:
        super().__init__(version=VERSION, generate_unique_id_function=_name, **more)
        self._examples = examples

    def openapi(self) -> dict[str, Any]:
        """The description, made once."""
        if self.openapi_schema is None:
            document = super().openapi()
            components = document.setdefault("components", {})
            components["headers"] = copy.deepcopy(dict(HEADERS))
            schemas = components.setdefault("schemas", {})
            schemas["Problem"] = copy.deepcopy(dict(problems.SCHEMA))
            _add_models(document, schemas)
            _add_examples(document, self._examples)
            used = {tag for operation in _operations(document) for tag in operation.get("tags", ())}
            document["tags"] = [tag for tag in document.get("tags", ()) if tag["name"] in used]
        return self.openapi_schema or {}


def _name(route: APIRoute) -> str:
    return route.name


def _operations(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in document["paths"].values():
        yield from methods.values()


def _add_models(document: Mapping[str, Any], schemas: dict[str, Any]) -> None:
    """The schemas of all answers that the document refers to."""
    wanted = {name for name in _references(document["paths"]) if name not in schemas}
    models = [(_MODELS[name](), "serialization") for name in sorted(wanted)]
    for operation in _operations(document):
        for content in _success(operation)["content"].values():
            # Whoever answers with a dictionary is described as any object beside what we say.
            schema = content["schema"]
            content["schema"] = {"$ref": schema["$ref"]} if "$ref" in schema else schema
    _, found = models_json_schema(models, ref_template=_SCHEMAS + "{model}")  # type: ignore[arg-type]
    made = found.get("$defs", {})
    # What is asked may leave out members that are always answered; choices are the same in both.
    other = {
        name: f"Recorded{name}"
        for name, schema in made.items()
        if name in schemas and "properties" in schema and schemas[name] != schema
    }
    _refer(made, {_SCHEMAS + old: _SCHEMAS + new for old, new in other.items()})
    schemas |= {other.get(name, name): schema for name, schema in made.items()}


def _add_examples(document: Mapping[str, Any], files: Sequence[Traversable]) -> None:
    known: dict[str, Any] = {}
    for file in files:
        known |= yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
    for operation in _operations(document):
        example = known.get(operation["operationId"], {})
        if "ask" in example:
            [content] = operation["requestBody"]["content"].values()
            content["example"] = example["ask"]
        if "answer" in example:
            _success(operation)["content"]["application/json"]["example"] = example["answer"]


def _success(operation: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(
        response for status, response in operation["responses"].items() if status.startswith("2")
    )
    return found


def _references(part: Any) -> Iterator[str]:
    """The names of the schemas that a part of the document refers to."""
    match part:
        case {"$ref": str(target)} if target.startswith(_SCHEMAS):
            yield target.removeprefix(_SCHEMAS)
        case dict():
            for one in part.values():
                yield from _references(one)
        case list():
            for one in part:
                yield from _references(one)


def _refer(part: Any, others: Mapping[str, str]) -> None:
    """Change references, in place; a discriminator's mapping holds some too."""
    if isinstance(part, dict):
        for key, value in part.items():
            if isinstance(value, str):
                part[key] = others.get(value, value)
            else:
                _refer(value, others)
    elif isinstance(part, list):
        for one in part:
            _refer(one, others)
