"""Every refusal and failure as a problem (RFC 9457), in Chinese and English: what, where, what to do.

One table for what is refused by decisions and by the ledger; what the rim itself refuses is raised as `AtRim`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.responses import Response

from shared.ledger import port
from shared.runtime.strict_json import Wrong, pointer_to
from shared.vocabulary import refusals
from shared.vocabulary.refusals import Refusal

MEDIA_TYPE = "application/problem+json"

STATUS: Mapping[type[Refusal], int] = {
    refusals.NotAllowed: 403,
    refusals.TwoOfficersNeeded: 403,
    refusals.CertificateInvalid: 403,
    refusals.OutsideAuthority: 403,
    refusals.FourEyes: 403,
    refusals.WrongStage: 409,
    refusals.TermOutOfBounds: 422,
    refusals.UnknownThing: 404,
    refusals.StaleVersion: 409,
    refusals.BadMoment: 422,
    refusals.BadInput: 422,
    refusals.ManyWrong: 422,
}


def _said(words: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "description": words, **more}


_WHERE = {
    "pointer": _said("请求内容中的位置或参数名 / the place in the body (JSON Pointer), or the parameter"),
    "header": _said("请求头 / the header"),
    "detail": _said("有何错误 / what is wrong there"),
    "detail_en": _said("英文 / the same in English"),
}
_MEMBERS: dict[str, dict[str, Any]] = {
    "type": _said("问题种类 / the kind of problem", format="uri-reference", pattern="^/problems/[a-z0-9-]+$"),
    "title": _said("问题名称 / what kind of problem it is"),
    "status": {
        "type": "integer",
        "minimum": 400,
        "maximum": 599,
        "description": "HTTP 状态码 / the HTTP status",
    },
    "detail": _said("具体情况 / what is the matter"),
    "instance": _said("本次情况的标识 / this occurrence", format="uri", pattern="^urn:bihuan:trace:"),
    "title_en": _said("英文名称 / its name in English"),
    "detail_en": _said("英文情况 / the same in English"),
    "errors": {
        "type": "array",
        "description": "错误所在,逐处指明 / each place that is wrong",
        "items": {"type": "object", "required": ["detail", "detail_en"], "properties": _WHERE},
    },
    "next_step": _said("应当怎么办 / what to do"),
    "next_step_en": _said("英文 / the same in English"),
    "trace_id": _said("跟踪号,报障时提供 / the trace, to be given to the operator"),
    "basis": _said("法律依据,属法律原因时 / the legal basis, where the law refuses"),
}
SCHEMA: Mapping[str, Any] = {
    "title": "Problem",
    "type": "object",
    "description": "未能办理的原因(RFC 9457) / why it was not done (RFC 9457)",
    "required": [name for name in _MEMBERS if name != "basis"],
    "properties": _MEMBERS,
}
"""What every problem looks like, for the description of the interface."""

_HEADERS = {"second_officer": "Second-Officer", "expected": "If-Match"}  # named so in refusals
# Only these say which value is wrong; the others speak of a thing or of a person.
_ABOUT_A_VALUE = (refusals.BadInput, refusals.BadMoment, refusals.TermOutOfBounds)


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal as it is shown: codes and words of ours only, nothing that the caller sent but ids."""

    code: str
    status: int
    title: str
    title_en: str
    detail: str
    detail_en: str
    next_step: str
    next_step_en: str
    basis: str = ""
    errors: tuple[Mapping[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def document(self, trace: str) -> dict[str, Any]:
        """The members, RFC 9457 ones first. `instance` names the occurrence, never the address asked for."""
        document: dict[str, Any] = {
            "type": f"/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": f"urn:bihuan:trace:{trace}",
            "title_en": self.title_en,
            "detail_en": self.detail_en,
            "errors": [dict(error) for error in self.errors],
            "next_step": self.next_step,
            "next_step_en": self.next_step_en,
            "trace_id": trace,
        }
        return document | ({"basis": self.basis} if self.basis else {})

    def response(self, trace: str) -> Response:
        """The answer to send."""
        body = json.dumps(self.document(trace), ensure_ascii=False).encode()
        return Response(body, self.status, dict(self.headers), MEDIA_TYPE)


class AtRim(Exception):
    """The rim itself refuses: the request does not reach any decision."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def of_refusal(refusal: Refusal, *, if_match: bool = False) -> Problem:
    """A decision's refusal; a stale version is 412 when the caller said which version they saw."""
    status = next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)
    if if_match and isinstance(refusal, refusals.StaleVersion):
        status = 412
    return Problem(
        code=refusal.code,
        status=status,
        title=refusal.title_zh,
        title_en=refusal.title_en,
        detail=refusal.zh,
        detail_en=refusal.en,
        next_step=refusal.do_zh,
        next_step_en=refusal.do_en,
        basis=refusal.basis,
        errors=tuple(_where(refusal)),
    )


def _where(refusal: Refusal) -> list[Mapping[str, str]]:
    if isinstance(refusal, refusals.ManyWrong):
        return [where for each in refusal.each for where in _where(each)]
    words = {"detail": refusal.zh, "detail_en": refusal.en}
    if refusal.where in _HEADERS:
        return [{"header": _HEADERS[refusal.where], **words}]
    if refusal.where and isinstance(refusal, _ABOUT_A_VALUE):
        return [{"pointer": pointer_to(*refusal.where.strip("/").split("/")), **words}]
    return []


def of_ledger(error: port.LedgerError) -> Problem:
    """What the ledger or the sealed data refused."""
    match error:
        case port.CommandReused() | port.AlreadySealed():
            return KEY_REUSED
        case port.VersionConflict():
            return of_refusal(
                refusals.StaleVersion(
                    "同一事项正被他人办理",
                    "someone else acted at the same time",
                    do_zh="请稍后重试",
                    do_en="try again",
                )
            )
        case port.NotSealed():
            return NOT_FOUND
        case port.Forgotten():
            return FORGOTTEN
        case port.KeyMissing():
            return KEY_MISSING
        case _:
            return INTERNAL


def malformed(wrongs: tuple[Wrong, ...]) -> Problem:
    """The body is not a JSON document that we accept."""
    errors = tuple({"pointer": w.pointer, "detail": w.zh, "detail_en": w.en} for w in wrongs)
    return Problem(
        "malformed-json", 400, "请求内容不合格式", "Malformed body", wrongs[0].zh, wrongs[0].en,
        "请按errors所示位置更正后重发", "correct the places named in errors and send it again", errors=errors,
    )  # fmt: skip


def bad_header(name: str, zh: str, en: str) -> Problem:
    """A header is missing or cannot be meant."""
    return Problem(
        "bad-header", 400, "请求头有误", "Wrong header", f"{name}:{zh}", f"{name}: {en}",
        "请更正请求头后重发", "correct the header and send it again",
        errors=({"header": name, "detail": zh, "detail_en": en},),
    )  # fmt: skip


def too_large(limit: int) -> Problem:
    """The body has more bytes than are taken here."""
    return Problem(
        "too-large", 413, "内容过大", "Too large", f"最多{limit // 1024}KiB", f"at most {limit // 1024} KiB",
        "请分多次报送", "send it in parts", headers={"Connection": "close"},
    )  # fmt: skip


def wrong_type(wanted: str) -> Problem:
    """The body is declared as, or is, something else than what is taken here."""
    return Problem(
        "unsupported-type", 415, "内容类型不受支持", "Unsupported type",
        f"只接受{wanted}", f"only {wanted} is accepted here", "请更换内容类型", "send an accepted type",
    )  # fmt: skip


UNAUTHENTICATED = Problem(
    "unauthenticated", 401, "身份未确认", "Not authenticated", "没有令牌,或令牌无效、已注销",
    "no token, or one that is unknown or revoked",
    "请用请求头 Authorization: Bearer 提供本人令牌", "give your token in the header Authorization: Bearer",
    headers={"WWW-Authenticate": "Bearer"},
)  # fmt: skip
CHANNEL_MAY_NOT = Problem(
    "channel-may-only-report", 403, "渠道只能上报", "A channel may only report", "渠道令牌不能办理此项",
    "a channel's token cannot do this", "请由工作人员用本人令牌办理", "let an officer do it with their own token",
)  # fmt: skip
PERSON_MAY_NOT = Problem(
    "channels-only", 403, "仅限已登记渠道", "For registered channels only", "只有已登记的渠道可以上报",
    "only a registered channel may report", "请使用渠道令牌,或先登记渠道",
    "use a channel's token, or register the channel first",
)  # fmt: skip
NOT_FOUND = Problem(
    "not-found", 404, "查无此项", "Not found", "没有这个地址或编号", "there is no such address or number",
    "请核对地址和编号", "check the address and the number",
)  # fmt: skip
METHOD = Problem(
    "method-not-allowed", 405, "方法不适用", "Method not allowed", "该地址不支持此方法", "this address does not take this method",
    "请按接口说明调用", "see the description of the interface",
)  # fmt: skip
TOO_SLOW = Problem(
    "too-slow", 408, "传输超时", "Too slow", "未能在规定时间内收到全部内容", "the body did not arrive in time",
    "请检查网络后用同一Idempotency-Key重发", "check the network and send it again with the same Idempotency-Key",
    headers={"Connection": "close"},
)  # fmt: skip
FORGOTTEN = Problem(
    "forgotten", 410, "信息已销毁", "Forgotten", "密封信息的密钥已依规销毁,任何人都不能再读取",
    "its key was destroyed; nobody can read it again", "无需办理", "nothing to do",
)  # fmt: skip
KEY_REUSED = Problem(
    "key-reused", 422, "幂等键重复使用", "Idempotency key reused", "同一Idempotency-Key已用于其他内容",
    "the Idempotency-Key was already used with other content",
    "重发须内容一致;新请求请换新的键", "repeat the same content, or use a new key",
    errors=({"header": "Idempotency-Key", "detail": "已用于其他内容", "detail_en": "used with other content"},),
)  # fmt: skip
TOO_MANY = Problem(
    "too-many", 429, "查询过于频繁", "Too many requests", "请稍后再查", "please wait a little",
    "请按Retry-After所示秒数后重试", "try again after the seconds in Retry-After", headers={"Retry-After": "60"},
)  # fmt: skip
INTERNAL = Problem(
    "internal", 500, "系统内部错误", "Internal error", "系统未能完成办理,没有写入任何内容或可安全重试",
    "it was not completed; it is safe to try again with the same Idempotency-Key",
    "请用同一Idempotency-Key重试,仍不成请将trace_id告知维护人员",
    "try again with the same Idempotency-Key; if it fails again, tell the operator the trace_id",
)  # fmt: skip
KEY_MISSING = Problem(
    "keys-missing", 503, "密钥暂不可用", "Keys not available", "密封信息的密钥不在应在之处,信息并未丢失",
    "the key is not where it should be; nothing is lost", "请维护人员恢复密钥后重试",
    "let the operator restore the keys, then try again",
)  # fmt: skip


MEANINGS: Mapping[int, str] = {
    400: "请求头或 JSON 不合格式 / a malformed header or body",
    401: "身份未确认 / not authenticated",
    403: "该岗位、渠道或权限不能办理,附依据 / not allowed, with the basis",
    404: "查无此项 / not found",
    405: "方法不适用 / method not allowed",
    408: "传输超时 / too slow",
    409: "当前阶段不能办理,或内容已变化 / not possible at this stage, or changed in between",
    410: "信息已依规销毁 / forgotten",
    412: "If-Match 所见版本已变化 / not at the version seen",
    413: "内容过大 / too large",
    415: "内容类型不受支持 / unsupported type",
    422: "填写有误,errors 逐处指明 / wrong input, each place in errors",
    429: "查询过于频繁 / too many requests",
    500: "系统内部错误,可安全重试 / internal error; safe to try again",
    503: "暂不可用,稍后重试 / not available at the moment",
}
"""What each status of a problem means."""


def of_status(status: int, headers: Mapping[str, str] | None = None) -> Problem:
    """What the framework itself answers with a bare status."""
    known = {404: NOT_FOUND, 405: METHOD, 413: too_large(0), 415: wrong_type("application/json")}
    problem = known.get(status, INTERNAL)
    allow = {k: v for k, v in (headers or {}).items() if k.lower() == "allow"}
    return replace(problem, headers={**problem.headers, **allow})
