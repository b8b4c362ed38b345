"""闭环受理接口的客户端 1.0.0,由接口说明生成(make contracts),不要手改。只用标准库,复制这一个文件即可。

A client of Bihuan's intake, made from the description of its interface: do not edit it. Of the standard library alone,
so that copying this file is enough. It is for channels: reports, attachments, and the tracking number.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NotRequired, TypedDict
from urllib.parse import quote

TIMEOUT_S = 60.0
"""等待答复的秒数 / how many seconds to wait for an answer"""

Send = Callable[[str, str, Mapping[str, str], bytes | None], tuple[int, bytes]]
"""怎样发出请求:方法、地址、请求头、内容 → 状态码、内容 / how a request is sent: method, address, headers, body"""

Result = Literal["removed", "transferred", "unfounded", "reported_up"]

Triage = Literal["accepted", "duplicate", "not_safety"]


class Batch(TypedDict):
    """批量上报,全部办理或全部不办理 / many reports: all of them or none."""

    reports: list[Report]
    """各条上报 / the reports"""


class BatchReceipt(TypedDict):
    """批量上报的回执 / the receipt of many reports."""

    position: int
    """写到的账本位置 / the ledger position reached"""

    reports: list[Receipt]
    """各条回执,与上报同序 / the receipts, in the order of the reports"""


class Location(TypedDict):
    """位置坐标(WGS 84),密封保存 / where it is on the globe (WGS 84); sealed."""

    latitude: int
    """纬度,以百万分之一度计,北纬为正 / latitude in millionths of a degree, north positive"""

    longitude: int
    """经度,以百万分之一度计,东经为正 / longitude in millionths of a degree, east positive"""


class Problem(TypedDict):
    """未能办理的原因(RFC 9457) / why it was not done (RFC 9457)"""

    basis: NotRequired[str]
    """法律依据,属法律原因时 / the legal basis, where the law refuses"""

    detail: str
    """具体情况 / what is the matter"""

    detail_en: str
    """英文情况 / the same in English"""

    errors: list[dict[str, Any]]
    """错误所在,逐处指明 / each place that is wrong"""

    instance: str
    """本次情况的标识 / this occurrence"""

    next_step: str
    """应当怎么办 / what to do"""

    next_step_en: str
    """英文 / the same in English"""

    status: int
    """HTTP 状态码 / the HTTP status"""

    title: str
    """问题名称 / what kind of problem it is"""

    title_en: str
    """英文名称 / its name in English"""

    trace_id: str
    """跟踪号,报障时提供 / the trace, to be given to the operator"""

    type: str
    """问题种类 / the kind of problem"""


class Receipt(TypedDict):
    """一条上报的回执 / the receipt of one report."""

    id: str
    """线索编号 / the report's id"""

    received_at: str
    """收到时间 / when it was received"""

    tracking_number: str
    """查询码,请交给举报人,系统不再显示 / the tracking number, for the reporter: it is shown only here"""


class Report(TypedDict):
    """上报一条;内容、地点和举报人密封保存,不进入账本 / one report; words, place and reporter are sealed."""

    attachments: NotRequired[list[str]]
    """先用 POST /attachments 上传所得的编号 / ids given by POST /attachments"""

    community: str
    """社区编号,例如 sq-01 / the community's id, such as sq-01"""

    enterprise: NotRequired[str | None]
    """企业编号,知道时填写 / the enterprise's id, if known"""

    location: NotRequired[Location | None]
    """位置坐标,知道时填写 / its coordinates, if known"""

    place: NotRequired[str]
    """在什么地方 / where it is"""

    reporter: NotRequired[Reporter | None]
    """举报人,匿名时不填 / who reports; nothing when anonymous"""

    serious: bool
    """是否紧急或可能重大,紧急的初核期限以小时计 / urgent or perhaps major: then triage is due within hours"""

    words: str
    """看到了什么隐患,用自己的话写 / what is wrong, in the reporter's own words"""


class ReportReceipt(TypedDict):
    """上报一条的回执 / the receipt of a report."""

    id: str
    """线索编号 / the report's id"""

    position: int
    """写到的账本位置 / the ledger position reached"""

    received_at: str
    """收到时间 / when it was received"""

    tracking_number: str
    """查询码,请交给举报人,系统不再显示 / the tracking number, for the reporter: it is shown only here"""


class ReportStatus(TypedDict):
    """办理情况,供举报人查询 / how far it is, for the reporter."""

    answered_on: str | None
    """答复日期 / the day of the answer"""

    decided_on: str | None
    """初核日期 / the day of its triage"""

    outcome: Triage | None
    """初核结果,尚未初核为空 / what triage made of it, once it did"""

    received_on: str
    """收到日期 / the day it was received"""

    result: Result | None
    """办理结果,尚未办结为空 / what came of it, once it is over"""

    status: Literal["received", "triaged", "answered"]
    """received 已收到,triaged 已初核,answered 已答复 / received, triaged or answered"""

    words: str
    """说明 / what the reporter is told"""

    words_en: str
    """英文说明 / the same in English"""


class Reporter(TypedDict):
    """举报人身份,密封保存 / who reports; sealed."""

    email: NotRequired[str]
    """电子邮箱,可不填 / e-mail, may be left out"""

    name: NotRequired[str]
    """姓名或称呼,可不填 / name, may be left out"""

    phone: NotRequired[str]
    """联系电话,只用数字和+()-,可不填 / phone: digits and + ( ) -, may be left out"""


class Uploaded(TypedDict):
    """上传的附件 / a file that was uploaded."""

    cleaned: str | None
    """去除元数据的副本的 SHA-256,PDF 没有副本为空 / the SHA-256 of the cleaned copy; a PDF has none"""

    id: str
    """附件编号,上报时写入 attachments / its id, for the report's attachments"""

    media_type: Literal["image/jpeg", "image/png", "application/pdf"]
    """按内容判定的类型 / its type by its content"""

    sha256: str
    """原件的 SHA-256 / the SHA-256 of the original"""

    size: int
    """原件字节数 / bytes of the original"""


class Refused(Exception):
    """未能办理:状态码和问题(RFC 9457) / not done: the status and the problem (RFC 9457)."""

    def __init__(self, status: int, problem: Problem) -> None:
        super().__init__(f"{status} {problem['detail']} / {problem['detail_en']}")
        self.status, self.problem = status, problem


def send_by_urllib(
    method: str, address: str, headers: Mapping[str, str], body: bytes | None
) -> tuple[int, bytes]:
    """用标准库发出 / by the standard library; raises OSError where nobody answers: send it again, under the same key."""
    request = urllib.request.Request(address, body, dict(headers), method=method)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


@dataclass(frozen=True)
class Intake:
    """一个渠道所见的受理接口 / intake as a channel sees it.

    address: 接口地址 / where it is; token: 渠道令牌 / the channel's token; send: 怎样发出,例如加签名 / to sign, say.
    未能办理时 Refused;没有答复时 OSError,可以用同一 idempotency_key 再试,不会办理两次 / raises Refused for what is not done,
    and OSError where there is no answer: try again under the same idempotency_key, it is done once.
    """

    address: str
    token: str = ""
    send: Send = send_by_urllib

    def upload_attachment(self, body: bytes, *, idempotency_key: str, content_type: Literal["application/pdf", "image/jpeg", "image/png"]) -> Uploaded:
        """上传附件 Upload a file"""
        answer: Uploaded = self._ask("POST", "/attachments", body, content_type=content_type, idempotency_key=idempotency_key)
        return answer

    def report_one(self, body: Report, *, idempotency_key: str) -> ReportReceipt:
        """上报一条 Report one"""
        answer: ReportReceipt = self._ask("POST", "/reports", _json(body), content_type="application/json", idempotency_key=idempotency_key)
        return answer

    def report_many(self, body: Batch, *, idempotency_key: str) -> BatchReceipt:
        """批量上报,全部办理或全部不办理 Report many, all or none"""
        answer: BatchReceipt = self._ask("POST", "/reports/batch", _json(body), content_type="application/json", idempotency_key=idempotency_key)
        return answer

    def look_by_tracking(self, number: str) -> ReportStatus:
        """凭查询码查看办理情况 Look by tracking number"""
        answer: ReportStatus = self._ask("GET", f"/reports/by-tracking/{quote(number, safe='')}")
        return answer

    def _ask(self, method: str, path: str, body: bytes | None = None, **head: str) -> Any:
        headers = {name.replace("_", "-").title(): value for name, value in head.items()}
        if self.token and body is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        status, content = self.send(method, self.address.rstrip("/") + path, headers, body)
        try:
            answer = json.loads(content)
        except ValueError:
            raise OSError(f"HTTP {status},不是受理接口的答复 / HTTP {status} is no answer of intake's") from None
        if status >= 400:
            raise Refused(status, answer)
        return answer


def _json(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
