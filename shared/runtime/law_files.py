"""Reads the law's data files and hands them, parsed, to the pure core."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from shared.law.authority import Act, parse_acts
from shared.law.calendar import Calendar
from shared.law.likeness import LikenessRule, parse_likeness
from shared.law.penalties import Penalties, parse_penalties
from shared.law.rulebook import Rulebook, parse_rulebook
from shared.runtime.calendar_files import load_calendar

RULEBOOK = "2026.1"


@dataclass(frozen=True, slots=True)
class Law:
    """What every decision is made under: rulebook, calendar, the table of acts, penalties, and what is likely the same."""

    rulebook: Rulebook
    calendar: Calendar
    acts: dict[str, Act]
    penalties: Penalties
    likeness: LikenessRule


@cache
def load_law() -> Law:
    """The law as shipped with this release."""
    documents = [_read(f"rulebook/{name}.yaml") for name in ("ladders", "t01-t13", "t25-t38", "hand-over")]
    acts = parse_acts(_read("rulebook/acts.yaml")["acts"])
    penalties = parse_penalties(_read("rulebook/penalties.yaml"))
    likeness = parse_likeness(_read("rulebook/likeness.yaml")["likeness"])
    return Law(parse_rulebook(RULEBOOK, documents), load_calendar(), acts, penalties, likeness)


def _read(path: str) -> Any:
    text = files("shared.law").joinpath("data", path).read_text("utf-8")
    # The C parser of libyaml, ten times as fast as the one in Python.
    return yaml.load(text, Loader=yaml.CSafeLoader)
