"""The shape of a request: an ask with its effective time and reason, read strictly."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, create_model, model_validator
from pydantic_core import PydanticCustomError


def _moment(value: Any) -> Any:
    # Pydantic would also take a day, or a count of seconds, for a moment.
    if value is None:
        return None
    try:
        if isinstance(value, str) and "T" in value:
            return datetime.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError("datetime_parsing", "not a moment")


Effective = Annotated[
    datetime | None,
    BeforeValidator(_moment),
    Field(description="生效时间(带时区),不填即现在 / when it took effect, with its zone; else now"),
]
Reason = Annotated[
    str | None,
    Field(max_length=2000, description="补记理由,生效时间不是现在时必填 / why it is recorded later"),
]


@cache
def envelope(ask: type[BaseModel]) -> type[BaseModel]:
    """The ask as it is sent: its own fields, `effective` and `reason`, and nothing else."""
    if {"effective", "reason"} & set(ask.model_fields):
        raise ValueError(f"{ask.__name__} has a field of the envelope")
    fields: dict[str, Any] = {"effective": (Effective, None), "reason": (Reason, None)}
    return strictly(create_model(f"{ask.__name__}Request", __base__=ask, __doc__=ask.__doc__, **fields))


def strictly(model: type[BaseModel]) -> type[BaseModel]:
    """The same model without guesses: "5" is no number, 1 is no truth value, a count of seconds is no date."""

    def read(_cls: type[BaseModel], value: Any, _handler: Callable[[Any], Any]) -> BaseModel:
        # Strictness in pydantic's JSON mode still takes text for dates and lists for tuples, as JSON must.
        return model.model_validate_json(json.dumps(value), strict=True)

    reader: Any = classmethod(read)
    validators: dict[str, Any] = {"strictly": model_validator(mode="wrap")(reader)}
    return create_model(model.__name__, __base__=model, __doc__=model.__doc__, __validators__=validators)
