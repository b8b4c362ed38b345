"""Where a page of a list ended, as the text that asks for the next page."""

from __future__ import annotations

import base64
import json
from typing import Any

from shared.vocabulary.refusals import BadInput


def cursor(*keys: object) -> str:
    """The text that stands for the sort keys of a page's last row."""
    return base64.urlsafe_b64encode(json.dumps(keys).encode()).decode().rstrip("=")


def read_cursor(text: str, *kinds: type) -> list[Any]:
    """The sort keys again; raises BadInput for a text that was not given out."""
    try:
        keys = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        keys = None
    if not isinstance(keys, list) or [type(key) for key in keys] != list(kinds):
        raise BadInput(
            "翻页标记无效",
            "the page cursor is not one that was given out",
            where="after",
            do_zh="请从第一页重新查询",
            do_en="start from the first page",
        )
    return keys
