"""Documents of Open311 in JSON and XML, and problems as its errors: code and description."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from starlette.requests import Request
from starlette.responses import Response

from shared.runtime.problems import Problem

JSON, XML = "application/json", "text/xml"

_STATUS = {401: 403, 422: 400}
"""The standard has 403 for keys that are missing or unknown, and 400 for whatever is wrong in what was sent."""

_ITEMS = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
"""What one of a list is called in XML; in JSON it has no name."""

_ARGUMENTS = {
    "/words": "description",
    "/place": "address_string",
    "/location/latitude": "lat",
    "/location/longitude": "long",
    "/community": "attribute[community]",
    "/enterprise": "attribute[enterprise]",
    "/reporter/name": "first_name, last_name",
    "/reporter/phone": "phone",
    "/reporter/email": "email",
}
"""What the members of a report are called here."""


def answered(
    form: str, root: str, content: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """An answer as `json` or as `xml`; `root`: the name of the whole in XML."""
    if form == "json":
        return Response(json.dumps(content, ensure_ascii=False), status, headers, JSON)
    return Response(as_xml(root, content), status, headers, XML)


def as_xml(root: str, content: Any) -> bytes:
    """The same content as XML in UTF-8."""
    made = Element(root)
    _fill(made, content)
    written: bytes = tostring(made, encoding="utf-8", xml_declaration=True)
    return written


def problem_shown(problem: Problem, request: Request) -> Response:
    """A problem as the standard's errors: one for each place that is wrong, in Chinese and English."""
    status = _STATUS.get(problem.status, problem.status)
    errors = [{"code": status, "description": words} for words in _descriptions(problem)]
    headers = {name: value for name, value in problem.headers.items() if name != "WWW-Authenticate"}
    # XML is what the standard requires: so whoever asks at no address of ours is told in XML.
    form = "json" if request.url.path.endswith(".json") else "xml"
    return answered(form, "errors", errors, status, headers)


def _descriptions(problem: Problem) -> list[str]:
    if not problem.errors:
        zh, en = f"{problem.detail}。{problem.next_step}", f"{problem.detail_en}; {problem.next_step_en}"
        return [f"{zh} / {en}"]
    return [_at_place(error) for error in problem.errors]


def _at_place(error: Mapping[str, str]) -> str:
    pointer = error.get("pointer", "")
    place = error.get("header") or _ARGUMENTS.get(pointer, pointer.strip("/"))
    words, words_en = error["detail"], error["detail_en"]
    return f"{place}:{words} / {place}: {words_en}" if place else f"{words} / {words_en}"


def _fill(element: Element, content: Any) -> None:
    match content:
        case None:
            return
        case bool():
            element.text = "true" if content else "false"
        case dict():
            for name, inner in content.items():
                _fill(SubElement(element, name), inner)
        case list():
            for inner in content:
                _fill(SubElement(element, _ITEMS[element.tag]), inner)
        case _:
            element.text = str(content)
