"""The description (OpenAPI) of the addresses of Open311: each answers in JSON and in XML, errors too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.intake.open311.answers import Open311Error
from services.intake.open311.rendering import JSON, XML
from shared.runtime.answers import Answer
from shared.runtime.contract import answers_of, schema_of

_TEXT = {"type": "string", "description": "同样的内容,XML / the same in XML"}

_WRONG = """未能办理:400 填写有误,403 api_key 缺少、无效或不能办理,404 查无此项,413 内容过大,415 内容类型不受支持,429 查询过于频繁,
500 系统内部错误,可安全重试 / not done: 400 wrong input, 403 no good api_key, 404 not found, 413 too large, 415 wrong type,
429 too many questions, 500 internal error, safe to try again"""


def told(
    status: int, words: str, model: type[Answer], *headers: str, many: bool = False
) -> dict[int | str, Any]:
    """A good answer, of one thing or a list, and every error that may come instead."""
    schema = schema_of(model.__name__, lambda: model)
    return answers_of(status, words, _both(_list(schema) if many else schema), *headers) | _errors()


def _errors() -> dict[int | str, Any]:
    # The standard leaves the choice of statuses to the server: one shape, whatever the status.
    return answers_of("default", _WRONG, _both(_list(schema_of("Open311Error", lambda: Open311Error))))


def form_body(arguments: Mapping[str, tuple[str, bool]]) -> dict[str, Any]:
    """A form of these arguments; with each, what it is and whether it is required."""
    members = {name: {"type": "string", "description": words} for name, (words, _) in arguments.items()}
    required = [name for name, (_, needed) in arguments.items() if needed]
    schema = {"type": "object", "properties": members, "required": required}
    return {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}


def _list(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": dict(schema)}


def _both(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {JSON: schema, XML: _TEXT}
