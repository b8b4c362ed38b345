"""How what is generated is written: the same bytes for the same content, in Chinese as it is read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any


def as_json(document: Any) -> str:
    """Sorted, indented by two, ending in a line break."""
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown; empty cells say so."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(_cell(cell) for cell in line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split()) or "—"
