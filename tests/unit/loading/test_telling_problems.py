"""What is wrong with a file is told by line, its cause first, and photos do not bury it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bihuan.loading.catalogue import Catalogue
from bihuan.loading.load import prepare
from bihuan.loading.problems import told
from bihuan.loading.shipped import DATA
from shared.runtime.desk import Desk

Shipped = dict[str, dict[str, Any]]


@pytest.fixture
def lines(tmp_path: Path, desk: Desk, catalogue: Catalogue, shipped: Shipped) -> Any:
    """What a person reads about a file with these visits, some photos beside it."""

    def of(*visits: dict[str, Any], photos: int = 1, english: bool = False) -> list[str]:
        (tmp_path / "photos").mkdir()
        for name in sorted(path.name for path in (DATA / "photos").iterdir())[:photos]:
            (tmp_path / "photos" / name).write_bytes((DATA / "photos" / name).read_bytes())
        text = "\n".join(json.dumps(visit, ensure_ascii=False) for visit in visits)
        (tmp_path / "visits.jsonl").write_text(text, "utf-8")
        found = prepare(tmp_path / "visits.jsonl", desk, catalogue)
        return told(found.problems, english)

    return of


def test_the_cause_comes_first_and_missing_photos_of_a_line_are_one_line(
    lines: Any, shipped: Shipped
) -> None:
    first, second = shipped["V-2026-001"], shipped["V-2026-002"]
    second["enterprise"]["id"] = "e-999"
    said = lines(first, second)
    assert [line.partition("：")[0] for line in said] == ["第1行", "第2行“enterprise.id”", "第2行"]
    assert said[0].startswith(
        "第1行：照片问题8处：“items[0].photo_after”没有照片photos/v-2026-001-01-b.jpg；"
    )
    assert said[0].endswith("……等8处；请把照片放在本文件旁的同名位置")
    assert said[1].endswith("e-999未登记；请核对，或先导入登记资料")
    assert said[2].startswith("第2行：照片问题")


def test_what_follows_from_a_wrong_entry_is_one_line_after_it(lines: Any, shipped: Shipped) -> None:
    visit = shipped["V-2026-001"]
    for item in visit["items"]:
        item["measure"] = "on_spot" if item["measure"] == "order" else item["measure"]
    said = lines(visit, photos=1000)
    [follow] = [line for line in said if "日期先后问题" in line]
    assert said[-1] == follow
    assert "可能由上面的错误引起" in follow
    assert "不是本次检查的限期整改项" in follow
    assert "只有限期整改才有期限" in said[0] or "当场纠正须有整改前后照片" in said[0]


def test_days_that_are_wrong_by_themselves_are_told_one_by_one(lines: Any, shipped: Shipped) -> None:
    visit = shipped["V-2026-001"]
    visit["served"]["at"] = "2026-03-02T09:00"
    visit["reinspections"][0]["opinion_date"] = "2026-03-08"
    said = lines(visit, photos=1000)
    assert [line.partition("：")[0] for line in said] == [
        "第1行“served.at”",
        "第1行“reinspections[0].opinion_date”",
    ]


def test_photos_that_were_not_copied_along_are_one_problem_of_the_file(lines: Any, shipped: Shipped) -> None:
    broken = shipped["V-2026-003"] | {"community": "sq-99"}
    said = lines(shipped["V-2026-001"], shipped["V-2026-002"], broken, photos=0)
    assert said[0].startswith("文件：所列")
    assert "张照片一张也没有找到；请把照片一并复制到" in said[0]
    assert [line.partition("：")[0] for line in said[1:]] == ["第3行“community”", "第3行“community”"]


def test_the_same_is_told_in_english(lines: Any, shipped: Shipped) -> None:
    said = lines(shipped["V-2026-001"], english=True)
    assert said[0].startswith("line 1: 8 about photos: items[0].photo_after: there is no photo ")
    assert " and 5 more; put it there, relative to this file" in said[0]
