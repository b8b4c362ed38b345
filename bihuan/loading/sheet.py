"""A sheet with one row per hazard into documents, one per visit, in the keys of the JSON form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bihuan.loading import cells
from bihuan.loading.columns import (
    COMPLETIONS,
    EXTENSION,
    ITEM,
    KEY,
    KNOWN,
    NAMES,
    REQUIRED,
    ROUND,
    ROUNDS,
    VISIT,
    Converter,
)
from bihuan.loading.problems import Document, Path, Place, Problem, Words
from bihuan.loading.workbook import BadWorkbook, Grid, read_grid

HEADER_WITHIN = 10


def read_sheet(content: bytes) -> tuple[list[Document], list[Problem]]:
    """Every visit in a workbook as a document, and what is wrong with its cells."""
    try:
        grid, problems = read_grid(content)
        columns, first = _header(grid)
    except BadWorkbook as bad:
        return [], [bad.problem]
    problems += _strangers(grid, columns, first)
    visits: dict[str, _Visit] = {}
    for index in range(first, len(grid.rows)):
        values = {name: grid.rows[index][c] for name, c in columns.items() if grid.rows[index][c] != ""}
        values = {name: v for name, v in values.items() if not (isinstance(v, str) and not v.strip())}
        if not values:
            continue
        row = _Row(Place(grid.name, index + 1), values, problems)
        if KEY not in values:
            row.wrong(KEY, Words("没有填写", "is missing", "请补填", "fill it in"))
            continue
        key = cells.text(values[KEY]) if isinstance(values[KEY], str | float) else str(values[KEY])
        visits.setdefault(key, _Visit(row)).add(row)
    return [visit.document() for visit in visits.values()], problems


def _header(grid: Grid) -> tuple[dict[str, int], int]:
    """The column of each name and the first row below; a header may be two rows of merged cells."""
    for r, row in enumerate(grid.rows[:HEADER_WITHIN]):
        key = next((c for c, value in enumerate(row) if _name(value) == KEY), None)
        if key is None:
            continue
        deep = grid.tall.get((r, key), 1)
        columns: dict[str, int] = {}
        for c in range(len(row)):
            parts = [_name(grid.rows[r + d][c]) for d in range(deep) if r + d < len(grid.rows)]
            name = "".join(dict.fromkeys(parts))
            if name in columns:
                raise BadWorkbook(
                    f"有两列都叫“{name}”", f"two columns are named {name}",
                    "请删除一列", "remove one", Place(grid.name, r + 1, name),
                )  # fmt: skip
            if name:
                columns[name] = c
        return columns, r + deep
    raise BadWorkbook(
        f"前{HEADER_WITHIN}行没有列名“{KEY}”", f"no column {KEY} within {HEADER_WITHIN} rows",
        "请使用规定的列名", "use the given column names", Place(grid.name, 1),
    )  # fmt: skip


def _name(value: Any) -> str:
    return "".join(value.split()) if isinstance(value, str) else ""


def _strangers(grid: Grid, columns: dict[str, int], first: int) -> Iterable[Problem]:
    """Columns that we do not know, that are missing, or that have values and no name."""
    at = Place(grid.name, first)
    for name in columns:
        if name not in KNOWN:
            words = Words(
                "没有这一列", "this column is not known", "请删除或核对列名", "remove it or check its name"
            )
            yield Problem(Place(at.sheet, at.row, name), words)
    for name in REQUIRED:
        if name not in columns:
            words = Words("缺少这一列", "this column is missing", "请补上", "add it")
            yield Problem(Place(at.sheet, at.row, name), words)
    named = set(columns.values())
    for index, row in enumerate(grid.rows[first:], start=first + 1):
        for c, value in enumerate(row):
            if c not in named and str(value).strip():
                words = Words(
                    "有内容但没有列名",
                    "has a value and no column name",
                    "请补列名或清空",
                    "name it or clear it",
                )
                yield Problem(Place(at.sheet, index, f"第{c + 1}列"), words)


@dataclass(slots=True)
class _Row:
    """One row's values by column name, and where to say what is wrong with them."""

    place: Place
    values: dict[str, Any]
    problems: list[Problem]

    def at(self, column: str) -> Place:
        return Place(self.place.sheet, self.place.row, column)

    def wrong(self, column: str, words: Words) -> None:
        self.problems.append(Problem(self.at(column), words))

    def take(self, column: str, convert: Converter) -> Any:
        """The converted value, or None when it is empty or wrong; wrong ones are noted once."""
        if column not in self.values:
            return None
        try:
            return convert(self.values[column])
        except cells.BadCell as bad:
            if not any(p.place == self.at(column) for p in self.problems):
                self.wrong(column, bad.words)
            return None


@dataclass(slots=True)
class _Visit:
    """A visit while its rows come in; what belongs to the visit must be the same in each of them."""

    first: _Row
    data: dict[str, Any] = field(
        default_factory=lambda: {"officers": [None, None], "items": [], "completion": []}
    )
    parts: dict[str, Any] = field(default_factory=dict)
    places: dict[Path, Place] = field(default_factory=dict)
    names: dict[Path, str] = field(default_factory=dict)
    rounds: dict[tuple[Any, ...], dict[str, Any]] = field(default_factory=dict)
    seen: dict[str, tuple[Any, int]] = field(default_factory=dict)

    def add(self, row: _Row) -> None:
        for column, (path, convert) in VISIT.items():
            self._visit_value(row, column, path, row.take(column, convert))
        for column, path in NAMES.items():
            if (name := row.take(column, cells.text)) is not None:
                self._visit_value(row, column, path, name, into=self.names)
        index = len(self.data["items"])
        self.data["items"].append(self._fields(row, ITEM, ("items", index)))
        number = self.data["items"][-1].get("no")
        self._completions(row, number)
        self._extension(row, number)
        self._rounds(row, number)

    def document(self) -> Document:
        """The visit in the keys of the JSON form."""
        served = self.parts
        if served:
            if "day" in served and "time" in served:
                served["at"] = f"{served.pop('day')}T{served.pop('time')}"
                self.places["served", "at"] = self.places["served", "day"]
            else:
                column = "送达时间" if "day" in served else "送达日期"
                self.places["served", "at"] = self.first.at(column)
                served.pop("day", None), served.pop("time", None)
            self.data["served"] = served
        if self.rounds:
            self.data["reinspections"] = list(self.rounds.values())
        self.data["officers"] = [officer for officer in self.data["officers"] if officer is not None]
        return Document(self.first.place.row, self.data, self.first.place.sheet, self.places, self.names)

    def _visit_value(
        self, row: _Row, column: str, path: Path, value: Any, into: dict[Path, str] | None = None
    ) -> None:
        if into is None:
            self.places.setdefault(path, row.at(column))
        if value is None:
            return
        earlier, where = self.seen.setdefault(column, (value, row.place.row))
        if earlier != value:
            row.wrong(column, Words(
                f"与同一检查第{where}行的“{earlier}”不一致", f"differs from {earlier} in row {where} of the same visit",
                "请改为一致", "make them agree",
            ))  # fmt: skip
            return
        if into is not None:
            into[path] = value
            return
        match path:
            case ("served", str(key)):
                self.places["served", key] = row.at(column)
                self.parts[key] = value
            case ("officers", int(n)):
                self.data["officers"][n] = value
            case ("enterprise", str(key)):
                self.data.setdefault("enterprise", {})[key] = value
            case (str(key),):
                self.data[key] = value

    def _fields(
        self, row: _Row, table: dict[str, tuple[str, Converter]], at: Path, prefix: str = ""
    ) -> dict[str, Any]:
        found = {}
        for column, (key, convert) in table.items():
            self.places[*at, key] = row.at(prefix + column)
            if (value := row.take(prefix + column, convert)) is not None:
                found[key] = value
        return found

    def _completions(self, row: _Row, number: int | None) -> None:
        for day, measures in COMPLETIONS:
            if day in row.values or measures in row.values:
                at: Path = ("completion", len(self.data["completion"]))
                table: dict[str, tuple[str, Converter]] = {
                    day: ("reported", cells.day),
                    measures: ("measures", cells.text),
                }
                self.data["completion"].append({"item": number} | self._fields(row, table, at))

    def _extension(self, row: _Row, number: int | None) -> None:
        if not any(column in row.values for column in EXTENSION):
            return
        found = self._fields(row, EXTENSION, ("extension",))
        there = self.data.setdefault("extension", found | {"items": []})
        for column, (key, _) in EXTENSION.items():
            if there.get(key) != found.get(key):
                row.wrong(column, Words(
                    "与同一检查其他行的延期不一致", "differs from the extension in other rows of the visit",
                    "一次检查的延期申请应一致", "one visit has one request",
                ))  # fmt: skip
        there["items"].append(number)

    def _rounds(self, row: _Row, number: int | None) -> None:
        for prefix in ROUNDS:
            if not any(prefix + column in row.values for column in ROUND):
                continue
            found = self._fields(row, ROUND, ("-",), prefix)
            key = (found.get("date"), found.get("time"), found.get("first"), found.get("second"))
            index = list(self.rounds).index(key) if key in self.rounds else len(self.rounds)
            whole = {k: found[k] for k in ("date", "time", "opinion_date") if k in found}
            officers = [found[k] for k in ("first", "second") if k in found]
            there = self.rounds.setdefault(key, whole | {"officers": officers, "results": []})
            if there.get("opinion_date") != found.get("opinion_date"):
                row.wrong(prefix + "意见书日期", Words(
                    "与同一次复查其他行不一致", "differs from other rows of the same re-inspection",
                    "请改为一致", "make them agree",
                ))  # fmt: skip
            at: Path = ("reinspections", index)
            for k, column in (
                ("date", "日期"),
                ("time", "时间"),
                ("officers", "人员甲"),
                ("opinion_date", "意见书日期"),
            ):
                self.places.setdefault((*at, k), row.at(prefix + column))
            result = (*at, "results", len(there["results"]))
            for k, column in (("passed", "结果"), ("note", "说明"), ("photo", "照片")):
                self.places[*result, k] = row.at(prefix + column)
            self.places[result] = row.at(prefix + "日期")
            there["results"].append(
                {"item": number} | {k: found[k] for k in ("passed", "note", "photo") if k in found}
            )
