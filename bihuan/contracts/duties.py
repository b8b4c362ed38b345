"""Every duty and right of the rulebook as people read it: whose, from when, how long, what comes before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bihuan.contracts.events import title
from bihuan.contracts.text import table
from services.oversight.words import Language, rung_word, word
from shared.law.periods import Roll, Term, Unit
from shared.law.rulebook import Mark, Opening, Row, RowVersion, Rulebook

MARKS: Mapping[Mark, tuple[str, str]] = {
    Mark.VERIFIED: ("已核对条文", "verified"),
    Mark.SECOND_HAND: ("间接核对", "read second-hand"),
    Mark.RECALLED: ("凭记忆", "recalled"),
    Mark.POLICY: ("政策默认", "policy default"),
}
_UNITS: Mapping[Unit, tuple[str, str]] = {
    Unit.WORKING_DAY: ("个工作日", "working days"),
    Unit.CALENDAR_DAY: ("日", "days"),
    Unit.HOUR: ("小时", "hours"),
    Unit.MONTH: ("个月", "months"),
}
_ROLLS: Mapping[Roll, tuple[str, str]] = {
    Roll.FORWARD: ("末日遇休息日顺延", "a rest day at the end moves it on"),
    Roll.BACKWARD: (
        "末日遇休息日顺延,内部提前到休息日之前",
        "a rest day at the end moves it on; planned before the rest",
    ),
    Roll.NONE: ("末日遇休息日不顺延", "a rest day at the end changes nothing"),
}
_PER = {"thing": ("", ""), "item": ("逐项计算", "for each item"), "round": ("逐次计算", "for each round")}


def length(term: Term) -> tuple[str, str]:
    """How long, without what a rest day does."""
    zh, en = _UNITS[term.unit]
    return f"{term.n}{zh}", f"{term.n} {en if term.n != 1 else en.removesuffix('s')}"


def sections(rulebook: Rulebook, thing: str) -> Iterator[str]:
    """A section for each row about a kind of thing."""
    for row in rulebook.of(thing):
        said = [(name, *both) for name, both in _said(row).items() if any(both)]
        versions = [_version(one) for one in row.versions]
        heads = (
            "自 from",
            "至 to",
            "期限",
            "term",
            "内部期限 internal",
            "依据 source",
            "核对 mark",
            "备注 note",
        )
        yield (
            f"#### {row.id} {row.name} {row.name_en}\n\n{table(('项', '中文', 'English'), said)}\n"
            f"{table(heads, versions)}"
        )


def _said(row: Row) -> dict[str, tuple[str, str]]:
    """The row but for its versions, by what is said."""
    kind = ("权利", "right") if row.right else ("义务", "duty")
    bearer = [f"{word(row.bearer, lang)}:{said}" for lang, said in zip(Language, kind, strict=True)]
    steps = [_rungs(row, lang) for lang in Language]
    return {
        "谁的 whose": (bearer[0], bearer[1].replace(":", ": ")),
        "经办 answerable": _words(row.answerable),
        "计算 counted": _PER[row.per],
        "起算 from": _join(map(_opening, row.opens)),
        "改期 moved by": _facts(row.moved_by),
        "办结 discharged by": _facts(row.discharged_by),
        "不再需要 cancelled by": _facts(row.cancelled_by),
        "迟到的证据 late proof": _facts(row.late_truth),
        "提醒和上报 rungs": (steps[0], steps[1]),
        "逾期 its lapse": _words((row.lapse,)),
    }


def _opening(one: Opening) -> tuple[str, str]:
    zh, en = _fact(one.fact)
    only = [(word(str(value), Language.ZH), f"{field} = {value}") for field, value in one.only]
    if only:
        zh += f"({'、'.join(said for said, _ in only)})"
        en += f" ({', '.join(said for _, said in only)})"
    if one.start.startswith("due:"):
        row = one.start.removeprefix("due:")
        return f"{zh},自{row}届满起", f"{en}, from the end of {row}"
    return zh, en


def _rungs(row: Row, lang: Language) -> str:
    told = []
    for rung in row.rungs:
        roles = dict.fromkeys(
            role for to in rung.to for role in (row.answerable if to == "answerable" else (to,))
        )
        names = [word(role, lang) for role in roles]
        zh = lang is Language.ZH
        told.append(f"{rung_word(rung.name, lang)}{':' if zh else ': '}{('、' if zh else ', ').join(names)}")
    return (";" if lang is Language.ZH else "; ").join(told)


def _version(version: RowVersion) -> tuple[str, ...]:
    zh, en = _terms(version)
    plan = " ".join(length(version.plan)) if version.plan else ""
    until = str(version.valid_to or "")
    mark = f"{version.mark} {' '.join(MARKS[version.mark])}"
    return str(version.valid_from), until, zh, en, plan, version.source, mark, version.note


def _terms(version: RowVersion) -> tuple[str, str]:
    """How long, in both languages."""
    if version.before is not None:
        said = [(f"至{version.before}届满", f"until {version.before} ends")]
    elif version.term is not None:
        said = [_whole(version.term)]
    else:
        said = [("由文书确定", "as the paper says")]
    if version.immediately:
        zh, en = said[0]
        said = [(f"立即;系统以{zh}计", f"at once; taken as {en}")]
    if version.at_most is not None:
        zh, en = _whole(version.at_most)
        said.append((f"最长{zh}", f"at most {en}"))
    for other in version.alternatives:
        zh, en = _whole(other.term)
        only = ", ".join(f"{field} = {str(value).lower()}" for field, value in other.only)
        said.append((f"{zh}({only})", f"{en} ({only})"))
    return _join(said)


def _whole(term: Term) -> tuple[str, str]:
    zh, en = length(term)
    if term.unit in (Unit.WORKING_DAY, Unit.HOUR) or term.n == 0:
        return zh, en
    return f"{zh}({_ROLLS[term.roll][0]})", f"{en} ({_ROLLS[term.roll][1]})"


def _words(codes: Iterable[str]) -> tuple[str, str]:
    known = tuple(codes)
    return "、".join(word(code, Language.ZH) for code in known), ", ".join(
        word(code, Language.EN) for code in known
    )


def _facts(names: Iterable[str]) -> tuple[str, str]:
    return _join(map(_fact, names))


def _fact(name: str) -> tuple[str, str]:
    return title(f"{name}.v1"), f"`{name}`"


def _join(both: Iterable[tuple[str, str]]) -> tuple[str, str]:
    said = list(both)
    return ";".join(zh for zh, _ in said), "; ".join(en for _, en in said)
