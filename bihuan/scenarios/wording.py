"""What a parser says about a wrong value, in the words of a scenario's writer."""

from __future__ import annotations

from pydantic import ValidationError

WORDS: dict[str, tuple[str, str]] = {
    "missing": ("缺少“{key}”", "{key!r} is missing"),
    "extra_forbidden": ("不认识的键“{key}”", "unknown key {key!r}"),
    "string_type": ("“{key}”应为文字", "{key!r} must be text"),
    "string_too_short": ("“{key}”不能为空", "{key!r} must not be empty"),
    "string_too_long": ("“{key}”太长", "{key!r} is too long"),
    "string_pattern_mismatch": ("“{key}”的写法不对：{input}", "{key!r} cannot be written so: {input}"),
    "int_type": ("“{key}”应为整数：{input}", "{key!r} must be a whole number: {input}"),
    "int_parsing": ("“{key}”应为整数：{input}", "{key!r} must be a whole number: {input}"),
    "bool_parsing": ("“{key}”应为 true 或 false：{input}", "{key!r} must be true or false: {input}"),
    "greater_than_equal": ("“{key}”太小：{input}", "{key!r} is too small: {input}"),
    "less_than_equal": ("“{key}”太大：{input}", "{key!r} is too large: {input}"),
    "enum": ("“{key}”只能是{expected}，而不是“{input}”", "{key!r} is one of {expected}, not {input}"),
    "literal_error": (
        "“{key}”只能是{expected}，而不是“{input}”",
        "{key!r} is one of {expected}, not {input}",
    ),
    "too_short": ("“{key}”至少要有一项", "{key!r} must not be empty"),
    "too_long": ("“{key}”的项数太多", "{key!r} has too many entries"),
    "tuple_type": ("“{key}”应为列表", "{key!r} must be a list"),
    "list_type": ("“{key}”应为列表", "{key!r} must be a list"),
    "dict_type": ("“{key}”应为“键: 值”的表", "{key!r} must be a mapping"),
    "model_type": ("“{key}”应为“键: 值”的表", "{key!r} must be a mapping"),
}
DATES = ("date", "datetime", "time_", "value_error")


def wrong_value(error: ValidationError) -> tuple[tuple[int | str, ...], str, str]:
    """Where the first wrong value stands, and what is wrong with it in Chinese and English."""
    first = error.errors(include_url=False)[0]
    where = tuple(first["loc"])
    names = [part for part in where if isinstance(part, str)]
    kind, given = first["type"], first["input"]
    words = {
        "key": names[-1] if names else "?",
        "input": given if isinstance(given, str | int) else type(given).__name__,
        "expected": (first.get("ctx") or {}).get("expected", ""),
    }
    if kind in WORDS:
        zh, en = WORDS[kind]
    elif kind.startswith(DATES):
        zh = "“{key}”不是日期或时间：{input}（例如 2025-09-18 或 2025-09-18 09:30）"
        en = "{key!r} is neither a day nor a moment: {input} (try 2025-09-18 or 2025-09-18 09:30)"
    else:
        zh, en = (
            "“{key}”的值不合要求：{input}",
            "{key!r} does not fit: {input} (" + first["msg"].replace("{", "(") + ")",
        )
    return where, zh.format(**words), en.format(**words)
