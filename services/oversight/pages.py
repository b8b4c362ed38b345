"""What the lists of oversight have in common: who reads, how a page is asked for, and how it is answered."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query

from services.oversight.lists import LONGEST_PAGE, Page
from shared.runtime.answers import Answer
from shared.runtime.contract import answers

LONGEST_WAIT = 5.0
"""Real seconds that a list waits, at most, until it reflects the position asked for."""

Limit = Annotated[int, Query(ge=1, le=LONGEST_PAGE, description="每页条数 / rows per page")]
After = Annotated[
    str | None,
    Query(max_length=500, description="上一页给出的翻页标记 / the cursor given with the last page"),
]
Least = Annotated[
    int,
    Query(
        ge=0,
        le=2**53,
        description="至少反映到的账本位置,最多等待5秒 / the position to reflect, waited for 5 seconds at most",
    ),
]


def telling(model: type[Answer]) -> dict[str, Any]:
    """How a route of oversight is described.

    What it answers is written as it is: to build it again by the model takes six times as long.
    """
    words, _, words_en = (model.__doc__ or "").rstrip(".").partition(" / ")
    told = answers(200, f"{words} / {words_en}", model.__name__, lambda: model)
    return {"responses": told, "tags": ["oversight"]}


def paged(page: Page, asked: int) -> dict[str, Any]:
    """`behind`: by how many facts the answer falls short of the position asked for, after the wait."""
    return {
        "rows": page.rows,
        "reflects": page.reflects,
        "behind": max(asked - page.reflects, 0),
        "next": page.next,
    }
