"""Signing in and out: a person's token, given once, becomes a session that a cookie names.

Every form carries a proof that it was made from a page of ours: a digest of the cookie, which no other site can read.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import parse_qs, quote, urlsplit

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from starlette.requests import HTTPConnection

from services.oversight.console.rendering import HEADERS, ROOT, language_of
from services.oversight.console.sessions import LONGEST
from shared.runtime.doors import seen_of
from shared.runtime.problems import AtRim, Problem

_COOKIE = "bihuan_console"
_TARGET = re.compile(rf"(?!.*(?:\.\.|//)){ROOT}/(zh|en)/[A-Za-z0-9%&()*+,./:;=?@_~-]*")
_MOST_FIELDS = 8

FORGED = Problem(
    "form-not-ours", 403, "表单已失效", "This form is no longer good",
    "表单不是从本站当前页面提交的,或页面打开得太久", "it was not sent from a current page of this site",
    "请返回上一页,刷新后重新提交", "go back, reload the page and send it again",
)  # fmt: skip


def secret_of(connection: HTTPConnection) -> str:
    """What the browser's cookie holds: the session, or before signing in a random text; empty without a cookie."""
    return connection.cookies.get(_name(connection), "")


def fresh_secret() -> str:
    """A random text for a browser that has no cookie yet."""
    return secrets.token_urlsafe(32)


def proof_of(secret: str) -> str:
    """What a form carries to show that its page was made for this browser."""
    return sha256(f"bihuan.console.form\0{secret}".encode()).hexdigest()


def form_of(request: Request) -> Mapping[str, str]:
    """The fields of a form, each given once; raises AtRim for one that another site made."""
    body = seen_of(request).body
    try:
        read = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:
        raise AtRim(FORGED) from None
    fields = {name: values[0] for name, values in read.items() if len(values) == 1}
    secret = secret_of(request)
    proven = secrets.compare_digest(fields.get("proof", "").encode(), proof_of(secret).encode())
    if not (secret and proven and _from_here(request)):
        raise AtRim(FORGED)
    return fields


def with_cookie(response: Response, request: Request, secret: str) -> Response:
    """Give the browser its cookie: for this site alone, out of reach of scripts, over https where that is used."""
    response.set_cookie(
        _name(request),
        secret,
        max_age=LONGEST,
        path="/",
        secure=_https(request),
        httponly=True,
        samesite="strict",
    )
    return response


def without_cookie(response: Response, request: Request) -> Response:
    """Take the cookie away again."""
    response.delete_cookie(_name(request), path="/", secure=_https(request), httponly=True, samesite="strict")
    return response


def to_sign_in(request: Request) -> Response:
    """Send somebody who is not signed in to the form, from where they come back to where they were going."""
    path, query = request.url.path, request.url.query
    wanted = path + (f"?{query}" if query else "") if request.method == "GET" else ""
    form = f"{ROOT}/{language_of(path)}/sign-in"
    if _TARGET.fullmatch(wanted):
        form = f"{form}?to={quote(wanted, safe='')}"
    if "hx-request" in request.headers:
        return Response(None, 401, {**HEADERS, "HX-Redirect": form})
    return redirect(form)


def target(request: Request, wanted: str) -> str:
    """Where to go after signing in: an address of the console, never one elsewhere."""
    return wanted if _TARGET.fullmatch(wanted) else f"{ROOT}/{language_of(request.url.path)}/late"


def redirect(to: str) -> Response:
    """See other."""
    return RedirectResponse(to, 303, HEADERS)


def _name(connection: HTTPConnection) -> str:
    # A browser takes a __Host- cookie over https only, and from this very host only.
    return f"__Host-{_COOKIE}" if _https(connection) else _COOKIE


def _https(connection: HTTPConnection) -> bool:
    return connection.url.scheme == "https"


def _from_here(request: Request) -> bool:
    """Whether the browser says that a page of this site sent it; old browsers say nothing."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    # The host alone: which scheme the browser used, only a proxy in front of us may know.
    return origin is None or urlsplit(origin).netloc == request.url.netloc
