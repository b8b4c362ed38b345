"""The columns of the sheet of visits: which key of the JSON form each one is, and how its cells are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bihuan.loading import cells
from bihuan.loading.problems import Path

KEY = "检查编号"

Converter = Callable[[Any], Any]

VISIT: dict[str, tuple[Path, Converter]] = {
    KEY: (("visit",), cells.text),
    "检查日期": (("date",), cells.day),
    "检查时间": (("time",), cells.clock),
    "企业编号": (("enterprise", "id"), cells.text),
    "企业名称": (("enterprise", "name"), cells.text),
    "社区编号": (("community",), cells.text),
    "检查人员甲": (("officers", 0), cells.text),
    "检查人员乙": (("officers", 1), cells.text),
    "专家": (("experts",), cells.several),
    "送达方式": (("served", "how"), cells.one_of(cells.SERVICE)),
    "送达日期": (("served", "day"), cells.day),
    "送达时间": (("served", "time"), cells.clock),
    "送达回执": (("served", "receipt"), cells.text),
}
NAMES: dict[str, Path] = {
    "社区名称": ("community",),
    "检查人员甲姓名": ("officers", 0),
    "检查人员乙姓名": ("officers", 1),
}
ITEM: dict[str, tuple[str, Converter]] = {
    "项号": ("no", cells.number),
    "隐患描述": ("defect", cells.text),
    "目录代码": ("catalogue", cells.text),
    "法律条款": ("legal_item", cells.text),
    "部位": ("place", cells.text),
    "处置方式": ("measure", cells.one_of(cells.MEASURES)),
    "隐患等级": ("grade", cells.one_of(cells.GRADES)),
    "判定标准": ("criterion", cells.text),
    "整改天数": ("term_days", cells.number),
    "整改截止日期": ("deadline", cells.day),
    "移送部门": ("transfer_to", cells.one_of(cells.TARGETS)),
    "照片": ("photo", cells.text),
    "整改后照片": ("photo_after", cells.text),
    "盯办人": ("monitor", cells.text),
}
COMPLETIONS = (("完成报告日期", "整改措施"), ("再次完成报告日期", "再次整改措施"))
EXTENSION: dict[str, tuple[str, Converter]] = {
    "延期申请日期": ("requested", cells.day),
    "申请延至": ("until", cells.day),
    "延期理由": ("reason", cells.text),
    "是否同意延期": ("granted", cells.one_of(cells.YES_NO)),
    "延期审批人": ("by", cells.text),
    "延期答复日期": ("on", cells.day),
}
ROUND: dict[str, tuple[str, Converter]] = {
    "日期": ("date", cells.day),
    "时间": ("time", cells.clock),
    "人员甲": ("first", cells.text),
    "人员乙": ("second", cells.text),
    "结果": ("passed", cells.one_of(cells.RESULTS)),
    "说明": ("note", cells.text),
    "照片": ("photo", cells.text),
    "意见书日期": ("opinion_date", cells.day),
}
ROUNDS = ("复查1", "复查2")

REQUIRED = (*list(VISIT)[:8], "项号", "隐患描述", "法律条款", "部位", "处置方式", "隐患等级")
KNOWN = {
    *VISIT, *NAMES, *ITEM, *EXTENSION, *(name for pair in COMPLETIONS for name in pair),
    *(prefix + name for prefix in ROUNDS for name in ROUND),
}  # fmt: skip
