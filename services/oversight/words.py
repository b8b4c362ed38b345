"""Facts, stages and roles in the words of those who read them."""

from __future__ import annotations

import dataclasses
import string
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from services.oversight.sentences import SENTENCES
from shared.law.penalties import yuan
from shared.law.periods import SHANGHAI
from shared.vocabulary.case_facts import Penalty
from shared.vocabulary.fact import Fact
from shared.vocabulary.hand_over_facts import Package
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
}
"""Code words in Chinese; in English a code word reads as itself."""

_RUNGS_ZH = {"deputy_head": "逾期1个工作日报分管领导", "agency_head": "逾期3个工作日报机关负责人"}


def word(code: str, lang: Language) -> str:
    """A code word as it is read."""
    return TERMS.get(code, code) if lang is Language.ZH else code.replace("_", " ")


def rung_word(name: str, lang: Language) -> str:
    """A rung of a ladder as it is read."""
    return _RUNGS_ZH.get(name) or word(name, lang) if lang is Language.ZH else word(name, lang)


def sentence(fact: Fact, lang: Language, rows: Mapping[str, str]) -> str:
    """What happened, in one sentence; `rows` names the rows of the rulebook."""
    template = SENTENCES[fact.TYPE][0 if lang is Language.ZH else 1]
    fields = {name for _, name, _, _ in string.Formatter().parse(template) if name}
    shown = {name: _shown(name, getattr(fact, name), lang, rows) for name in fields}
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


def _shown(name: str, value: Any, lang: Language, rows: Mapping[str, str]) -> str:
    zh = lang is Language.ZH
    if name == "row":
        return f"{value} {rows.get(value, '')}".strip()
    if name == "rung":
        return rung_word(value, lang)
    match value:
        case "" if name == "note":
            return ""
        case None | "" | ():
            return "无" if zh else "none"
        case bool():
            return ("是" if value else "否") if zh else ("yes" if value else "no")
        case datetime():
            return value.astimezone(SHANGHAI).isoformat(timespec="minutes")
        case date():
            return value.isoformat()
        case int() if name in _MONEY:
            return yuan(value)
        case Penalty() | Package():
            return _one(name, value, lang)
        case tuple():
            return _many(name, value, lang)
        case str() if name == "due":
            return datetime.fromisoformat(value).astimezone(SHANGHAI).isoformat(timespec="minutes")
        case str():
            return word(value, lang) if isinstance(value, StrEnum) or name in _CODED else value
        case _:
            return str(value)


_MONEY = frozenset({"amount", "to_fine", "to_surcharge"})
_CODED = frozenset({"bearer", "meaning", "roles", "stage", "to"})


def _many(name: str, values: tuple[Any, ...], lang: Language) -> str:
    if name in _COUNTED or (
        dataclasses.is_dataclass(values[0]) and not isinstance(values[0], ItemResult | Penalty)
    ):
        return str(len(values))
    joint = "、" if lang is Language.ZH else ", "
    return joint.join(_one(name, value, lang) for value in values)


def _one(name: str, value: Any, lang: Language) -> str:
    if isinstance(value, ItemResult):
        if lang is Language.ZH:
            return f"第{value.item}项{'通过' if value.passed else '未通过'}"
        return f"item {value.item} {'passed' if value.passed else 'failed'}"
    if isinstance(value, Penalty):
        amount = yuan(value.fine)
        if lang is Language.ZH:
            return f"{value.party.id}罚款{amount}元（{value.item}，{value.basis}）"
        return f"{value.party.id} fined {amount} yuan ({value.item})"
    if isinstance(value, Package):
        papers = len(value.papers)
        if lang is Language.ZH:
            return f"{value.number}，{value.enterprise_name or value.enterprise or '无'}，共{papers}件"
        return f"{value.number}, {value.enterprise_name or value.enterprise or 'none'}, {papers} papers"
    if name == "collapsed":
        return rung_word(value, lang)
    return word(value, lang) if name in _CODED else str(value)
