"""The leaf hash of a fact (RFC 9162 leaf prefix, fixed binary header, body)."""

from hashlib import sha256
from struct import pack


def leaf(ledger: str, position: int, stream: str, version: int, recorded: int, body: bytes) -> bytes:
    """SHA-256 of 0x00, the big-endian header and the body; `recorded` is microseconds since 1970 in UTC."""
    book, name = ledger.encode(), stream.encode()
    header = pack(
        f">H{len(book)}sQH{len(name)}sIq", len(book), book, position, len(name), name, version, recorded
    )
    return sha256(b"\x00" + header + body).digest()
