"""What intake answers to channels, reporters and officers; unlike facts, some of it says who reported and in what words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from shared.runtime.answers import Answer
from shared.vocabulary.report_facts import Result, Triage

Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Position = Annotated[int, Field(ge=1)]


class Receipt(Answer):
    """一条上报的回执 / the receipt of one report."""

    tracking_number: str
    """查询码,请交给举报人,系统不再显示 / the tracking number, for the reporter: it is shown only here"""
    id: str
    """线索编号 / the report's id"""
    received_at: datetime
    """收到时间 / when it was received"""


class ReportReceipt(Receipt):
    """上报一条的回执 / the receipt of a report."""

    position: Position
    """写到的账本位置 / the ledger position reached"""


class BatchReceipt(Answer):
    """批量上报的回执 / the receipt of many reports."""

    position: Position
    """写到的账本位置 / the ledger position reached"""
    reports: tuple[Receipt, ...]
    """各条回执,与上报同序 / the receipts, in the order of the reports"""


class Uploaded(Answer):
    """上传的附件 / a file that was uploaded."""

    id: str
    """附件编号,上报时写入 attachments / its id, for the report's attachments"""
    sha256: Sha256
    """原件的 SHA-256 / the SHA-256 of the original"""
    size: Annotated[int, Field(ge=1)]
    """原件字节数 / bytes of the original"""
    media_type: Literal["image/jpeg", "image/png", "application/pdf"]
    """按内容判定的类型 / its type by its content"""
    cleaned: Sha256 | None
    """去除元数据的副本的 SHA-256,PDF 没有副本为空 / the SHA-256 of the cleaned copy; a PDF has none"""


class ReportStatus(Answer):
    """办理情况,供举报人查询 / how far it is, for the reporter."""

    status: Literal["received", "triaged", "answered"]
    """received 已收到,triaged 已初核,answered 已答复 / received, triaged or answered"""
    outcome: Triage | None
    """初核结果,尚未初核为空 / what triage made of it, once it did"""
    result: Result | None
    """办理结果,尚未办结为空 / what came of it, once it is over"""
    words: str
    """说明 / what the reporter is told"""
    words_en: str
    """英文说明 / the same in English"""
    received_on: date
    """收到日期 / the day it was received"""
    decided_on: date | None
    """初核日期 / the day of its triage"""
    answered_on: date | None
    """答复日期 / the day of the answer"""


class ReporterOpened(Answer):
    """举报人 / who reported."""

    name: str
    """姓名或称呼,未填为空文字 / the name; empty text where it was not given"""
    phone: str
    """联系电话,未填为空文字 / the phone; empty text where it was not given"""
    email: str
    """电子邮箱,未填为空文字 / the e-mail; empty text where it was not given"""


class LocationOpened(Answer):
    """位置坐标(WGS 84) / where it is on the globe (WGS 84)."""

    latitude: int
    """纬度,以百万分之一度计 / latitude in millionths of a degree"""
    longitude: int
    """经度,以百万分之一度计 / longitude in millionths of a degree"""


class SealedOpened(Answer):
    """密封的内容 / what is sealed of a report."""

    id: str
    """线索编号 / the report's id"""
    words: str
    """原话 / the reporter's own words"""
    place: str
    """地点 / where it is"""
    location: LocationOpened | None
    """位置坐标,未提供为空 / its coordinates; null where they were not given"""
    reporter: ReporterOpened | None
    """举报人,匿名为空 / who reported; null when anonymous"""
