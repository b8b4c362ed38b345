"""A form as an Open311 client sends it, read as the report that it means: the same that POST /reports takes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from pydantic import ValidationError

from services.intake import asks
from services.intake.open311.services import COMMUNITY, ENTERPRISE, SERVICES
from shared.runtime import problems, strict_json
from shared.runtime.asking import strictly
from shared.runtime.problems import AtRim
from shared.runtime.validation import invalid_request
from shared.vocabulary.refusals import BadInput
from shared.wire.canonical import canonical

FORM_LIMIT = 64 * 1024
"""Bytes of a form: 4000 characters take up to 48 KB as forms write them."""
_MOST_FIELDS = 100

_DEGREES = re.compile(r"[-+]?\d{1,3}(\.\d{1,20})?")
_ATTRIBUTE = re.compile(r"attribute\[([^\]]*)\](\[\])?")
_HAN = re.compile("[\u3400-\u9fff]")
_REPORT = strictly(asks.Report)


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent: arguments and attributes that were filled in, each once."""

    arguments: Mapping[str, str]
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Meant:
    """The report that a form means, and its canonical bytes."""

    report: asks.Report
    canonical: bytes


def form_of(body: bytes) -> Form:
    """The form in a body; raises AtRim for what is none, BadInput for what is there twice."""
    try:
        pairs = parse_qsl(body.decode(), max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:
        raise AtRim(problems.wrong_type("application/x-www-form-urlencoded (UTF-8)")) from None
    arguments: dict[str, str] = {}
    attributes: dict[str, str] = {}
    for name, value in pairs:
        attribute = _ATTRIBUTE.fullmatch(name)
        into, key = (attributes, attribute[1]) if attribute else (arguments, name)
        if key in into:
            raise _bad(key, "只能填写一次", "may be there once")
        into[key] = value.strip()
    return Form(_filled(arguments), _filled(attributes))


def meant(form: Form) -> Meant:
    """The report; raises AtRim or BadInput for what cannot be one."""
    given = form.arguments
    code = given.get("service_code")
    if code is None:
        raise _bad("service_code", "缺少必填项,见services", "required; see services")
    if code not in SERVICES:
        raise AtRim(problems.NOT_FOUND)
    unknown = form.attributes.keys() - {COMMUNITY, ENTERPRISE}
    if unknown:
        raise _bad(
            "attribute", "没有这个附加项,见services/编号", "no such attribute; see the service's definition"
        )
    location = _location(given)
    place = _place(given)
    if not (place or location):
        raise _bad(
            "address_string", "须写明地点:address_string、lat和long或address_id",
            "say where it is: address_string, lat and long, or address_id",
        )  # fmt: skip
    return _read(
        {
            "serious": SERVICES[code].serious,
            "words": _words(given),
            "place": place,
            "location": location,
            "reporter": _reporter(given),
            **form.attributes,
        }
    )


def _read(document: dict[str, Any]) -> Meant:
    """The report as POST /reports would read it."""
    body = json.dumps({name: value for name, value in document.items() if value not in (None, "")}).encode()
    try:
        plain = strict_json.parse(body)
        return Meant(_REPORT.model_validate_json(body), canonical(plain))  # type: ignore[arg-type]
    except strict_json.NotStrict as error:
        raise AtRim(problems.malformed(error.wrongs)) from None
    except ValidationError as error:
        wrong = [{**one, "loc": ("body", *one["loc"])} for one in error.errors()]
        raise AtRim(invalid_request(wrong, asks.Report)) from None


def _filled(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value}


def _words(given: Mapping[str, str]) -> str:
    # Nothing is fetched from there: an officer who opens the report decides whether to look.
    media = f"图片或视频网址(media_url):{given['media_url']}" if "media_url" in given else ""
    return "\n".join(part for part in (given.get("description", ""), media) if part)


def _place(given: Mapping[str, str]) -> str:
    number = f"地址编号(address_id):{given['address_id']}" if "address_id" in given else ""
    return "\n".join(part for part in (given.get("address_string", ""), number) if part)


def _reporter(given: Mapping[str, str]) -> dict[str, str] | None:
    first, last = given.get("first_name", ""), given.get("last_name", "")
    chinese = bool(_HAN.search(first + last))
    name = last + first if chinese else f"{first} {last}".strip()
    who = {"name": name, "phone": given.get("phone", ""), "email": given.get("email", "")}
    return who if any(who.values()) else None


def _location(given: Mapping[str, str]) -> dict[str, int] | None:
    if "lat" not in given and "long" not in given:
        return None
    for name in ("lat", "long"):
        if not _DEGREES.fullmatch(given.get(name, "")):
            raise _bad(
                name,
                "lat和long须同时填写,为十进制度数(WGS 84)",
                "lat and long go together, in decimal degrees",
            )
    return {"latitude": _millionths(given["lat"]), "longitude": _millionths(given["long"])}


def _millionths(degrees: str) -> int:
    return int((Decimal(degrees) * 1_000_000).to_integral_value())


def _bad(where: str, zh: str, en: str) -> BadInput:
    return BadInput(zh, en, where=where, do_zh="请更正", do_en="correct it")
