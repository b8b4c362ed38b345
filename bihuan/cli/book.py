"""One office's book of an installation, as the commands that only read it open it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shared.vocabulary.refusals import BadInput

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from bihuan.composition import Composition
    from bihuan.installation import Installation
    from shared.runtime.desk import Desk

Home = Annotated[
    Path | None,
    typer.Option(
        "--home",
        metavar="FOLDER",
        help="数据目录；不写则用 BIHUAN_HOME，再不然 .bihuan/demonstration / the installation's folder; else BIHUAN_HOME",
    ),
]
LedgerName = Annotated[
    str | None,
    typer.Option(
        "--ledger", metavar="CODE", help="账本代码；只有一本账时不写 / which ledger, where there are several"
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="输出 JSON；不写则输出文字 / print JSON instead of words")
]
EngineAddress = Annotated[
    str | None,
    typer.Option("--engine", metavar="HOST:PORT", envvar="TEMPORAL_ADDRESS",
                 help="Temporal 地址；不写则用正在运行的安装的地址 / else that of the running installation"),
]  # fmt: skip


class Language(StrEnum):
    """What the answer is written in."""

    ZH = "zh"
    EN = "en"


Lang = Annotated[Language, typer.Option("--lang", help="语言：zh 中文，en English / the language")]


SECONDS = 5.0
"""How long a list waits for read models that another process keeps; it then says what it reflects."""


@dataclass(frozen=True, slots=True)
class Book:
    """Oversight's desk at one ledger, and the parts of the installation around it."""

    house: Composition
    desk: Desk
    engine: Engine

    @property
    def ledger(self) -> str:
        """The ledger's name."""
        return self.desk.ledger.name

    def known(self, kind: str, thing: str | None) -> None:
        """Refuse a filter by one that is not registered: an empty list would read as if it had no hazards."""
        if thing is not None and not self.desk.load(f"{kind}/{thing}").records:
            raise BadInput(
                f"{thing}未登记", f"{thing} is not registered", where=f"--{kind}",
                do_zh="请核对编号", do_en="check the id",
            )  # fmt: skip

    def catch_up(self) -> None:
        """The read models reflect the head: kept by whoever serves the installation, else brought up here."""
        from services.oversight.views import read_models
        from shared.bus.projection import await_position, bring_up
        from shared.runtime.armed import OBLIGATIONS

        if self.house.installation.served:
            await_position(self.engine, self.ledger, OBLIGATIONS, self.desk.ledger.head(), SECONDS)
            return
        engine = self.house.engine("oversight", lasting=False)
        bring_up(engine, self.desk.ledger, read_models(self.desk.ledger, self.desk.law))


def stopped(installation: Installation) -> bool:
    """Whether nobody serves it; of a real one, whose processes may be on other machines, that is not known here."""
    from shared.ledger.installation import Installation as Kind

    return installation.kind is Kind.DEMONSTRATION and not installation.served


@contextmanager
def open_book(home: Path | None, ledger: str | None) -> Iterator[Book]:
    """The book, closed afterwards; raises MissingPart without an installation, BadInput for another ledger."""
    from bihuan.composition import Composition
    from bihuan.installation import default_folder, open_installation

    installation = open_installation(home or default_folder())
    names = installation.ledgers
    chosen = ledger or installation.own
    if chosen not in names:
        raise BadInput(
            f"没有账本：{ledger}" if ledger else "请指明账本",
            f"no ledger {ledger}" if ledger else "say which ledger",
            where="--ledger",
            do_zh=f"可选：{'、'.join(names)}",
            do_en=f"choose from {', '.join(names)}",
        )
    if stopped(installation):
        typer.echo(
            f"这个安装没有在运行：期限现在没有人跟踪。启动：{installation.start_command}\n"
            f"This installation is not running: no deadline is watched now. Start it: {installation.start_command}",
            err=True,
        )
    house = Composition(installation)
    try:
        yield Book(house, house.desk("oversight", chosen), house.engine("oversight"))
    finally:
        house.close()


def print_json(value: Any) -> None:
    """A value as indented JSON."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_table(heads: list[str], rows: list[list[str]]) -> None:
    """A table as wide as the terminal, or wide enough for a file."""
    import sys

    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*row)
    Console(width=None if sys.stdout.isatty() else 200).print(table)
