"""What is wrong where in a file, and what to do about it: in Chinese, and in English when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and where."""

    place: Place
    words: Words

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
