"""What every ask is made of: text that says something, ids, and no unknown fields."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

SOMETHING = r"\S"
"""The pattern of text that is not blank."""

Text = Annotated[str, Field(max_length=2000)]
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Id = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[A-Za-z0-9._:\-]+$")]


class Ask(BaseModel):
    """The base of every ask; the text below a field, "中文 / English", is shown to callers."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)
