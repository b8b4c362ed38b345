"""Why a signed request is refused (RFC 9421), and what its sender should do."""

from __future__ import annotations

from shared.runtime.problems import Problem

INPUT = "Signature-Input"
_CHALLENGE = {"WWW-Authenticate": "Bearer"}
_AGAIN = ("请按接入说明重新签名后发送", "sign it again as the guide says, and send it")


def bad_signature(zh: str, en: str, do: tuple[str, str] = _AGAIN, header: str = INPUT) -> Problem:
    """A signature that is there and cannot be accepted; `do`: what helps, in Chinese and English."""
    return Problem(
        "bad-signature", 401, "签名无效", "Bad signature", zh, en, *do,
        errors=({"header": header, "detail": zh, "detail_en": en},), headers=_CHALLENGE,
    )  # fmt: skip


SIGNATURE_REQUIRED = Problem(
    "signature-required", 401, "须签名", "Signature required", "该渠道登记为须签名,只有令牌的请求不予办理",
    "this channel is registered as one that signs; a token alone is not enough",
    "请用登记的密钥签名(RFC 9421)后发送", "sign it with the registered key (RFC 9421) and send it",
    headers=_CHALLENGE,
)  # fmt: skip
UNKNOWN_KEY = bad_signature(
    "keyid不是登记的密钥", "keyid is no registered key",
    ("keyid写作“账本/渠道/密钥编号”;请核对,或先登记公钥", "keyid is LEDGER/CHANNEL/KEY: check it, or register the key"),
)  # fmt: skip
OTHERS = bad_signature(
    "签名的密钥与令牌不是同一渠道的", "the key and the token are not of the same channel",
    ("请用同一渠道的密钥和令牌,或不带令牌", "use the key and the token of one channel, or no token"),
)  # fmt: skip
FALSE = bad_signature(
    "签名与请求不符", "the signature does not fit the request",
    ("请核对密钥、地址(@target-uri)和签名后是否改动过请求头", "check the key, the address (@target-uri), and that no header was changed"),
    "Signature",
)  # fmt: skip
OTHER_CONTENT = bad_signature(
    "内容与Content-Digest不符", "the body does not fit Content-Digest",
    ("请按实际发送的内容计算摘要(sha-256或sha-512)", "digest the very bytes that are sent (sha-256 or sha-512)"),
    "Content-Digest",
)  # fmt: skip
REPLAYED = bad_signature(
    "nonce已用过:这是重放的请求", "the nonce was used: the request is a replay",
    ("重发须重新签名,换新的nonce,Idempotency-Key不变", "to send it again, sign it with a new nonce and the same Idempotency-Key"),
)  # fmt: skip


def lacking(missing: list[str]) -> Problem:
    """What the signature should cover or carry and does not."""
    names = ", ".join(missing)
    return bad_signature(f"签名没有包含:{names}", f"the signature lacks: {names}")


def out_of_time(window_s: int) -> Problem:
    """It was made too long ago, or in what is the future here."""
    return bad_signature(
        f"created与服务器时间相差超过{window_s}秒", f"created is more than {window_s} seconds from the server's time",
        ("请校准时钟,发送前才签名", "set the clock right, and sign just before sending"),
    )  # fmt: skip
