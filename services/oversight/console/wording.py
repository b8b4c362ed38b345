"""The console's own words, one file per language, and dates as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files

import yaml

from services.oversight.days import span_text, weekday_text, with_days
from services.oversight.words import Language
from shared.law.periods import SHANGHAI


@cache
def texts(lang: Language) -> Mapping[str, str]:
    """Every text of a language, by its key."""
    text = files("services.oversight.console").joinpath("text", f"{lang}.yaml").read_text("utf-8")
    read: Mapping[str, str] = yaml.load(text, Loader=yaml.CSafeLoader)
    return read


@dataclass(frozen=True, slots=True)
class Wording:
    """What a page says in one language: texts by key, days and moments."""

    lang: Language

    def __call__(self, key: str, **values: object) -> str:
        """The text with its values filled in; an unknown key is a defect."""
        return texts(self.lang)[key].format(**values)

    def day(self, day: date) -> str:
        """`2026年3月2日 周一`, `Mon 2 March 2026`."""
        return weekday_text(day, zh=self.lang is Language.ZH)

    def span(self, first: date, last: date) -> str:
        """Days from one to another, both included."""
        return span_text(first, last, zh=self.lang is Language.ZH)

    def moment(self, at: datetime) -> str:
        """A moment on a clock in Shanghai, to the minute, with its weekday."""
        local = at.astimezone(SHANGHAI)
        return f"{self.day(local.date())} {local:%H:%M}"

    def derivation(self, step: str) -> str:
        """A step of a derivation with its days as people write them."""
        return with_days(step, zh=self.lang is Language.ZH)

    def due(self, due: date | datetime) -> str:
        """A due date: the last day, or the moment where it is counted in hours."""
        return self.moment(due) if isinstance(due, datetime) else self.day(due)


def read_due(text: str) -> date | datetime:
    """A due as the lists and timelines write it: a day, or a moment with its zone."""
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
