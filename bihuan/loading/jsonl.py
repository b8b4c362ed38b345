"""JSON Lines into documents: one object a line, UTF-8, nothing doubled, nothing that JSON does not know."""

from __future__ import annotations

import json
from typing import Any, Never

from bihuan.loading.problems import Document, Place, Problem, Words

LONGEST_LINE = 4 * 1024 * 1024


class _Refused(ValueError):
    """A line that is JSON to Python and not to us."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.zh)
        self.words = words


def read_lines(content: bytes) -> tuple[list[Document], list[Problem]]:
    """Every line as a document, and what is wrong with the others; empty lines are passed over."""
    documents: list[Document] = []
    problems: list[Problem] = []
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            documents.append(Document(number, _object(line)))
        except _Refused as refused:
            problems.append(Problem(Place("", number), refused.words))
    return documents, problems


def _object(line: bytes) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        raise _wrong("一行超过4 MB", "the line is longer than 4 MB", "请拆成多次检查", "split it into visits")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as bad:
        raise _wrong(
            f"不是UTF-8编码（第{bad.start + 1}字节）", f"not UTF-8 (byte {bad.start + 1})",
            "请另存为UTF-8", "save the file as UTF-8",
        ) from bad  # fmt: skip
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
        json.dumps(found, ensure_ascii=False).encode("utf-8")
    except _Refused:
        raise
    except json.JSONDecodeError as bad:
        raise _wrong(
            f"不是JSON（第{bad.colno}个字符附近）", f"not JSON near character {bad.colno}: {bad.msg}",
            "请核对引号、逗号和括号", "check quotes, commas and brackets",
        ) from bad  # fmt: skip
    except UnicodeEncodeError as bad:
        raise _wrong(
            "含有不成字的字符（孤立的代理项）", "holds half a character (a lone surrogate)",
            "请删除该字符", "remove it",
        ) from bad  # fmt: skip
    except RecursionError as bad:
        raise _wrong("嵌套太深", "nested too deeply", "请按格式填写", "follow the format") from bad
    except ValueError as bad:  # a whole number of thousands of digits
        raise _wrong("数字太长", "a number is too long", "请核对数字", "check the number") from bad
    if not isinstance(found, dict):
        raise _wrong("一行应是一个对象{…}", "a line is one object {…}", "请按格式填写", "follow the format")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _wrong(f"“{twice}”出现两次", f"{twice} is there twice", "请只保留一个", "keep one of them")
    return found


def _no_constant(name: str) -> Never:
    raise _wrong(f"{name}不是JSON的数值", f"{name} is not a JSON value", "请改为具体数值", "give a number")


def _wrong(zh: str, en: str, do_zh: str, do_en: str) -> _Refused:
    return _Refused(Words(zh, en, do_zh, do_en))
