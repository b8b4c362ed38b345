"""Tracking numbers: nobody can guess one, and a repeated request gets the same one again."""

from __future__ import annotations

import hmac
import re
from base64 import b32encode

_BYTES = 15  # 120 bits: 24 characters without padding


def tracking_number(secret: bytes, ledger: str, channel: str, key: str, row: int) -> str:
    """The number of one row of one request: `ABCD-EFGH-...`, six groups of four from A-Z and 2-7."""
    return _grouped(b32encode(_derived(secret, "report", ledger, channel, key, str(row))[:_BYTES]).decode())


def upload_id(secret: bytes, ledger: str, channel: str, key: str) -> str:
    """The id of one upload (40 hexadecimal digits)."""
    return _derived(secret, "upload", ledger, channel, key)[:20].hex()


def as_written(text: str) -> str | None:
    """The number that someone typed, with or without dashes and in any case; None when it cannot be one."""
    bare = re.sub(r"[\s-]", "", text).upper()
    return _grouped(bare) if re.fullmatch(r"[A-Z2-7]{24}", bare) else None


def _derived(secret: bytes, *parts: str) -> bytes:
    # Lengths first: no two lists of parts share their bytes.
    message = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    return hmac.digest(secret, message, "sha256")


def _grouped(bare: str) -> str:
    return "-".join(bare[at : at + 4] for at in range(0, len(bare), 4))
