"""The shipped catalogue of hazards, as those who make up visits choose from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

import yaml

from bihuan.loading.catalogue import SAFE
from bihuan.loading.shipped import CATALOGUE

COMMON = "general_industry"
"""The sector whose defects are found everywhere."""


@dataclass(frozen=True, slots=True)
class Defect:
    """One entry that an office settles by itself; `days` is the usual term, None where it is corrected on the spot."""

    code: str
    defect: str
    sector: str
    legal_item: str
    remedy: str
    days: int | None
    valid_from: date


@cache
def shipped_defects() -> tuple[Defect, ...]:
    """General hazards of the shipped catalogue; what is major or another agency's matter is left out."""
    raw = yaml.load(CATALOGUE.read_text("utf-8"), Loader=SAFE)  # noqa: S506 - a safe loader
    items = raw["legal_items"]
    return tuple(
        Defect(
            one["code"], one["defect"], one["sector"], one["legal_item"], one["remedy"], one.get("days"),
            items[one["legal_item"]]["valid_from"],
        )
        for one in raw["hazards"]
        if one["grade"] == "general" and not one.get("criterion") and one["measure"] != "transfer"
    )  # fmt: skip


def found_at(sector: str, on: date, defects: Iterable[Defect]) -> tuple[Defect, ...]:
    """What may be found in a sector on a day: its own defects and those found everywhere."""
    return tuple(one for one in defects if one.sector in (sector, COMMON) and one.valid_from <= on)
