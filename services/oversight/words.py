"""Facts, stages and roles in the words of those who read them."""

from __future__ import annotations

import dataclasses
import re
import string
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from services.oversight.days import day_text, due_text, moment_text
from services.oversight.names import NAMED_FIELDS
from services.oversight.sentences import SENTENCES
from shared.law.penalties import yuan
from shared.vocabulary.case_facts import Penalty
from shared.vocabulary.fact import Fact
from shared.vocabulary.hand_over_facts import Package
from shared.vocabulary.identities import stream_of
from shared.vocabulary.order_facts import ItemResult

_COUNTED = frozenset({"attachments", "hazards", "before", "after", "evidence", "terms"})


class Language(StrEnum):
    """What is answered in."""

    ZH = "zh"
    EN = "en"


TERMS: Mapping[str, str] = {
    "reported": "已登记待核查",
    "verified": "已核查待定级",
    "graded": "已定级待处置",
    "corrected_on_spot": "已当场纠正",
    "under_order": "限期整改中",
    "unfounded": "不属实",
    "reported_up": "重大隐患已上报",
    "rectified": "已整改待销号",
    "closed": "已销号",
    "merged": "已合并",
    "removed": "隐患已消除",
    "same_enterprise": "同一单位",
    "same_community": "同一社区",
    "same_place": "同一地点",
    "place_within": "地点一处在另一处之内",
    "same_legal_item": "同一法律条款",
    "legal_item_open": "违反条款尚未都确定",
    "general": "一般隐患",
    "major": "重大隐患",
    "report": "线索上报",
    "visit": "现场检查",
    "accepted": "受理",
    "duplicate": "重复线索",
    "not_safety": "不属安全生产事项",
    "direct": "直接送达",
    "leave": "留置送达",
    "email": "电子送达",
    "post": "邮寄送达",
    "public_notice": "公告送达",
    "failed_reinspection": "复查未通过",
    "violation_found": "认定违法行为",
    "filed": "立案",
    "waived": "不予立案",
    "transferred": "移送",
    "agency": "机关",
    "party": "当事人",
    "enforcement_officer": "执法人员",
    "office_head": "应急办负责人",
    "deputy_head": "分管领导",
    "agency_head": "机关负责人",
    "county_duty": "县应急局值班室",
    "safety_staff": "安全员",
    "case_handler": "案件承办人",
    "legal_reviewer": "法制审核人员",
    "supervisor": "监督人员",
    "auditor": "审计人员",
    "enterprise_grid_member": "网格员",
    "clock": "系统时钟",
    "reaction": "系统",
    "before_3": "内部期限前3个工作日",
    "before_1": "内部期限前1个工作日",
    "on_day": "内部期限当日",
    "county": "逾期3个工作日报县",
    "rectification_period_expired": "整改期限届满",
    "breach_of_duty": "机关未按期履职",
    "right_lapsed": "逾期未行使权利",
    "next_service_mode": "改用下一种送达方式",
    "head_alerted": "报告负责人",
    "supervisor_alerted": "报告上级",
    "cannot_progress": "不能进入下一步",
    "chase_safety_committee": "提请安委办督办",
    "liability_of_supervising_staff": "监管人员可能承担责任",
    "compliance_alert": "合规预警",
    "simplified": "简易程序",
    "ordinary": "普通程序",
    "entity": "单位",
    "person": "个人",
    "penalty": "予以处罚",
    "no_penalty": "不予处罚",
    "not_proven": "违法事实不成立",
    "overdue_case": "案件超期未决",
    "preservation_lapsed": "登记保存失效",
    "may_be_decided": "陈述申辩期满，可以决定",
    "escalate_service_mode": "改用其他送达方式",
    "publication_breach": "未按期公示",
    "fine_overdue": "罚款逾期未缴",
    "surcharge_capped": "加处罚款已达罚款数额",
    "chase_receiver": "提请接收机关尽快签收",
    "awaiting_triage": "待初核",
    "awaiting_disposition": "待处置",
    "awaiting_acknowledgement": "待签收",
    "returned": "已退回",
    "in_procedure": "办理中",
    "case_closed": "已结案",
    "handed_over": "已移交",
    "withdrawn": "已撤回",
    "imported": "由历史记录导入",
}
"""Code words in Chinese; in English a code word reads as itself."""

_RUNGS_ZH = {"deputy_head": "逾期1个工作日报分管领导", "agency_head": "逾期3个工作日报机关负责人"}
_RUNGS_EN = {
    "before_3": "3 working days before the internal due",
    "before_1": "1 working day before the internal due",
    "on_day": "on the day of the internal due",
    "deputy_head": "1 working day late: the deputy head",
    "agency_head": "3 working days late: the head of the agency",
    "county": "3 working days late: the county",
}


def word(code: str, lang: Language) -> str:
    """A code word as it is read."""
    return TERMS.get(code, code) if lang is Language.ZH else code.replace("_", " ")


_WORK_SAFETY_ITEM = re.compile(r"\bAQ(\d+)((?:\(\d+\))*)")


def law_text(codes: str, lang: Language) -> str:
    """Codes of items of law as they are read: `AQ99(2)` names the law and the article; others are left as they are."""
    said = r"安全生产法第\1条\2" if lang is Language.ZH else r"Work Safety Law Art. \1\2"
    return _WORK_SAFETY_ITEM.sub(said, codes)


def rung_word(name: str, lang: Language) -> str:
    """A rung of a ladder as it is read."""
    return (_RUNGS_ZH if lang is Language.ZH else _RUNGS_EN).get(name) or word(name, lang)


def sentence(
    fact: Fact, lang: Language, rows: Mapping[str, str], names: Mapping[str, str] | None = None
) -> str:
    """What happened, in one sentence; `rows` names the rows of the rulebook, `names` things by their streams."""
    template = SENTENCES[fact.TYPE][0 if lang is Language.ZH else 1]
    fields = {name for _, name, _, _ in string.Formatter().parse(template) if name}
    said = _Said(lang, rows, names or {})
    shown = {name: said.value(name, getattr(fact, name)) for name in fields}
    return template.format(**shown).strip()


def kind_word(kind: str, lang: Language) -> str:
    """What a kind of thing is called."""
    zh = {
        "report": "线索",
        "visit": "检查",
        "hazard": "隐患",
        "order": "整改指令",
        "source": "案件来源",
        "case": "处罚案件",
    }
    return zh.get(kind, kind) if lang is Language.ZH else kind


_MONEY = frozenset({"amount", "to_fine", "to_surcharge"})
_CODED = frozenset({"bearer", "meaning", "roles", "stage", "to"})


@dataclasses.dataclass(frozen=True, slots=True)
class _Said:
    """How the values of a fact's fields are said."""

    lang: Language
    rows: Mapping[str, str]
    names: Mapping[str, str]

    def value(self, name: str, value: Any) -> str:
        """One field's value."""
        zh = self.lang is Language.ZH
        if name == "row":
            named = self.rows.get(value)
            return (f"{named}（{value}）" if zh else f"{named} ({value})") if named else str(value)
        if name == "rung":
            return rung_word(value, self.lang)
        match value:
            case "" if name == "note":
                return ""
            case () if name in _COUNTED:
                return "0"
            case () if name == "collapsed":
                return ""
            case None | "" | ():
                return "无" if zh else "none"
            case bool():
                return ("是" if value else "否") if zh else ("yes" if value else "no")
            case datetime():
                return moment_text(value, zh=zh)
            case date():
                return day_text(value, zh=zh)
            case int() if name in _MONEY:
                return yuan(value)
            case Penalty() | Package():
                return self._one(name, value)
            case tuple():
                return self._many(name, value)
            case str() if name == "due":
                return due_text(datetime.fromisoformat(value), zh=zh)
            case str() if name == "legal_item":
                return law_text(value, self.lang)
            case str() if named := self.names.get(stream_of(NAMED_FIELDS.get(name, ""), value)):
                return named
            case str():
                return word(value, self.lang) if isinstance(value, StrEnum) or name in _CODED else value
            case _:
                return str(value)

    def _many(self, name: str, values: tuple[Any, ...]) -> str:
        if name in _COUNTED or (
            dataclasses.is_dataclass(values[0]) and not isinstance(values[0], ItemResult | Penalty)
        ):
            return str(len(values))
        zh = self.lang is Language.ZH
        said = ("、" if zh else ", ").join(self._one(name, value) for value in values)
        if name == "collapsed":
            return f"；并入的提醒：{said}" if zh else f"; earlier ones it stands for: {said}"
        return said

    def _one(self, name: str, value: Any) -> str:
        zh = self.lang is Language.ZH
        if isinstance(value, ItemResult):
            if zh:
                return f"第{value.item}项{'通过' if value.passed else '未通过'}"
            return f"item {value.item} {'passed' if value.passed else 'failed'}"
        if isinstance(value, Penalty):
            party = self.names.get(stream_of("enterprise", value.party.id), value.party.id)
            amount = yuan(value.fine)
            if zh:
                return f"{party}罚款{amount}元（{law_text(value.item, self.lang)}，{value.basis}）"
            return f"{party} fined {amount} yuan ({law_text(value.item, self.lang)})"
        if isinstance(value, Package):
            whose = value.enterprise_name or value.enterprise or ("无" if zh else "none")
            papers = len(value.papers)
            return (
                f"{value.number}，{whose}，共{papers}件"
                if zh
                else f"{value.number}, {whose}, {papers} papers"
            )
        if name == "legal_items":
            return law_text(value, self.lang)
        if name == "parties":
            return self.names.get(stream_of("enterprise", value), value)
        if name == "collapsed":
            return rung_word(value, self.lang)
        return word(value, self.lang) if name in _CODED else str(value)
