"""What pydantic finds wrong is said in our words, and nothing that was sent is repeated."""

from __future__ import annotations

import json

import pytest
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from services.intake.asks import Batch, Report
from services.rectification.asks import GradeHazard, MakeVisit, ServeOrder
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


@pytest.mark.parametrize(
    ("sent", "pointer", "said", "said_en"),
    [
        (
            {"words": ""},
            "/words",
            "不能为空,应填:看到了什么隐患,用自己的话写",
            "must not be empty: what is wrong",
        ),
        (
            {"words": " \n"},
            "/words",
            "不能为空,应填:看到了什么隐患,用自己的话写",
            "must not be empty: what is wrong",
        ),
        ({}, "/words", "缺少必填项,应填:看到了什么隐患,用自己的话写", "required: what is wrong"),
        ({"words": 3}, "/words", "须为文字", "must be text"),
        (
            {"words": "x", "community": ""},
            "/community",
            "不能为空,应填:社区编号,例如 sq-01",
            "must not be empty: the",
        ),
        ({"words": "x", "community": "a b"}, "/community", "含有不允许的字符", "has characters"),
    ],
)
def test_a_field_left_empty_says_what_it_wants(
    sent: dict[str, object], pointer: str, said: str, said_en: str
) -> None:
    whole = {"community": "sq-01", "serious": False} | sent
    for model, body, at in ((Report, whole, pointer), (Batch, {"reports": [whole]}, f"/reports/0{pointer}")):
        with pytest.raises(ValidationError) as refused:
            strictly(model).model_validate(body)
        errors = [{**error, "loc": ("body", *error["loc"])} for error in refused.value.errors()]
        [told] = invalid_request(RequestValidationError(errors).errors(), strictly(model)).errors
        assert (told["pointer"], told["detail"]) == (at, said)
        assert told["detail_en"].startswith(said_en)


def test_a_wrong_choice_is_answered_with_the_choices() -> None:
    with pytest.raises(ValidationError) as refused:
        strictly(GradeHazard).model_validate({"grade": "huge", "legal_item": "AQ102"})
    errors = [{**error, "loc": ("body", *error["loc"])} for error in refused.value.errors()]
    [told] = invalid_request(errors).errors
    assert told["detail"] == "不在可选范围内,可填:general、major"
