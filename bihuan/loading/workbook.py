"""An Excel workbook into a grid of cells: bounded before anything unpacks it, merged cells filled."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import ParseError, iterparse

from python_calamine import CalamineError, CalamineWorkbook

from bihuan.loading.problems import Place, Problem, Words

SHEET = "检查登记"
LARGEST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 2000
MOST_ROWS, MOST_COLUMNS = 20_000, 300

DAMAGED = Words(
    "Excel文件已损坏，不能读取（可能没有复制或下载完整）", "the Excel file is damaged (perhaps not copied to its end)",
    "请重新复制或下载，用Excel或WPS打开核对并另存为没有密码的.xlsx后再导入",
    "copy it again, see that Excel or WPS opens it, save it as .xlsx without a password and load that",
)  # fmt: skip

# What the libraries below raise at bytes that are not what they should be; their words help nobody.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, struct.error, CalamineError, ParseError, KeyError, OSError,
    RuntimeError, ValueError,
)  # fmt: skip

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})", re.ASCII)
_WORKBOOK = "xl/workbook.xml"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class BadWorkbook(ValueError):
    """A file that cannot be read as the workbook we mean."""

    def __init__(self, zh: str, en: str, do_zh: str, do_en: str, place: Place | None = None) -> None:
        super().__init__(zh)
        self.problem = Problem(place or Place(), Words(zh, en, do_zh, do_en))


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet's cells from A1 on; each merged cell has its value everywhere. `tall`: height of merged cells."""

    name: str
    rows: list[list[Any]]
    tall: dict[tuple[int, int], int]


def read_grid(content: bytes) -> tuple[Grid, list[Problem]]:
    """The sheet of visits and its cells without a usable value; raises BadWorkbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _bound(archive)
            if _WORKBOOK not in archive.namelist():
                raise BadWorkbook(
                    "是压缩文件或别的文档，不是Excel工作簿", "an archive or another document, not an Excel workbook",
                    "请选择.xlsx文件；压缩包请先解压", "give the .xlsx file; unpack an archive first",
                )  # fmt: skip
            parts = _sheet_parts(archive)
            name = SHEET if SHEET in parts or len(parts) != 1 else next(iter(parts))
            if name not in parts:
                raise BadWorkbook(
                    f"没有工作表“{SHEET}”",
                    f"there is no sheet {SHEET}",
                    "请使用规定的表格",
                    "use the given form",
                )
            problems: list[Problem] = []
            for each, part in parts.items():
                found = _unusable_cells(archive, part, each)
                problems += found if each == name else []
        return _grid(content, name), problems
    except BadWorkbook:
        raise
    except _DAMAGE as bad:
        raise BadWorkbook(DAMAGED.zh, DAMAGED.en, DAMAGED.do_zh, DAMAGED.do_en) from bad


def _bound(archive: zipfile.ZipFile) -> None:
    # The sizes in the directory can lie, so everything is unpacked once, bounded; no DOCTYPE, so no entities.
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise BadWorkbook(
            "解压后过大",
            "too large when unpacked",
            "请删除图片和无关工作表后再试",
            "remove pictures and other sheets",
        )
    total = 0
    for part in parts:
        with archive.open(part) as stream:
            while piece := stream.read(1 << 20):
                total += len(piece)
                if b"<!DOCTYPE" in piece[:4096]:
                    raise BadWorkbook(
                        "含有文档类型声明", "holds a DOCTYPE", "请用Excel重新保存", "save it with Excel"
                    )
                if total > LARGEST_UNPACKED:
                    raise BadWorkbook("解压后过大", "too large when unpacked", "请拆分文件", "split the file")


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part of the archive that holds each sheet, by the sheet's name."""
    targets = {}
    for _, element in iterparse(archive.open("xl/_rels/workbook.xml.rels")):  # noqa: S314 - see _bound
        if element.tag.endswith("}Relationship"):
            targets[element.get("Id")] = (element.get("Target") or "").removeprefix("/xl/")
    parts = {}
    for _, element in iterparse(archive.open(_WORKBOOK)):  # noqa: S314 - see _bound
        if element.tag.endswith("}sheet"):
            target = targets.get(element.get(_RELATION)) or ""
            if target.startswith("worksheets/"):
                parts[element.get("name") or ""] = f"xl/{target}"
    return parts


def _unusable_cells(archive: zipfile.ZipFile, part: str, sheet: str) -> list[Problem]:
    """Cells that show an error, or formulas never calculated; raises BadWorkbook for a sheet without bounds."""
    problems = []
    for _, cell in iterparse(archive.open(part)):  # noqa: S314 - see _bound
        if cell.tag.endswith("}row"):
            cell.clear()
        if not cell.tag.endswith("}c") or not len(cell):
            continue
        row, column = _position(cell.get("r") or "A1")
        if row > MOST_ROWS or column > MOST_COLUMNS:
            raise BadWorkbook(
                f"超过{MOST_ROWS}行或{MOST_COLUMNS}列", f"more than {MOST_ROWS} rows or {MOST_COLUMNS} columns",
                "请删除远处的多余单元格或拆分文件", "remove stray cells or split the file",
                Place(sheet, row, cell.get("r") or ""),
            )  # fmt: skip
        tags = {child.tag.rpartition("}")[2]: child.text for child in cell}
        if cell.get("t") == "e" or ("f" in tags and tags.get("v") is None and "is" not in tags):
            words = Words(
                "公式没有结果或结果出错", "a formula without a result, or an error",
                "请在Excel中重新计算并保存，或改填数值", "recalculate and save, or type the value",
            )  # fmt: skip
            problems.append(Problem(Place(sheet, row, cell.get("r") or ""), words))
    return problems


def _position(reference: str) -> tuple[int, int]:
    """Row and column from 1: `B7` is (7, 2)."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError(f"cell {reference[:20]!r}")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def _grid(content: bytes, name: str) -> Grid:
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        sheet = book.get_sheet_by_name(name)
        rows: list[list[Any]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
        tall = {}
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
            for r, c in _cells(top, left, bottom, right, rows):
                rows[r][c] = rows[top][left]
                tall[r, c] = bottom - top + 1
    return Grid(name, rows, tall)


def _cells(top: int, left: int, bottom: int, right: int, rows: list[list[Any]]) -> Iterator[tuple[int, int]]:
    """The cells of a merged range that lie within the sheet."""
    if top >= len(rows):
        return
    for r in range(top, min(bottom + 1, len(rows))):
        for c in range(left, min(right + 1, len(rows[r]))):
            yield r, c
