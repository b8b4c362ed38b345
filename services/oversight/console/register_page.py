"""The register of hazards, filtered, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Engine

from services.oversight.filters import RegisterFilter
from services.oversight.lists import COUNTED, Window, hazards_counted, register
from services.oversight.names import all_of
from services.oversight.reader import Reader
from shared.vocabulary.refusals import BadInput

SHOWN = 50
STANDING: Mapping[str, bool | None] = {"open": True, "ended": False, "all": None}


@dataclass(frozen=True, slots=True)
class Asked:
    """The filter as its form has it: empty fields ask for nothing, and what still stands open comes first."""

    standing: str = "open"
    community: str = ""
    named: str = ""
    enterprise: str = ""
    stage: str = ""
    grade: str = ""
    since: str = ""
    until: str = ""

    def meant(self) -> RegisterFilter:
        """The filter itself; raises BadInput for what cannot be meant."""
        if self.standing not in STANDING:
            raise BadInput(
                f"没有“{self.standing}”", f"there is no {self.standing!r}", where="standing",
                do_zh=f"可选:{'、'.join(STANDING)}", do_en=f"choose from {', '.join(STANDING)}",
            )  # fmt: skip
        return RegisterFilter(
            self.community or None,
            self.enterprise or None,
            self.stage or None,
            self.grade or None,
            STANDING[self.standing],
            self.named.strip() or None,
            _day("since", self.since),
            _day("until", self.until),
        )

    def query(self, **more: str) -> str:
        """The part of an address that asks for the same."""
        asked = {field.name: getattr(self, field.name) for field in fields(self)} | more
        return urlencode({name: value for name, value in asked.items() if value})


@dataclass(frozen=True, slots=True)
class Register:
    """One page of the register, how many hazards the filter leaves in all, and where the next page is.

    `plain`: nothing was asked for.
    """

    rows: tuple[Mapping[str, Any], ...]
    count: int
    more_than_counted: bool
    following: str | None
    first: bool
    reflects: int
    communities: Mapping[str, str]
    plain: bool


def shown(engine: Engine, who: Reader, asked: Asked, after: str | None) -> Register:
    """What a reader sees; raises BadInput for a filter that cannot be meant."""
    wanted = asked.meant()
    communities = all_of(engine, who.ledger, "community")
    if wanted.community is not None and wanted.community not in communities:
        raise BadInput(
            f"社区{wanted.community}未登记", f"community {wanted.community} is not registered", where="community",
            do_zh="请从列表中选择", do_en="choose one from the list",
        )  # fmt: skip
    page = register(engine, who.ledger, who.desk.law, wanted, Window(SHOWN, after))
    count = hazards_counted(engine, who.ledger, wanted)
    following = asked.query(after=page.next) if page.next else None
    return Register(
        tuple(page.rows),
        count,
        count == COUNTED,
        following,
        after is None,
        page.reflects,
        communities,
        asked == Asked(),
    )


def _day(where: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput(
            f"{where}须为日期", f"{where} must be a date", where=where,
            do_zh="例如 2026-03-02", do_en="such as 2026-03-02",
        ) from None  # fmt: skip
