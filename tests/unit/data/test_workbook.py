"""The Excel file says the same as the JSON Lines file, and every column is documented."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

Row = dict[str, Any]
MEASURES = {"限期整改": "order", "当场纠正": "on_spot", "移送": "transfer"}
MODES = {"直接送达": "direct", "留置送达": "leave", "邮寄送达": "post", "电子送达": "email"}
TARGETS = {
    "消防": "fire",
    "市场监管": "market_regulation",
    "住建": "housing_construction",
    "燃气": "gas",
    "交通运输": "transport",
}


@pytest.fixture(scope="module")
def rows(data: Path) -> list[Row]:
    header, *body = CalamineWorkbook.from_path(data / "visits.xlsx").get_sheet_by_name("检查登记").to_python()
    return [dict(zip(map(str, header), map(_plain, row), strict=True)) for row in body]


def test_each_row_is_one_item_of_the_same_visits(rows: list[Row], visits: list[Row]) -> None:
    expected = [(visit["visit"], item["no"]) for visit in visits for item in visit["items"]]
    assert [(row["检查编号"], row["项号"]) for row in rows] == expected


def test_the_items_are_the_same_in_both_files(rows: list[Row], visits: list[Row]) -> None:
    items = [item for visit in visits for item in visit["items"]]
    for row, item in zip(rows, items, strict=True):
        read = {
            "no": row["项号"],
            "defect": row["隐患描述"],
            "catalogue": row["目录代码"],
            "legal_item": row["法律条款"],
            "place": row["部位"],
            "measure": MEASURES[row["处置方式"]],
            "grade": {"一般": "general", "重大": "major"}[row["隐患等级"]],
            "criterion": row["判定标准"],
            "term_days": row["整改天数"],
            "deadline": row["整改截止日期"],
            "transfer_to": TARGETS.get(row["移送部门"] or ""),
            "photo": row["照片"],
            "photo_after": row["整改后照片"],
            "monitor": row["盯办人"],
        }
        assert {key: value for key, value in read.items() if value is not None} == {
            key: value for key, value in item.items() if value is not None
        }


def test_the_visits_are_the_same_in_both_files(
    rows: list[Row], visits: list[Row], people: dict[str, Row]
) -> None:
    for visit in visits:
        for row in (row for row in rows if row["检查编号"] == visit["visit"]):
            assert (row["检查日期"], row["检查时间"]) == (visit["date"], visit["time"])
            assert {"id": row["企业编号"], "name": row["企业名称"]} == visit["enterprise"]
            assert row["社区编号"] == visit["community"]
            assert [row["检查人员甲"], row["检查人员乙"]] == visit["officers"]
            assert [row["检查人员甲姓名"], row["检查人员乙姓名"]] == [
                people[p]["name"] for p in visit["officers"]
            ]
            assert (row["专家"] or "") == "；".join(visit["experts"])
            if row["处置方式"] == "限期整改":
                served = {"how": MODES[row["送达方式"]], "at": f"{row['送达日期']}T{row['送达时间']}"}
                assert {**served, "receipt": row["送达回执"]} == visit["served"]


def test_what_followed_is_the_same_in_both_files(rows: list[Row], visits: list[Row]) -> None:
    by_id = {visit["visit"]: visit for visit in visits}
    for row in rows:
        visit, number = by_id[row["检查编号"]], row["项号"]
        reported = [(row["完成报告日期"], row["整改措施"]), (row["再次完成报告日期"], row["再次整改措施"])]
        assert [pair for pair in reported if pair[0]] == [
            (c["reported"], c["measures"]) for c in visit["completion"] if c["item"] == number
        ]
        assert [_reinspection(row, n) for n in (1, 2) if row[f"复查{n}日期"]] == [
            {**act, "results": [result]}
            for act in visit["reinspections"]
            for result in act["results"]
            if result["item"] == number
        ]
        extension = visit.get("extension")
        asked = extension is not None and number in extension["items"]
        assert asked == (row["延期申请日期"] is not None)
        if asked and extension:
            assert [
                row["延期申请日期"],
                row["申请延至"],
                row["延期理由"],
                row["延期审批人"],
                row["延期答复日期"],
            ] == [extension[key] for key in ("requested", "until", "reason", "by", "on")]
            assert (row["是否同意延期"] == "是") == extension["granted"]


def test_every_column_and_key_is_documented(rows: list[Row], visits: list[Row], data: Path) -> None:
    page = (data / "README.md").read_text(encoding="utf-8")
    keys = {key for visit in visits for key in visit}
    keys |= {key for visit in visits for item in visit["items"] for key in item}
    assert all(f"`{key}`" in page for key in keys)
    assert all(column in page for column in rows[0] if not column.startswith("复查2"))


def _reinspection(row: Row, n: int) -> Row:
    return {
        "date": row[f"复查{n}日期"],
        "time": row[f"复查{n}时间"],
        "officers": [row[f"复查{n}人员甲"], row[f"复查{n}人员乙"]],
        "results": [
            {
                "item": row["项号"],
                "passed": row[f"复查{n}结果"] == "合格",
                "note": row[f"复查{n}说明"] or "",
                "photo": row[f"复查{n}照片"],
            }
        ],
        "opinion_date": row[f"复查{n}意见书日期"],
    }


def _plain(value: object) -> object:
    match value:
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return int(value)
        case "":
            return None
        case _:
            return value
