"""One page per type of problem, with a body as the services really give it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ValidationError

from bihuan.simulator import Simulator
from services.rectification.asks import GradeHazard
from shared.law.periods import SHANGHAI
from shared.runtime import problems, signature_problems, strict_json
from shared.runtime.asking import envelope
from shared.runtime.law_files import Law
from shared.runtime.problem_pages import markdown
from shared.runtime.problem_types import problem_types
from shared.runtime.problems import Problem
from shared.runtime.rim import JSON_LIMIT
from shared.runtime.validation import invalid_request
from shared.vocabulary.refusals import Refusal

FOLDER = "docs/contracts/problems"
EXAMPLES = "shared/runtime/problem_examples.json"
"""With the package, so that a service shows the same page."""
_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def files(law: Law, refused: Iterable[Refusal]) -> dict[str, str]:
    """The pages, and the examples that they share with the services; `refused`: what was really refused."""
    shown = examples((*refused, unknown(law)))
    pages = {f"{FOLDER}/{code}.md": markdown(it, shown[code]) for code, it in problem_types().items()}
    # Members in the order in which the services send them.
    kept = json.dumps(dict(sorted(shown.items())), ensure_ascii=False, indent=2)
    return {**pages, EXAMPLES: f"{kept}\n"}


def examples(refused: Iterable[Refusal]) -> dict[str, dict[str, Any]]:
    """By code: the first problem of each that was given."""
    given = [*(problems.of_refusal(one) for one in refused), *_at_rim()]
    shown: dict[str, dict[str, Any]] = {}
    for one in given:
        shown.setdefault(one.code, one.document(_TRACE))
    return shown


def unknown(law: Law) -> Refusal:
    """What is answered about a thing that is not there."""
    try:
        Simulator("t-1", law, datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)).desk.thing("hazard", "3f2a")
    except Refusal as refusal:
        return refusal
    raise AssertionError("an empty book knows no hazard")


def _at_rim() -> list[Problem]:
    """What is refused before any decision, on bodies that are really wrong."""
    return [
        _malformed(b'{"grade":"general","grade":"major"}'),
        _invalid(GradeHazard, b'{"grade":"minor","legal":"AQ105(2)"}'),
        problems.bad_header("Idempotency-Key", "缺少必填项", "required"),
        problems.too_large(JSON_LIMIT),
        problems.wrong_type("application/json (UTF-8)"),
        signature_problems.lacking(["content-digest", "nonce"]),
        signature_problems.SIGNATURE_REQUIRED,
        *(one for one in vars(problems).values() if isinstance(one, Problem)),
    ]


def _malformed(body: bytes) -> Problem:
    try:
        strict_json.parse(body)
    except strict_json.NotStrict as error:
        return problems.malformed(error.wrongs)
    raise AssertionError("the example of a malformed body is well formed")


def _invalid(asked: type[BaseModel], body: bytes) -> Problem:
    model = envelope(asked)
    try:
        model.model_validate(json.loads(body))
    except ValidationError as error:
        return invalid_request([{**each, "loc": ("body", *each["loc"])} for each in error.errors()], model)
    raise AssertionError("the example of an invalid body is valid")
