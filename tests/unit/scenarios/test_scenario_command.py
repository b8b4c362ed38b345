"""What `bihuan scenario` says of good files, of differences and of files that cannot be run."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from bihuan.cli import scenario

GOOD = """scenario: 试
steps:
  - at: 2025-09-18
    do: make_visit
    who: [zhang, li]
    as: v
    with:
      enterprise: e-001
      community: sq-01
      items: [{defect: d, place: p, legal_item: AQ1, measure: order, days: 5}]
    facts: [visit.made, hazard.reported, hazard.verified, hazard.graded, hazard.put_under_order, order.issued]
expect:
  v.order: {stage: issued, open: [T08]}
"""
STEP = "  - at: 2025-09-18\n    do: make_visit\n    who: [zhang, li]\n"


def run(tmp_path: Path, text: str, *options: str) -> Result:
    path = tmp_path / "one.yaml"
    path.write_text(text, "utf-8")
    app = typer.Typer()
    scenario.register(app)
    return CliRunner().invoke(app, [str(path), *options])


def test_a_scenario_that_is_met_exits_zero(tmp_path: Path) -> None:
    result = run(tmp_path, GOOD)
    assert (result.exit_code, result.output.count("✗")) == (0, 0)
    assert "3/3 符合" in result.output


def test_a_difference_exits_one_and_is_shown_line_by_line(tmp_path: Path) -> None:
    result = run(
        tmp_path, GOOD.replace("order.issued]", "order.served]").replace("issued, open", "served, open")
    )
    assert result.exit_code == 1
    assert "✗ 第1步 (第11行) 事实 facts" in result.output
    assert "- 期望: order.served" in result.output
    assert "+ 实际: order.issued" in result.output
    assert "✗ 最终 (第13行) v.order 阶段 stage" in result.output


def test_an_unexpected_refusal_ends_the_scenario(tmp_path: Path) -> None:
    result = run(tmp_path, GOOD.replace("[zhang, li]", "[zhang, sun]"))
    assert result.exit_code == 1
    assert "not-allowed" in result.output
    assert "其后0步和最终期望未执行" in result.output


def test_a_refusal_that_does_not_come_is_a_difference(tmp_path: Path) -> None:
    result = run(
        tmp_path, GOOD.replace("    facts", "    refused: {code: four-eyes, basis: 四眼}\n    facts")
    )
    assert result.exit_code == 1
    assert "- 期望: 拒绝 refused: four-eyes [四眼]" in result.output


def test_the_json_answer_holds_every_check(tmp_path: Path) -> None:
    [told] = json.loads(run(tmp_path, GOOD, "--json").output)
    assert (told["ok"], told["scenario"], len(told["checks"])) == (True, "试", 3)


@pytest.mark.parametrize(
    ("wrong", "right", "line", "zh"),
    [
        ("    do: fly", "    do: make_visit", 4, "没有“fly”这个行为"),
        ("    who: []", "    who: [zhang, li]", 5, "“who”至少要有一项"),
        ("    who: [a, b, c]", "    who: [zhang, li]", 5, "“who”的项数太多"),
        ("    whom: x", "    who: [zhang, li]", 5, "不认识的键“whom”"),
        ("- at: soon", "- at: 2025-09-18", 3, "“at”不是日期或时间：soon"),
        ("    on: v", "    as: v", 3, "“make_visit”不写 on"),
        ("enterprise: 甲", "enterprise: e-001", 8, "“enterprise”的写法不对：甲"),
        ("days: five", "days: 5", 10, "“days”应为整数：five"),
        ("measure: fix", "measure: order", 10, "“measure”只能是"),
        ("hazard.fixed", "hazard.verified", 11, "没有名为“hazard.fixed”的事实"),
        ("open: [T99]", "open: [T08]", 13, "没有期限“T99”"),
        ("  w.order", "  v.order", 13, "别名“w.order”此前没有出现"),
        ("profile: nowhere", "scenario: 试", 1, "缺少“scenario”"),
        ("scenario: 试\nprofile: nowhere", "scenario: 试", 1, "没有名为“nowhere”的授权档案"),
        ("scenario: 试\nscenario: 试", "scenario: 试", 2, "键“scenario”重复"),
        ("scenario: [试", "scenario: 试", 2, "不是正确的YAML"),
    ],
)
def test_a_bad_file_is_told_by_line_and_what_is_wrong(
    tmp_path: Path, wrong: str, right: str, line: int, zh: str
) -> None:
    assert right in GOOD
    result = run(tmp_path, GOOD.replace(right, wrong))
    assert result.exit_code == 2
    assert f"第{line}行" in result.output
    assert zh in result.output
    assert "处理：" in result.output


def test_steps_that_go_back_in_time_are_a_bad_file(tmp_path: Path) -> None:
    back = STEP.replace("09-18", "09-17") + "    with: {enterprise: e, community: c, items: []}\n"
    result = run(tmp_path, GOOD.replace("expect:", back + "expect:"))
    assert result.exit_code == 2
    assert "第2步：时间2025-09-17 09:00早于前一步2025-09-18 09:00" in result.output


def test_an_alias_of_the_wrong_kind_is_a_bad_file(tmp_path: Path) -> None:
    close = "  - {do: close_hazard, who: he, on: v.order}\n"
    result = run(tmp_path, GOOD.replace("expect:", close + "expect:"))
    assert result.exit_code == 2
    assert "只能用于hazard" in result.output


def test_a_bad_file_is_told_in_english_when_asked(tmp_path: Path) -> None:
    result = run(tmp_path, GOOD.replace("make_visit", "fly"), "--lang", "en")
    assert (result.exit_code, "line 4: step 1: there is no act 'fly'" in result.output) == (2, True)


def test_an_engine_that_nobody_plugged_in_is_named(tmp_path: Path) -> None:
    result = run(tmp_path, GOOD, "--engine", "abacus")
    assert (result.exit_code, "没有名为“abacus”的引擎" in result.output) == (2, True)
