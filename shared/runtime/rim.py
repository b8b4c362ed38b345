"""The outermost layer of every service: trace, token, size, type and form of the body, one log line, no leak.

A request passes here before any framework code parses it. A POST without a good token is not even read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import anyio
import structlog
from anyio.to_thread import run_sync
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import tracing
from shared.runtime import metrics, problems, signature_problems, strict_json
from shared.runtime.access import Principal
from shared.runtime.problems import AtRim, Problem
from shared.runtime.signatures import Signatures, Signed, is_signed
from shared.runtime.telemetry import trace_from, traced
from shared.wire.canonical import canonical

JSON_LIMIT = 256 * 1024
"""Bytes of a JSON body."""
FORM_LIMIT = 4 * 1024
"""Bytes of a form, unless a dialect says otherwise."""
BODY_SECONDS = 30
"""In how many real seconds a whole body must have arrived."""

Who = Callable[[str], Principal | None]
"""Whom a bearer token stands for."""

_ONCE = (
    "authorization",
    "second-officer",
    "idempotency-key",
    "if-match",
    "content-type",
    "content-length",
    "content-digest",
)
_METHODS_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_METHODS = _METHODS_WITH_BODY | {"GET", "HEAD", "DELETE", "OPTIONS"}
"""Counted by name; whatever else a caller makes up is counted as one."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Seen:
    """What the rim knows of one request: handlers read it, the log line is made of it.

    `signed`: the principal's key signed it, head and body.
    """

    trace: str
    principal: Principal | None = None
    signed: bool = False
    body: bytes = b""
    canonical: bytes = b""
    log: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dialect:
    """The addresses at `root` and below speak otherwise than the interface, as a browser or a foreign standard has it.

    Who asks is told in another way, which no other address heeds; of what is sent only forms are read, up to so many
    bytes; a problem is shown in another shape.
    """

    root: str
    who: Callable[[HTTPConnection], Principal | None]
    show: Callable[[Problem, Request], Response]
    form_limit: int = FORM_LIMIT

    def at(self, path: str) -> bool:
        """Whether an address is one of these."""
        return path == self.root or path.startswith(f"{self.root}/")


class Rim:
    """ASGI middleware; `raw` are the addresses that take files instead of JSON, with their limits in bytes.

    `signatures`: how signed requests are verified, where they are taken.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        who: Who,
        raw: Mapping[str, int],
        dialects: Sequence[Dialect] = (),
        signatures: Signatures | None = None,
    ) -> None:
        self._app, self._who, self._raw = app, who, raw
        self._dialects, self._signatures = dialects, signatures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        with traced(tracing.current_trace() or trace_from(headers.get("traceparent"))) as trace:
            await self._traced(scope, headers, receive, send, Seen(trace))

    async def _traced(self, scope: Scope, headers: Headers, receive: Receive, send: Send, seen: Seen) -> None:
        began, status = time.perf_counter(), 0
        scope.setdefault("state", {})["seen"] = seen

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                own = MutableHeaders(scope=message)
                own["Trace-Id"] = seen.trace
                own.setdefault("Cache-Control", "no-store")
                own["X-Content-Type-Options"] = "nosniff"
            await send(message)

        try:
            inner = await self._admitted(scope, headers, receive, seen)
            await self._app(scope, inner, answer)
        except AtRim as refused:
            await self._say(refused.problem, scope, receive, answer, seen)
        except Exception:
            log.exception("http.failed", route=_route(scope))
            if status:  # part of the answer is gone: the connection ends, nothing false is said
                raise
            await self._say(problems.INTERNAL, scope, receive, answer, seen)
        finally:
            taken, route = time.perf_counter() - began, _route(scope)
            method = scope["method"] if scope["method"] in _METHODS else "other"
            metrics.REQUESTS.labels(method, route, status).inc()
            metrics.REQUEST_TIME.labels(method, route).observe(taken)
            log.info(
                "http.request", method=scope["method"], route=route, status=status, ms=round(taken * 1000, 1),
                principal=seen.principal.name if seen.principal else None,
                ledger=seen.principal.ledger if seen.principal else None, **seen.log,
            )  # fmt: skip

    async def _say(self, problem: Problem, scope: Scope, receive: Receive, send: Send, seen: Seen) -> None:
        seen.log["problem"] = problem.code
        await told(problem, Request(scope), self._dialects)(scope, receive, send)

    async def _admitted(self, scope: Scope, headers: Headers, receive: Receive, seen: Seen) -> Receive:
        """Check headers and token, then read and check the body; answers how the framework receives it."""
        for name in _ONCE:
            if len(headers.getlist(name)) > 1:
                raise AtRim(problems.bad_header(name.title(), "只能有一个", "must be there once"))
        dialect = _spoken(self._dialects, scope["path"])
        if dialect is not None:
            seen.principal = await run_sync(dialect.who, HTTPConnection(scope))
            if scope["method"] not in _METHODS_WITH_BODY:
                return receive
            seen.body = await _read(headers, receive, dialect.form_limit)
            return _again(seen.body, receive)
        if "authorization" in headers:
            seen.principal = await run_sync(self._who, bearer(headers["authorization"]))
            if seen.principal is None:
                raise AtRim(problems.UNAUTHENTICATED)
        if scope["method"] not in _METHODS_WITH_BODY:
            return receive
        signatures, signed = self._signatures, None
        if signatures and is_signed(headers):
            signed = await run_sync(_signer, signatures, scope, headers, seen)
        if seen.principal is None:
            claimed = signatures is not None and "signature-input" in headers
            raise AtRim(signature_problems.lacking(["tag"]) if claimed else problems.UNAUTHENTICATED)
        limit = self._raw.get(scope["path"])
        if limit is None:
            _require_json(headers)
        seen.body = await _read(headers, receive, limit or JSON_LIMIT)
        if signatures and signed:
            await run_sync(signatures.body, signed, seen.body)
            seen.signed = True
        if limit is None:
            seen.canonical = await run_sync(_canonical, seen.body)
        return _again(seen.body, receive)


def _signer(signatures: Signatures, scope: Scope, headers: Headers, seen: Seen) -> Signed:
    """The head of a signed request, whose signer asks; a token beside it must be the same channel's."""
    signed = signatures.head(scope, headers)
    if seen.principal not in (None, signed.principal):
        raise AtRim(signature_problems.OTHERS)
    seen.principal = signed.principal
    return signed


def told(problem: Problem, request: Request, dialects: Sequence[Dialect]) -> Response:
    """A problem as whoever asked can read it: in the dialect of the address, else RFC 9457."""
    dialect = _spoken(dialects, request.url.path)
    if dialect is not None:
        return dialect.show(problem, request)
    seen: Seen = request.state.seen
    return problem.response(seen.trace)


def _spoken(dialects: Sequence[Dialect], path: str) -> Dialect | None:
    return next((dialect for dialect in dialects if dialect.at(path)), None)


def bearer(header: str) -> str:
    """The token in `Bearer <token>`; empty when it is anything else."""
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _require_json(headers: Headers) -> None:
    if headers.get("content-encoding", "identity") != "identity":
        raise AtRim(problems.wrong_type("未压缩的application/json"))
    declared, _, parameters = headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if declared.strip().lower() != "application/json" or charset not in ("", "utf-8"):
        raise AtRim(problems.wrong_type("application/json (UTF-8)"))


async def _read(headers: Headers, receive: Receive, limit: int) -> bytes:
    declared = headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared[:20]) > limit:
        raise AtRim(problems.too_large(limit))
    parts: list[bytes] = []
    size = 0
    try:
        with anyio.fail_after(BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise AtRim(problems.TOO_SLOW)
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > limit:
                    raise AtRim(problems.too_large(limit))
                if not message.get("more_body"):
                    return b"".join(parts)
    except TimeoutError:
        raise AtRim(problems.TOO_SLOW) from None


def _canonical(body: bytes) -> bytes:
    try:
        return canonical(strict_json.parse(body))
    except strict_json.NotStrict as error:
        raise AtRim(problems.malformed(error.wrongs)) from None


def _again(body: bytes, receive: Receive) -> Receive:
    """Give the framework the body that was read; afterwards it hears of a disconnect as ever."""
    given = False

    async def once() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once


def _route(scope: Scope) -> str:
    """The route's template: an address itself may hold a tracking number."""
    route: Any = scope.get("route")
    return getattr(route, "path", "-")
