"""The glossary: every word of the code beside the word that people use, from code and data alone."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from types import ModuleType
from typing import Any

from bihuan.contracts import events
from bihuan.contracts.duties import MARKS, length
from bihuan.contracts.text import table
from services.enforcement import case, source
from services.intake import report
from services.oversight.words import TERMS, Language, kind_word
from services.rectification import hazard, order
from shared.law.rulebook import RowVersion
from shared.runtime.law_files import Law
from shared.runtime.problem_types import problem_types
from shared.vocabulary.fact import Fact

FILE = "docs/vocabulary.md"

_STAGED: Mapping[str, tuple[ModuleType, Mapping[Any, str]]] = {
    "report": (report, report.ZH),
    "hazard": (hazard, hazard.ZH),
    "order": (order, order.ZH),
    "source": (source, source.ZH),
    "case": (case, case.ZH),
}
_HEAD = """\
# 词汇 Vocabulary

本页由 `make contracts` 从代码和数据生成,不要手改。每个概念只有一个中文词和一个代码词。
Generated from code and data by `make contracts`. One word per thing, in Chinese and in code.
"""


def files(catalogue: Mapping[str, type[Fact]], law: Law) -> dict[str, str]:
    """The one page."""
    parts = [_HEAD]
    for heading, (heads, rows) in _sections(catalogue, law).items():
        parts.append(f"## {heading}\n\n{table(heads, rows)}")
    return {FILE: "\n".join(parts)}


def _sections(
    catalogue: Mapping[str, type[Fact]], law: Law
) -> dict[str, tuple[Sequence[str], Iterator[Sequence[str]]]]:
    return {
        "事项 Kinds of thing": (("中文", "代码", "含义", "来源"), _kinds(catalogue)),
        "阶段 Stages": (("事项", "中文", "代码", "来源"), _stages()),
        "岗位 Roles": (("中文", "代码", "可以办理", "来源"), _roles(law)),
        "办理 Acts": (("中文", "代码", "岗位", "人数", "来源"), _acts(law)),
        "事实 Facts": (("中文", "代码", "含义", "来源"), _facts(catalogue)),
        "期限 Duties and rights": (("规则", "中文", "English", "义务方", "期限", "来源"), _duties(law)),
        "取值 Values": (("中文", "代码", "属于", "含义"), _values(catalogue)),
        "拒绝 Refusals": (("中文", "代码", "何时出现", "说明"), _refusals()),
    }


def _kinds(catalogue: Mapping[str, type[Fact]]) -> Iterator[Sequence[str]]:
    modules = {name.partition(".")[0]: kind.__module__ for name, kind in catalogue.items()}
    for kind, somewhere in sorted(modules.items()):
        zh, own = kind_word(kind, Language.ZH), f"shared.vocabulary.{kind}_facts"
        module = own if own in modules.values() else somewhere
        if zh != kind:
            yield zh, f"`{kind}`", events.meaning(sys.modules[module]), f"`{module}`"


def _stages() -> Iterator[Sequence[str]]:
    for kind, (module, words) in _STAGED.items():
        for stage in module.Stage:
            if stage != "none":
                zh = words.get(stage) or TERMS.get(stage, "")
                yield kind_word(kind, Language.ZH), zh, f"`{stage}`", f"`{module.__name__}`"


def _roles(law: Law) -> Iterator[Sequence[str]]:
    for role in sorted({role for act in law.acts.values() for role in act.roles}):
        acts = "、".join(act.name for act in law.acts.values() if role in act.roles)
        yield TERMS.get(role, ""), f"`{role}`", acts, "`acts.yaml`"


def _acts(law: Law) -> Iterator[Sequence[str]]:
    for act in law.acts.values():
        roles = "、".join(TERMS.get(role, role) for role in sorted(act.roles))
        yield act.name, f"`{act.id}`", roles, str(act.officers), act.basis


def _facts(catalogue: Mapping[str, type[Fact]]) -> Iterator[Sequence[str]]:
    for name, kind in sorted(catalogue.items()):
        yield (
            events.title(name),
            f"[`{name}`](contracts/events/{name}.json)",
            events.meaning(kind),
            f"`{kind.__name__}`",
        )


def _duties(law: Law) -> Iterator[Sequence[str]]:
    for row in law.rulebook.rows:
        terms = ";".join(dict.fromkeys(_length(version) for version in row.versions))
        sources = ";".join(dict.fromkeys(f"{v.source}({MARKS[v.mark][0]})" for v in row.versions))
        yield row.id, row.name, row.name_en, TERMS[row.bearer], terms, sources


def _length(version: RowVersion) -> str:
    if version.before is not None:
        return f"至{version.before}届满"
    if version.term is not None:
        return length(version.term)[0]
    return f"由文书确定,最长{length(version.at_most)[0]}" if version.at_most else "由文书确定"


def _values(catalogue: Mapping[str, type[Fact]]) -> Iterator[Sequence[str]]:
    modules = sorted({kind.__module__ for kind in catalogue.values()})
    for module in modules:
        for name, kind in inspect.getmembers(sys.modules[module], inspect.isclass):
            if issubclass(kind, StrEnum) and kind.__module__ == module:
                for value in kind:
                    yield TERMS.get(value, ""), f"`{value}`", f"`{name}`", events.meaning(kind)


def _refusals() -> Iterator[Sequence[str]]:
    for code, it in problem_types().items():
        yield it.title, f"[`{code}`](contracts/problems/{code}.md)", it.when, it.when_en
