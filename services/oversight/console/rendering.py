"""How a page is made: templates that escape everything, the frame around each page, and the headers it goes out with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from services.oversight.console.statics import address_of
from services.oversight.console.wording import Wording, read_due
from services.oversight.words import Language, kind_word, law_text, word

ROOT = "/console"
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    # Not `no-referrer`: with that, browsers send forms without saying where they come from.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds a page: the menu for who is signed in, their name if known, the proof for their forms, the clock."""

    signed_in: bool = False
    name: str = ""
    role: str = ""
    proof: str = ""
    at: str = ""
    demonstration: bool = False


def language_of(path: str) -> Language:
    """The language that an address names, else Chinese."""
    return Language.EN if f"{path}/".startswith(f"{ROOT}/en/") else Language.ZH


def page(request: Request, template: str, frame: Frame, *, status: int = 200, **values: Any) -> Response:
    """A page in the language of its address."""
    lang = language_of(request.url.path)
    say = Wording(lang)
    html = _templates().get_template(template).render(
        t=say,
        lang=lang,
        html_lang="zh-CN" if lang is Language.ZH else "en",
        home=f"{ROOT}/{lang}",
        here=request.url.path,
        url=str(request.url),
        elsewhere=_in_the_other_language(request, lang),
        static=address_of,
        frame=frame,
        read_due=read_due,
        capital=lambda text: text[:1].upper() + text[1:],
        law_text=lambda codes: law_text(codes, lang),
        word=lambda code: word(code, lang),
        kind_word=lambda kind: kind_word(kind, lang),
        **values,
    )  # fmt: skip
    return HTMLResponse(html, status, dict(HEADERS))


def _in_the_other_language(request: Request, lang: Language) -> str:
    other = Language.ZH if lang is Language.EN else Language.EN
    rest = request.url.path.removeprefix(f"{ROOT}/{lang}")
    if not request.url.path.startswith(f"{ROOT}/{lang}/"):
        rest = "/late"
    return f"{ROOT}/{other}{rest}{'?' if request.url.query else ''}{request.url.query}"


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("services.oversight.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
