"""The console's own files: named by what is in them, so that a browser may keep them for ever."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

from fastapi import Request, Response

ROOT = "/console/static"
_FILES = {
    "console.css": "text/css; charset=utf-8",
    "htmx.min.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Static:
    """One file as it is sent: `name` holds the beginning of its digest."""

    name: str
    digest: str
    media_type: str
    plain: bytes
    packed: bytes

    def answer(self, request: Request) -> Response:
        """The file, or that the browser has it already."""
        # One tag for the plain bytes and one for the packed ones: a cache must not take one for the other.
        gzipped = "gzip" in request.headers.get("accept-encoding", "")
        tag = f'"{self.digest}{"-gzip" if gzipped else ""}"'
        headers = {"ETag": tag, "Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding"}
        if tag in request.headers.get("if-none-match", ""):
            return Response(None, 304, headers)
        if gzipped:
            return Response(self.packed, 200, headers | {"Content-Encoding": "gzip"}, self.media_type)
        return Response(self.plain, 200, headers, self.media_type)


@cache
def statics() -> Mapping[str, Static]:
    """Every file, by the name under which it is sent."""
    return {static.name: static for static in map(_static, _FILES)}


@cache
def address_of(file: str) -> str:
    """Where a file is found: `/console/static/console.1f0c2d3e4a5b.css`."""
    return f"{ROOT}/{_static(file).name}"


def _static(file: str) -> Static:
    plain = files("services.oversight.console").joinpath("static", file).read_bytes()
    digest = sha256(plain).hexdigest()
    stem, _, suffix = file.rpartition(".")
    return Static(
        f"{stem}.{digest[:12]}.{suffix}", digest, _FILES[file], plain, gzip.compress(plain, mtime=0)
    )
