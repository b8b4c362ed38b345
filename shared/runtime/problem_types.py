"""Every type of problem: when it occurs and what the caller should do, in Chinese and in English."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from shared.runtime import problems, signature_problems
from shared.runtime.problems import Problem
from shared.runtime.strict_json import Wrong
from shared.runtime.validation import invalid_request
from shared.vocabulary import refusals


@dataclass(frozen=True, slots=True)
class ProblemType:
    """What all problems of one code have in common; `statuses`: the HTTP statuses that they can have."""

    code: str
    statuses: tuple[int, ...]
    title: str
    title_en: str
    when: str
    when_en: str
    do: str
    do_en: str


_REFUSED: Mapping[type[refusals.Refusal], tuple[str, str, str, str]] = {
    refusals.NotAllowed: (
        "提出请求的人所任岗位不能办理此事,或不负责该社区。", "The person's roles may not do this act, or not in this community.",
        "由有权岗位的人员办理;basis 写明依据。", "Let someone in a role that may do it; `basis` says why.",
    ),
    refusals.TwoOfficersNeeded: (
        "须两名执法人员的办理,只有一人,或两人实为同一人。", "The act takes two officers and there was one, or the same one twice.",
        "由另一名持证人员在请求头 Second-Officer 中以本人令牌确认后重发。",
        "Send it again with the token of another certified officer in the header Second-Officer.",
    ),
    refusals.CertificateInvalid: (
        "办理人员在生效之日没有有效的执法证,或执法区域不符。", "On the effective day an officer has no valid certificate for this area.",
        "更换持有效证件的人员;证件已换发的,先更新登记。", "Let certified officers do it, or register the renewed certificate first.",
    ),
    refusals.OutsideAuthority: (
        "该事项、金额或措施超出本机关当日的执法权限。", "The matter, amount or measure is beyond the office's authority of that day.",
        "按 next_step 所示移交或移送有权机关;授权有变动的,先登记新的授权。",
        "Hand it to the office that `next_step` names, or enter the new authority first.",
    ),
    refusals.FourEyes: (
        "审批人就是经办人(四眼原则)。", "The person who approves also did what is to be approved.",
        "换由没有参与的人员审批。", "Let someone who took no part approve it.",
    ),
    refusals.WrongStage: (
        "事项不在办理所需的阶段,例如未送达即复查。", "The thing is not at the stage that the act needs, such as a re-inspection before service.",
        "重新读取该事项,先办理前面的步骤;不要原样重试。", "Read the thing again and take the steps before; do not simply retry.",
    ),
    refusals.TermOutOfBounds: (
        "所给期限、日期或数额超出规则允许的范围。", "A term, date or amount is outside what the rule allows.",
        "按 errors 和 next_step 更正;basis 写明依据。", "Correct it as `errors` and `next_step` say; `basis` names the rule.",
    ),
    refusals.UnknownThing: (
        "没有这个编号的事项,或不属于令牌所在的账本。", "There is nothing of that id, or it is not in the book of this token.",
        "核对编号。", "Check the id.",
    ),
    refusals.StaleVersion: (
        "看过之后他人已办理了同一事项。带 If-Match 时为412,否则为409。",
        "Someone acted on it since it was seen: 412 with If-Match, else 409.",
        "重新读取,确认仍应办理后,以新版本重发。", "Read it again and, if it still makes sense, send it with the new version.",
    ),
    refusals.BadMoment: (
        "生效时间在将来、早于允许补记的天数、早于它所答复的事项,或缺少补记理由。",
        "The effective time lies in the future, too far back or before what it answers, or lacks a reason.",
        "更正 effective;补记的写明 reason。", "Correct `effective`; give a `reason` when it is recorded later.",
    ),
    refusals.BadInput: (
        "内容合乎格式,但不可能是真实意思,例如查无此企业、列了两次的项。",
        "Well formed, but it cannot be meant: an unknown enterprise, an item listed twice.",
        "按 errors 所示更正后重发。", "Correct what `errors` names and send it again.",
    ),
    refusals.ManyWrong: (
        "一次请求中有几处不可能是真实意思;全部未办理。", "Several values of one request cannot be meant; nothing was done.",
        "按 errors 逐处更正后,整体重发。", "Correct each place in `errors` and send all of it again.",
    ),
}  # fmt: skip

_AT_RIM: tuple[tuple[Problem, str, str], ...] = (
    (problems.malformed((Wrong("", "", ""),)),
     "请求内容不是合乎要求的 JSON:语法错误、字段重复、小数、过大整数、不可见字符或嵌套过深。",
     "The body is no JSON that is accepted: syntax, doubled members, fractions, invisible characters, depth."),
    (problems.bad_header("", "", ""), "请求头缺少、重复或写法有误。", "A header is missing, doubled or malformed."),
    (invalid_request(()), "请求不合接口说明:缺少必填项、类型或长度不符、有多余字段。",
     "The request does not have the described shape: missing, mistyped, too long or unknown members."),
    (problems.too_large(0), "请求内容超过该地址允许的大小。", "The body is larger than this address takes."),
    (problems.wrong_type(""), "内容类型、字符集或压缩方式不受支持,或文件不是所称的类型。",
     "Its type, charset or encoding is not taken, or a file is not what it claims to be."),
    (problems.UNAUTHENTICATED, "没有令牌,或令牌无效、已注销。", "There is no token, or it is unknown or revoked."),
    (signature_problems.bad_signature("", ""), "请求带有签名(RFC 9421),但缺少应包含的部分、已过时、与请求不符,或是重放。",
     "The request is signed (RFC 9421), but it lacks what must be covered, is too old, does not fit, or is a replay."),
    (signature_problems.SIGNATURE_REQUIRED, "渠道登记为须签名,而请求没有签名。",
     "The channel is registered as one that signs, and the request is not signed."),
    (problems.CHANNEL_MAY_NOT, "用渠道令牌办理只有人员才能办理的事项。", "A channel's token was used for what only a person may do."),
    (problems.PERSON_MAY_NOT, "上报须用渠道令牌,而用的是人员令牌。", "Reports take a channel's token; a person's was used."),
    (problems.NOT_FOUND, "地址不存在,或该编号查无内容。", "No such address, or nothing under that number."),
    (problems.METHOD, "地址存在,但不支持所用的方法。", "The address is there but does not take this method."),
    (problems.TOO_SLOW, "请求内容未在规定时间内传完。", "The body did not arrive in time."),
    (problems.FORGOTTEN, "所查的密封信息已依规销毁密钥。", "The key of what was sealed has been destroyed."),
    (problems.KEY_REUSED, "同一 Idempotency-Key 用于不同的内容。", "One Idempotency-Key was used with different content."),
    (problems.TOO_MANY, "同一来源查询或登录过于频繁。", "Too many look-ups or sign-ins from one place."),
    (problems.INTERNAL, "系统故障,不是请求有误。", "A fault of the system, not of the request."),
    (problems.KEY_MISSING, "密封信息的密钥暂不在应在之处。", "The keys of what was sealed are not where they should be."),
)  # fmt: skip


@cache
def problem_types() -> Mapping[str, ProblemType]:
    """Every type by its code, sorted."""
    return {one.code: one for one in sorted((*_refused(), *_at_rim()), key=lambda one: one.code)}


@cache
def examples() -> Mapping[str, Mapping[str, Any]]:
    """By code: a problem as the services gave it. Made by `make contracts`."""
    found: Mapping[str, Mapping[str, Any]] = json.loads(
        files("shared.runtime").joinpath("problem_examples.json").read_text("utf-8")
    )
    return found


def _refused() -> Iterator[ProblemType]:
    for kind, words in _REFUSED.items():
        statuses = (409, 412) if kind is refusals.StaleVersion else (problems.STATUS[kind],)
        yield ProblemType(kind.code, statuses, kind.title_zh, kind.title_en, *words)


def _at_rim() -> Iterator[ProblemType]:
    for one, zh, en in _AT_RIM:
        do_en = f"{one.next_step_en[:1].upper()}{one.next_step_en[1:]}."
        yield ProblemType(
            one.code, (one.status,), one.title, one.title_en, zh, en, f"{one.next_step}。", do_en
        )
