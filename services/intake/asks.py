"""What can be asked of intake; unknown fields are refused. What stands below a field is shown to callers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from shared.runtime.asks import SOMETHING, Ask, Id, Said, Text
from shared.vocabulary.report_facts import Triage

BATCH = 500
"""How many reports one batch may hold."""


class Reporter(Ask):
    """举报人身份,密封保存 / who reports; sealed."""

    name: Annotated[str, Field(max_length=100)] = ""
    """姓名或称呼,可不填 / name, may be left out"""
    phone: Annotated[str, Field(max_length=40, pattern=r"^[0-9+() \-]*$")] = ""
    """联系电话,只用数字和+()-,可不填 / phone: digits and + ( ) -, may be left out"""
    email: Annotated[str, Field(max_length=200)] = ""
    """电子邮箱,可不填 / e-mail, may be left out"""


class Location(Ask):
    """位置坐标(WGS 84),密封保存 / where it is on the globe (WGS 84); sealed."""

    latitude: Annotated[int, Field(ge=-90_000_000, le=90_000_000)]
    """纬度,以百万分之一度计,北纬为正 / latitude in millionths of a degree, north positive"""
    longitude: Annotated[int, Field(ge=-180_000_000, le=180_000_000)]
    """经度,以百万分之一度计,东经为正 / longitude in millionths of a degree, east positive"""


class Report(Ask):
    """上报一条;内容、地点和举报人密封保存,不进入账本 / one report; words, place and reporter are sealed."""

    community: Id
    """社区编号,例如 sq-01 / the community's id, such as sq-01"""
    serious: bool
    """是否紧急或可能重大,紧急的初核期限以小时计 / urgent or perhaps major: then triage is due within hours"""
    words: Annotated[str, Field(pattern=SOMETHING, max_length=4000)]
    """看到了什么隐患,用自己的话写 / what is wrong, in the reporter's own words"""
    place: Annotated[str, Field(max_length=500)] = ""
    """在什么地方 / where it is"""
    location: Location | None = None
    """位置坐标,知道时填写 / its coordinates, if known"""
    enterprise: Id | None = None
    """企业编号,知道时填写 / the enterprise's id, if known"""
    reporter: Reporter | None = None
    """举报人,匿名时不填 / who reports; nothing when anonymous"""
    attachments: Annotated[tuple[Id, ...], Field(max_length=9)] = ()
    """先用 POST /attachments 上传所得的编号 / ids given by POST /attachments"""


class Batch(Ask):
    """批量上报,全部办理或全部不办理 / many reports: all of them or none."""

    reports: Annotated[tuple[Report, ...], Field(min_length=1, max_length=BATCH)]
    """各条上报 / the reports"""


class TriageReport(Ask):
    """初核举报 / triage of a report, in the officer's neutral words."""

    outcome: Triage
    """初核结果:accepted 受理,duplicate 重复线索,not_safety 不属安全生产事项 / what triage made of it"""
    community: Id
    """社区编号 / the community's id"""
    reasons: Said
    """理由 / reasons"""
    defect: Text = ""
    """受理时:什么隐患,执法人员的中性表述,不写个人 / if accepted: what is wrong, in neutral words that name nobody"""
    place: Text = ""
    """受理时:部位 / if accepted: where"""
    enterprise: Id | None = None
    """企业编号 / the enterprise's id"""
    duplicate_of: Id | None = None
    """重复时:原线索编号 / if a duplicate: the id of the earlier report"""


class OpenSealed(Ask):
    """查阅密封信息,先记录理由再显示 / look at what is sealed; the reason is logged first."""

    reason: Said
    """查阅理由,记入查阅记录 / why; it is kept in the log of reads"""


class ForgetPerson(Ask):
    """销毁举报人信息 / destroy the key of who reported."""
