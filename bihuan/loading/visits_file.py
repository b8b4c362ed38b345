"""A file of visits, JSON Lines or Excel, into visits with their places and everything wrong with its form."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from bihuan.loading.jsonl import read_lines
from bihuan.loading.problems import Document, Place, Problem, Words, ordered
from bihuan.loading.sheet import read_sheet
from bihuan.loading.visit_row import VisitRow, parse
from bihuan.loading.workbook import DAMAGED

LARGEST_FILE = 64 * 1024 * 1024
_EXCEL = (".xlsx", ".xlsm", ".xls", ".et")
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit that is well written, with the document that knows its places."""

    row: VisitRow
    document: Document


@dataclass(frozen=True, slots=True)
class VisitsFile:
    """What a file holds; `sha256` (hex) is that of its bytes, photos lie relative to `folder`."""

    folder: Path
    sha256: str
    visits: tuple[Visit, ...]
    problems: tuple[Problem, ...]


def read_visits(path: Path) -> VisitsFile:
    """Read a file of visits; what it is, its content says, not its name. Raises OSError."""
    if path.stat().st_size > LARGEST_FILE:
        return _unreadable(
            path, Words("文件超过64 MB", "the file is larger than 64 MB", "请拆分", "split it")
        )
    content = path.read_bytes()
    if content.startswith(_OLD_EXCEL):
        return _unreadable(path, Words(
            "是旧版Excel（.xls）或加了密码的文件", "an old .xls file or one with a password",
            "请另存为没有密码的.xlsx", "save it as .xlsx without a password",
        ))  # fmt: skip
    if path.suffix.lower() in _EXCEL and not content.startswith(_ZIP):
        return _unreadable(path, DAMAGED)
    documents, problems = (read_sheet if content.startswith(_ZIP) else read_lines)(content)
    placed = {problem.place for problem in problems}
    visits = []
    for document in documents:
        row, wrong = parse(document)
        problems += [problem for problem in wrong if problem.place not in placed]
        if row is not None:
            visits.append(Visit(row, document))
    if not documents and not problems:
        problems.append(
            Problem(Place(), Words("没有检查记录", "no visits in it", "请核对文件", "check the file"))
        )
    return VisitsFile(path.parent, hashlib.sha256(content).hexdigest(), tuple(visits), ordered(problems))


def _unreadable(path: Path, words: Words) -> VisitsFile:
    return VisitsFile(path.parent, "", (), (Problem(Place(), words),))
