"""What pydantic finds wrong in a request, in our words: Chinese first, with a pointer, echoing nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel

from shared.runtime import problems
from shared.runtime.asks import SOMETHING
from shared.runtime.problems import Problem
from shared.runtime.strict_json import pointer_to

# By pydantic's type of error; `{limit}` is our own bound, never what was sent.
_WORDS: Mapping[str, tuple[str, str]] = {
    "missing": ("缺少必填项", "required"),
    "extra_forbidden": ("没有这个字段", "there is no such field"),
    "unexpected_keyword_argument": ("没有这个字段", "there is no such field"),
    "missing_argument": ("缺少必填项", "required"),
    "string_type": ("须为文字", "must be text"),
    "string_too_short": ("至少{limit}个字", "at least {limit} characters"),
    "string_too_long": ("最多{limit}个字", "at most {limit} characters"),
    "string_pattern_mismatch": ("含有不允许的字符", "has characters that are not allowed"),
    "int_type": ("须为整数", "must be a whole number"),
    "bool_type": ("须为true或false", "must be true or false"),
    "enum": ("不在可选范围内,可填:{choices}", "not one of the choices: {choices}"),
    "literal_error": ("不在可选范围内,可填:{choices}", "not one of the choices: {choices}"),
    "greater_than_equal": ("不得小于{limit}", "must not be less than {limit}"),
    "less_than_equal": ("不得大于{limit}", "must not be greater than {limit}"),
    "too_short": ("至少{limit}项", "at least {limit} of them"),
    "too_long": ("最多{limit}项", "at most {limit} of them"),
    "tuple_type": ("须为列表", "must be a list"),
    "list_type": ("须为列表", "must be a list"),
    "dict_type": ("须为对象", "must be an object"),
    "model_type": ("须为对象", "must be an object"),
    "dataclass_type": ("须为对象", "must be an object"),
    "date_type": ("须为日期,例如2026-03-02", "must be a date such as 2026-03-02"),
    "date_parsing": ("须为日期,例如2026-03-02", "must be a date such as 2026-03-02"),
    "date_from_datetime_parsing": ("须为日期,例如2026-03-02", "must be a date such as 2026-03-02"),
    "datetime_type": ("须为带时区的时刻,例如2026-03-02T09:30:00+08:00", "must be a moment with its zone"),
    "datetime_parsing": ("须为带时区的时刻,例如2026-03-02T09:30:00+08:00", "must be a moment with its zone"),
    "datetime_from_date_parsing": (
        "须为带时区的时刻,例如2026-03-02T09:30:00+08:00",
        "must be a moment with its zone",
    ),
}
_EMPTY = ("不能为空", "must not be empty")
_OTHERWISE = ("填写有误", "cannot be meant")
_MISSING = ("missing", "missing_argument")
_ONE_LETTER = ("string_too_short", 1)
_LIMITS = ("min_length", "max_length", "ge", "le")
_SHOWN = 100


def invalid_request(errors: Sequence[Mapping[str, Any]], asked: type[BaseModel] | None = None) -> Problem:
    """A request that does not have the described shape: 400 for headers, 404 for the address, else 422.

    `asked`: the model of the body; what it says of a field that was left empty is told.
    """
    errors = [error for error in errors if not _follows(error, errors)]
    headers = [error for error in errors if error["loc"][0] == "header"]
    if headers:
        zh, en = _words(headers[0])
        return problems.bad_header(str(headers[0]["loc"][1]), zh, en)
    if any(error["loc"][0] == "path" for error in errors):
        return problems.NOT_FOUND
    shown = tuple(_shown(error, asked) for error in errors[:_SHOWN])
    return Problem(
        "invalid-request", 422, "填写有误", "Wrong input",
        f"有{len(errors)}处填写有误", f"{len(errors)} values are wrong",
        "请按errors所示位置更正后重发", "correct the places named in errors and send it again", errors=shown,
    )  # fmt: skip


def _shown(error: Mapping[str, Any], asked: type[BaseModel] | None) -> Mapping[str, str]:
    zh, en = _words(error)
    place = error["loc"][1:]
    if asked is not None and error["loc"][0] == "body" and (_is_blank(error) or error["type"] in _MISSING):
        wanted, _, wanted_en = _description(asked, place).partition(" / ")
        zh, en = zh + (f",应填:{wanted}" if wanted else ""), en + (f": {wanted_en}" if wanted_en else "")
    return {"pointer": pointer_to(*place), "detail": zh, "detail_en": en}


def _follows(error: Mapping[str, Any], errors: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a list is only too short because pydantic does not count what is wrong in it."""
    place = error["loc"]
    return error["type"] == "too_short" and any(
        other is not error and other["loc"][: len(place)] == place for other in errors
    )


def _is_blank(error: Mapping[str, Any]) -> bool:
    """Whether text was given that says nothing."""
    context = error.get("ctx", {})
    return context.get("pattern") == SOMETHING or (error["type"], context.get("min_length")) == _ONE_LETTER


def _words(error: Mapping[str, Any]) -> tuple[str, str]:
    zh, en = _EMPTY if _is_blank(error) else _WORDS.get(error["type"], _OTHERWISE)
    context = error.get("ctx", {})
    limit = next((context[name] for name in _LIMITS if name in context), "")
    choices = str(context.get("expected", "")).replace("'", "")
    zh_choices = choices.replace(" or ", "、").replace(", ", "、")
    return zh.format(limit=limit, choices=zh_choices), en.format(limit=limit, choices=choices)


def _description(asked: type[BaseModel], place: Sequence[str | int]) -> str:
    """What a model says of the field at a place: "中文 / English"; empty where it says nothing."""
    found, model = "", asked
    for name in place:
        if not isinstance(name, str):
            continue
        field = model.model_fields.get(name)
        if field is None:
            return ""
        found, model = field.description or "", _model_in(field.annotation) or BaseModel
    return found


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model inside an annotation such as `tuple[Report, ...]` or `Reporter | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for one in get_args(annotation) if (model := _model_in(one))), None)
