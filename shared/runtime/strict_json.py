"""JSON as we accept it: one meaning for every document, plain text, whole numbers, bounded depth."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from shared.wire.canonical import SAFE_INTEGER

DEPTH = 64
"""How many lists and objects may lie in each other."""

_STRINGS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_BRACKETS = re.compile(rb"[\[\]{}]")
_DIGITS = len(str(SAFE_INTEGER))
_WRONGS_SHOWN = 50

# C0 except tab and line ends, DEL and C1; soft hyphen; zero-width and joining marks; direction marks and overrides;
# annotation marks; byte order mark; noncharacters; the invisible tags of plane 14.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}|[0-9]{1,4}")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing wrong at a place (RFC 6901 pointer into the body; empty: the body as a whole)."""

    pointer: str
    zh: str
    en: str


class NotStrict(ValueError):
    """The bytes are not a document that we accept; says where, and never what stood there."""

    def __init__(self, *wrongs: Wrong) -> None:
        super().__init__("not strict JSON")
        self.wrongs = wrongs


@dataclass(frozen=True, slots=True)
class _Members:
    """An object's members as they stood, doubled keys and all."""

    pairs: list[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class _NoNumber:
    """A number that we do not take."""

    zh: str
    en: str


_FRACTION = _NoNumber("数值须为整数(金额以分计)", "numbers are whole here (money is in fen)")
_TOO_LARGE = _NoNumber("整数过大", "the integer is beyond 2^53")
_NO_VALUE = _NoNumber("NaN 和 Infinity 不是数值", "NaN and Infinity are not numbers")


def parse(body: bytes) -> dict[str, Any]:
    """The object that the bytes mean; raises NotStrict."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse(f"第{error.start + 1}个字节起不是UTF-8编码", f"not UTF-8 from byte {error.start + 1} on")
    if _too_deep(body):
        _refuse(f"嵌套超过{DEPTH}层", f"nested more than {DEPTH} deep")
    try:
        raw = json.loads(
            text,
            object_pairs_hook=_Members,
            parse_float=lambda _: _FRACTION,
            parse_int=_integer,
            parse_constant=lambda _: _NO_VALUE,
        )
    except json.JSONDecodeError as error:
        _refuse(
            f"不是合法的JSON:第{error.lineno}行第{error.colno}列",
            f"not JSON: line {error.lineno}, column {error.colno}",
        )
    if not isinstance(raw, _Members):
        _refuse("请求内容须为一个JSON对象", "the body must be one JSON object")
    wrongs = list(_wrongs(raw, ""))
    if wrongs:
        raise NotStrict(*wrongs[:_WRONGS_SHOWN])
    plain: dict[str, Any] = _plain(raw)
    return plain


def pointer_to(*segments: str | int) -> str:
    """A pointer (RFC 6901) as far as its segments are plain names: what a caller made up is not repeated."""
    pointer = ""
    for segment in segments:
        if not _PLAIN_NAME.fullmatch(str(segment)):
            break
        pointer += f"/{segment}"
    return pointer


def _refuse(zh: str, en: str) -> NoReturn:
    raise NotStrict(Wrong("", zh, en))


def _too_deep(body: bytes) -> bool:
    # Counted before parsing, so that no parser's own limit decides.
    depth = 0
    for bracket in _BRACKETS.findall(_STRINGS.sub(b"", body)):
        depth += 1 if bracket in b"[{" else -1
        if depth > DEPTH:
            return True
    return False


def _integer(digits: str) -> int | _NoNumber:
    if len(digits.lstrip("-")) > _DIGITS or abs(int(digits)) > SAFE_INTEGER:
        return _TOO_LARGE
    return int(digits)


def _wrongs(value: Any, at: str) -> Iterator[Wrong]:
    match value:
        case _Members(pairs):
            seen: set[str] = set()
            for key, inner in pairs:
                below = pointer_to(key)
                yield from _text(key, at, "字段名", "a member's name")
                if key in seen:
                    yield Wrong(at + below, "字段重复", "the member is there twice")
                seen.add(key)
                yield from _wrongs(inner, at + below)
        case list():
            for n, inner in enumerate(value):
                yield from _wrongs(inner, f"{at}/{n}")
        case str():
            yield from _text(value, at, "文字", "the text")
        case _NoNumber():
            yield Wrong(at, value.zh, value.en)


def _text(text: str, at: str, zh: str, en: str) -> Iterator[Wrong]:
    if _SURROGATE.search(text):
        yield Wrong(at, f"{zh}含有残缺字符(孤立代理项)", f"{en} has half a character (a lone surrogate)")
    elif _UNSEEN.search(text):
        yield Wrong(at, f"{zh}含有不可见的控制字符", f"{en} has invisible control characters")


def _plain(value: Any) -> Any:
    match value:
        case _Members(pairs):
            return {key: _plain(inner) for key, inner in pairs}
        case list():
            return [_plain(inner) for inner in value]
        case _:
            return value
