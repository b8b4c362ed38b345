"""What a file of visits may hold, and how its errors are told."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from bihuan.loading import workbook
from bihuan.loading.shipped import DATA, VISITS
from bihuan.loading.visits_file import VisitsFile, read_visits

ROW: dict[str, Any] = {
    "检查编号": "V-1", "检查日期": "2026-03-02", "检查时间": "09:10", "企业编号": "e-001", "企业名称": "宏泽机械加工厂",
    "社区编号": "sq-08", "检查人员甲": "p-004", "检查人员乙": "p-005", "项号": 1, "隐患描述": "气瓶混放",
    "法律条款": "AQ102", "部位": "一车间", "处置方式": "限期整改", "隐患等级": "一般", "整改天数": 5,
    "送达方式": "直接送达", "送达日期": "2026-03-02", "送达时间": "11:40", "送达回执": "1号",
}  # fmt: skip


def _line(**changes: Any) -> dict[str, Any]:
    first: dict[str, Any] = json.loads(VISITS.read_text("utf-8").splitlines()[0])
    return first | changes


def _read(folder: Path, content: bytes) -> VisitsFile:
    (folder / "visits").write_bytes(content)
    return read_visits(folder / "visits")


def _book(folder: Path, *rows: dict[str, Any], **options: Any) -> VisitsFile:
    """A workbook with one column per key, dates and times as cells of their kind."""
    book = xlsxwriter.Workbook(folder / "visits.xlsx", options)
    sheet = book.add_worksheet("检查登记")
    forms = {
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
        time: book.add_format({"num_format": "hh:mm"}),
    }
    for c, name in enumerate(rows[0]):
        sheet.write(0, c, name)
        for r, row in enumerate(rows, start=1):
            value = row[name]
            if isinstance(value, date | time):
                sheet.write_datetime(r, c, value, forms[type(value)])
            else:
                sheet.write(r, c, value)
    book.close()
    return read_visits(folder / "visits.xlsx")


def _told(file: VisitsFile) -> str:
    return "\n".join(problem.line() for problem in file.problems)


def test_both_shipped_files_say_the_same() -> None:
    def plain(file: VisitsFile) -> list[Any]:
        found = []
        for visit in file.visits:
            row = visit.row.model_dump(mode="json")
            row["completion"] = sorted(map(str, row["completion"] or ()))
            row["reinspections"] = sorted(row["reinspections"] or (), key=lambda r: (r["date"], r["time"]))
            for again in row["reinspections"]:
                again["results"] = [r | {"note": r["note"] or ""} for r in again["results"]]
            found.append(row)
        return found

    lines, sheet = read_visits(VISITS), read_visits(DATA / "visits.xlsx")
    assert (lines.problems, sheet.problems) == ((), ())
    assert plain(lines) == plain(sheet)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"visit": ', "不是JSON"),
        (b'{"visit": 1, "visit": 2}', "“visit”出现两次"),
        (b'{"visit": NaN}', "NaN不是JSON的数值"),
        (b'{"visit": "\xff"}', "不是UTF-8编码"),
        (b'{"visit": "\\ud800"}', "孤立的代理项"),
        (b"[" * 100_000, "嵌套太深"),
        (b"[1]", "一行应是一个对象"),
        (b"1" * 5000, "数字太长"),
        (b"", "没有检查记录"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    assert said in _told(_read(tmp_path, content))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"colour": "red"}, "第1行“colour”：没有这一项"),
        ({"visit": None}, "第1行“visit”：应为文字"),
        ({"date": "20260302"}, "第1行“date”：不是日期"),
        ({"time": "9:10"}, "第1行“time”：不是时间"),
        ({"officers": ["p-004"]}, "第1行“officers”：个数不对"),
        ({"items": [{"no": 1.5}]}, "“items[0].no”：应为整数"),
        ({"items": [{"no": True}]}, "“items[0].no”：应为整数"),
        ({"visit": "a:b"}, "“visit”：为空，或含有不允许的字符"),
        ({"enterprise": {"id": "e-001"}}, "“enterprise.name”：没有填写"),
    ],
)
def test_a_wrong_value_is_named_by_line_and_key(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    assert said in _told(_read(tmp_path, json.dumps(_line(**changes)).encode()))


def test_every_error_of_a_file_is_listed(tmp_path: Path) -> None:
    lines = [json.dumps(_line(visit=f"V-{n}", date="soon")) for n in range(7)]
    assert len(_read(tmp_path, "\n".join(lines).encode()).problems) == 7


@pytest.mark.parametrize("typed", ["2026/3/2", "2026年3月2日", "2026-03-02", "2026.3.2", date(2026, 3, 2)])
@pytest.mark.parametrize("since_1904", [False, True])
def test_a_day_may_be_typed_in_many_ways(tmp_path: Path, typed: Any, since_1904: bool) -> None:
    file = _book(tmp_path, ROW | {"检查日期": typed, "检查时间": time(9, 10)}, date_1904=since_1904)
    assert _told(file) == ""
    assert (file.visits[0].row.date, file.visits[0].row.time) == (date(2026, 3, 2), time(9, 10))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"处置方式": "整改"}, "第2行“处置方式”：“整改”不是可选的值；只能填写限期整改、当场纠正、移送"),
        ({"检查日期": "三月二日"}, "第2行“检查日期”"),
        ({"部位": ""}, "第2行“部位”：没有填写"),
        ({"颜色": "红"}, "第1行“颜色”：没有这一列"),
        ({"检查编号": ""}, "第2行“检查编号”：没有填写"),
        ({"项号": 1.5}, "第2行“项号”：“1.5”不是整数"),
        ({"隐患描述": "=NA()"}, "第2行“J2”：公式没有结果或结果出错"),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    if changes.get("隐患描述"):
        book = xlsxwriter.Workbook(tmp_path / "visits.xlsx")
        sheet = book.add_worksheet("检查登记")
        sheet.write_row(0, 0, list(ROW))
        sheet.write_row(1, 0, list(ROW.values()))
        sheet.write_formula(1, 9, "=NA()", None, "#N/A")
        book.close()
        assert said in _told(read_visits(tmp_path / "visits.xlsx"))
    else:
        assert said in _told(_book(tmp_path, ROW | changes))


def test_rows_of_one_visit_must_agree(tmp_path: Path) -> None:
    file = _book(tmp_path, ROW, ROW | {"项号": 2, "检查人员乙": "p-006"})
    assert "第3行“检查人员乙”：与同一检查第2行的“p-005”不一致" in _told(file)


def test_blank_rows_and_columns_are_passed_over(tmp_path: Path) -> None:
    blank = dict.fromkeys(ROW, "")
    file = _book(tmp_path, ROW | {"": ""}, blank | {"": ""}, ROW | {"项号": 2, "": ""})
    assert _told(file) == ""
    assert len(file.visits[0].row.items) == 2


def test_merged_headers_and_merged_visits_are_read(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "visits.xlsx")
    sheet = book.add_worksheet("检查登记")
    center = book.add_format()
    sheet.merge_range(0, 0, 0, len(ROW) + 3, "检查登记表", center)
    for c, (name, value) in enumerate(ROW.items()):
        sheet.merge_range(1, c, 2, c, name, center)
        if name == "检查编号":
            sheet.merge_range(3, c, 4, c, value, center)
        else:
            sheet.write_column(3, c, [value, 2 if name == "项号" else value])
    sheet.merge_range(1, len(ROW), 1, len(ROW) + 3, "复查1", center)
    sheet.write_row(2, len(ROW), ["日期", "时间", "人员甲", "人员乙"])
    sheet.merge_range(1, len(ROW) + 4, 2, len(ROW) + 4, "复查1结果", center)
    sheet.write_row(3, len(ROW), ["2026-03-09", "09:30", "p-005", "p-006", "合格"])
    book.close()
    file = read_visits(tmp_path / "visits.xlsx")
    assert _told(file) == ""
    [again] = file.visits[0].row.reinspections or []
    assert (len(file.visits[0].row.items), again.date, again.results[0].passed) == (2, date(2026, 3, 9), True)


def _bomb(folder: Path) -> None:
    with zipfile.ZipFile(folder / "visits.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (4 << 20))


def _far_away(folder: Path) -> None:
    book = xlsxwriter.Workbook(folder / "visits.xlsx")
    sheet = book.add_worksheet("检查登记")
    sheet.write(0, 0, "检查编号")
    sheet.write(1_048_575, 16_383, "x")
    book.close()


@pytest.mark.parametrize(("make", "said"), [(_bomb, "解压后过大"), (_far_away, "超过20000行或300列")])
def test_a_workbook_without_bounds_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None], said: str
) -> None:
    monkeypatch.setattr(workbook, "LARGEST_UNPACKED", 2 << 20)
    make(tmp_path)
    assert said in _told(read_visits(tmp_path / "visits.xlsx"))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda whole: whole[: len(whole) // 2], "已损坏"),
        (lambda whole: b"", "已损坏"),
        (lambda whole: b"not an Excel file at all", "已损坏"),
        (lambda whole: b"PK\x03\x04 and nothing else", "已损坏"),
        (lambda whole: whole[:3000] + bytes(2000) + whole[5000:], "已损坏"),
        (lambda whole: whole[:9000] + b"\xff" * 40 + whole[9040:], "已损坏"),
        (lambda whole: whole.replace(b"xl/workbook.xml", b"word/documentxm"), "不是Excel工作簿"),
    ],
    ids=["half", "empty", "text", "header", "zeros", "noise", "document"],
)
def test_a_file_that_excel_could_not_open_is_told_in_words_that_help(
    tmp_path: Path, spoil: Callable[[bytes], bytes], said: str
) -> None:
    whole = (DATA / "visits.xlsx").read_bytes()
    (tmp_path / "visits.xlsx").write_bytes(spoil(whole))
    [problem] = read_visits(tmp_path / "visits.xlsx").problems
    assert said in problem.words.zh
    assert "xlsx" in problem.words.do_zh
    # No library's own words: they are English, and about zip files.
    assert not re.search("zip|CRC|header|item|Error", f"{problem.words.zh}{problem.words.en}")


def test_an_old_workbook_is_refused_in_words(tmp_path: Path) -> None:
    assert "旧版Excel" in _told(_read(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
