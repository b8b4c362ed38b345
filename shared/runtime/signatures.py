"""Signed requests (RFC 9421): who signed, whether the request is what was signed, and that it comes once."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import http_sf
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import (
    ContentDigest,
    HTTPMessageSignaturesException,
    HTTPMessageVerifier,
    MappingKeyResolver,
    VerifyResult,
    algorithms,
)
from starlette.datastructures import Headers
from starlette.types import Scope

from shared.runtime import signature_problems as wrong
from shared.runtime.access import Principal
from shared.runtime.problems import AtRim

TAG = "bihuan"
"""What a signature meant for us is tagged with: others, made by proxies, are left alone."""
COMPONENTS = ("@method", "@target-uri", "content-digest", "idempotency-key")
"""What every signature covers."""
PARAMETERS = ("created", "nonce", "keyid")
WINDOW_S = 300
"""By how many real seconds `created` may differ from our time, unless the installation says otherwise."""
_NONCE_LENGTH = range(16, 129)

KeyOf = Callable[[str], tuple[Principal, bytes] | None]
"""Whom a keyid stands for, and the 32 bytes of that Ed25519 public key."""
Spend = Callable[[str, int], bool]
"""Whether a nonce is new; from then on it is not, at least until a moment (real seconds since 1970)."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A request whose head is as its signer made it; the body is yet to be compared."""

    principal: Principal
    covered: Mapping[str, str]
    nonce: str
    created: int


@dataclass(frozen=True, slots=True)
class _Message:
    """A request as the library wants to see it."""

    method: str
    url: str
    headers: Headers


@dataclass(frozen=True, slots=True)
class Signatures:
    """How signatures are verified. `address`: where callers reach us (empty: as each request says);

    `now`: real time in seconds since 1970, whatever the installation's clock shows.
    """

    key_of: KeyOf
    spend: Spend
    address: str = ""
    window_s: int = WINDOW_S
    now: Callable[[], float] = time.time

    def head(self, scope: Scope, headers: Headers) -> Signed:
        """Who signed the request, before its body is read. Raises AtRim."""
        parameters = _ours(headers)
        created, nonce, keyid = (parameters[name] for name in PARAMETERS)
        if not (isinstance(created, int) and abs(self.now() - created) <= self.window_s):
            raise AtRim(wrong.out_of_time(self.window_s))
        if not (isinstance(nonce, str) and len(nonce) in _NONCE_LENGTH):
            raise AtRim(wrong.bad_signature("nonce须为16至128个字符", "the nonce has 16 to 128 characters"))
        known = self.key_of(keyid) if isinstance(keyid, str) else None
        if known is None:
            raise AtRim(wrong.UNKNOWN_KEY)
        principal, key = known
        verified = self._verified(scope, headers, str(keyid), key)
        return Signed(principal, verified.covered_components, nonce, created)

    def body(self, signed: Signed, content: bytes) -> None:
        """Compare the body, and let this request pass once. Raises AtRim."""
        try:
            ContentDigest.verify_components(signed.covered, content)
        except HTTPMessageSignaturesException:
            raise AtRim(wrong.OTHER_CONTENT) from None
        self._once(signed)

    def _verified(self, scope: Scope, headers: Headers, keyid: str, key: bytes) -> VerifyResult:
        public = Ed25519PublicKey.from_public_bytes(key)
        verifier = HTTPMessageVerifier(
            signature_algorithm=algorithms.ED25519,
            key_resolver=MappingKeyResolver(public_keys={keyid: public}, private_keys={}),
        )
        window = timedelta(seconds=self.window_s)
        verifier.max_clock_skew = window
        message = _Message(scope["method"], self._url(scope, headers), headers)
        try:
            [verified] = verifier.verify(
                message, max_age=window, expect_tag=TAG, require_components=COMPONENTS
            )
        except (HTTPMessageSignaturesException, ValueError):
            raise AtRim(wrong.FALSE) from None
        return verified

    def _url(self, scope: Scope, headers: Headers) -> str:
        """The address as the caller wrote it: what a proxy made of it is not what was signed."""
        base = self.address.rstrip("/") or f"{scope['scheme']}://{headers.get('host', '')}"
        path: bytes = scope.get("raw_path") or scope["path"].encode()
        query: bytes = scope.get("query_string", b"")
        return base + path.decode("latin-1") + (f"?{query.decode('latin-1')}" if query else "")

    def _once(self, signed: Signed) -> None:
        # For twice the window: the clocks of our processes need not agree to the second.
        until = signed.created + 2 * self.window_s
        if not self.spend(f"{signed.principal.ledger}\0{signed.principal.name}\0{signed.nonce}", until):
            raise AtRim(wrong.REPLAYED)


def is_signed(headers: Headers) -> bool:
    """Whether a request is signed for us: signatures that proxies make carry no tag of ours and are left alone."""
    return "signature-input" in headers and bool(_tagged(headers))


def _ours(headers: Headers) -> Mapping[str, Any]:
    """The parameters of the one signature that is meant for us, which covers all it should. Raises AtRim."""
    found = _tagged(headers)
    if len(found) != 1:
        raise AtRim(wrong.bad_signature("签名须有且只有一个", "there must be one signature, and one only"))
    [(covered, parameters)] = found
    missing = [name for name in COMPONENTS if name not in covered or not _there(name, headers)]
    missing += [name for name in PARAMETERS if name not in parameters]
    if missing:
        raise AtRim(wrong.lacking(missing))
    return parameters


def _tagged(headers: Headers) -> list[tuple[frozenset[str], Mapping[str, Any]]]:
    """What each signature with our tag covers, and its parameters. Raises AtRim."""
    written = ", ".join(headers.getlist("signature-input"))
    try:
        read: Any = http_sf.parse(written.encode(), tltype="dictionary")
        return [
            # A component with parameters of its own is another one: part of a header, say.
            (frozenset(name for name, more in covered if not more), parameters)
            for covered, parameters in read.values()
            if parameters.get("tag") == TAG
        ]
    except (ValueError, TypeError, AttributeError):
        raise AtRim(wrong.bad_signature("Signature-Input不合格式", "Signature-Input is malformed")) from None


def _there(name: str, headers: Headers) -> bool:
    return name.startswith("@") or name in headers
