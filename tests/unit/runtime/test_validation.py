"""What pydantic finds wrong is said in our words, and nothing that was sent is repeated."""

from __future__ import annotations

import json

import pytest
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from services.rectification.asks import MakeVisit, ServeOrder
from shared.runtime.asking import envelope, strictly
from shared.runtime.validation import invalid_request

CANARY = "canary-7d1"


@pytest.mark.parametrize(
    "sent",
    [
        {CANARY: 1},
        {"how": CANARY, "receipt": ""},
        {"how": "direct", "receipt": "r", "effective": CANARY},
        {"how": "direct", "receipt": [CANARY]},
    ],
)
def test_a_refused_value_is_not_repeated(sent: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as refused:
        envelope(ServeOrder).model_validate(sent)
    errors = [{**error, "loc": ("body", *error["loc"])} for error in refused.value.errors()]
    problem = invalid_request(RequestValidationError(errors).errors())
    assert problem.status == 422
    assert CANARY not in json.dumps(problem.document("0" * 32), ensure_ascii=False)


def test_the_envelope_adds_only_effective_and_reason() -> None:
    assert set(envelope(ServeOrder).model_fields) - set(ServeOrder.model_fields) == {"effective", "reason"}


def test_a_strict_model_keeps_its_description() -> None:
    described = strictly(MakeVisit).model_json_schema()
    assert described["properties"] == MakeVisit.model_json_schema()["properties"]
    assert described["additionalProperties"] is False
