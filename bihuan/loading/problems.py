"""What is wrong where in a file, and what to do about it: in Chinese, and in English when asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from itertools import groupby
from typing import Any

Path = tuple[str | int, ...]
"""A way into a document: `("items", 2, "place")`."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A sheet (empty for lines of text), a row or line counted from 1 (0: the whole file), a column or key."""

    sheet: str = ""
    row: int = 0
    column: str = ""

    @property
    def zh(self) -> str:
        """The place in Chinese."""
        row = f"第{self.row}行" if self.row else ""
        column = f"“{self.column}”" if self.column else ""
        return (f"工作表“{self.sheet}”" if self.sheet else "") + row + column or "文件"

    @property
    def en(self) -> str:
        """The place in English."""
        kind = "row" if self.sheet else "line"
        parts = [f"sheet {self.sheet}" if self.sheet else "", f"{kind} {self.row}" if self.row else ""]
        return ", ".join(part for part in [*parts, self.column] if part) or "file"


@dataclass(frozen=True, slots=True)
class Words:
    """What is wrong and what to do, in both languages."""

    zh: str
    en: str
    do_zh: str
    do_en: str


class About(IntEnum):
    """What a problem is about, in the order in which a person mends a row: the later may follow from the earlier."""

    FORM = 0
    DAYS = 1
    PHOTOS = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and where."""

    place: Place
    words: Words
    about: About = About.FORM

    def line(self, english: bool = False) -> str:
        """One line for a person to read."""
        if english:
            return f"{self.place.en}: {self.words.en}; {self.words.do_en}"
        return f"{self.place.zh}：{self.words.zh}；{self.words.do_zh}"

    def as_json(self) -> dict[str, Any]:
        """The same for a program."""
        return {
            "sheet": self.place.sheet,
            "row": self.place.row,
            "column": self.place.column,
            "zh": self.words.zh,
            "en": self.words.en,
            "do_zh": self.words.do_zh,
            "do_en": self.words.do_en,
        }


def ordered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By row, and within a row the cause before what may follow from it, else as they were found."""
    return tuple(sorted(problems, key=lambda p: (p.place.sheet, p.place.row, p.about)))


def told(problems: Sequence[Problem], english: bool = False) -> list[str]:
    """Lines for a person to read: causes one by one, what may follow from them in one line per row."""
    lines = []
    for _, row in groupby(problems, key=lambda p: (p.place.sheet, p.place.row)):
        same = list(row)
        causes = [p for p in same if p.about is same[0].about and p.about is not About.PHOTOS]
        lines += [p.line(english) for p in causes]
        for about, rest in groupby(same[len(causes) :], key=lambda p: p.about):
            lines.append(_following(list(rest), about, after_others=bool(causes), english=english))
    return lines


def _following(some: Sequence[Problem], about: About, *, after_others: bool, english: bool) -> str:
    """Several problems of one row as one: some of them in words, the others counted."""
    if len(some) == 1 and not after_others:
        return some[0].line(english)
    first, place = some[:_NAMED], replace(some[0].place, column="")
    if english:
        perhaps = ", perhaps because of the above" if after_others and about is About.DAYS else ""
        said = "; ".join(f"{p.place.column}: {p.words.en}" for p in first)
        more = f" and {len(some) - _NAMED} more" if len(some) > _NAMED else ""
        return f"{place.en}: {len(some)} about {about.name.lower()}{perhaps}: {said}{more}; {some[0].words.do_en}"
    kind = {About.DAYS: "日期先后", About.PHOTOS: "照片"}[about]
    perhaps = "，可能由上面的错误引起" if after_others and about is About.DAYS else ""
    said = "；".join(f"“{p.place.column}”{p.words.zh}" for p in first)
    more = f"……等{len(some)}处" if len(some) > _NAMED else ""
    return f"{place.zh}：{kind}问题{len(some)}处{perhaps}：{said}{more}；{some[0].words.do_zh}"


_NAMED = 3
"""How many of a row's follow-ups are told in words; --json lists all."""


@dataclass(frozen=True, slots=True)
class Document:
    """One visit as the file has it, in the keys of the JSON form, with the place of every value.

    `names`: names written beside ids, to be compared with the registry.
    """

    row: int
    data: dict[str, Any]
    sheet: str = ""
    places: Mapping[Path, Place] = field(default_factory=dict)
    names: Mapping[Path, str] = field(default_factory=dict)

    def place(self, *path: str | int) -> Place:
        """Where a value stands, or would stand."""
        if not self.sheet:
            return Place("", self.row, _dotted(path))
        for length in range(len(path), 0, -1):
            if (found := self.places.get(path[:length])) is not None:
                return found
        return Place(self.sheet, self.row)


def _dotted(path: Path) -> str:
    """`items[2].place`: as programs count, from 0."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
