"""`bihuan doctor`: what is found, what is wanted, and the one command that mends the difference."""

import json
import sys
from typing import TYPE_CHECKING

import typer

from bihuan.cli.book import AsJson, Lang, Language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bihuan.parts.checks import Check

MISSING_PART = 3


def register(app: typer.Typer) -> None:
    """Add the command to an application."""
    app.command("doctor")(doctor)


def doctor(
    as_json: AsJson = False,
    lang: Lang = Language.ZH,
) -> None:
    """检查所需部件：已有什么、版本、要求、如何补救。 Check the parts: found, version, wanted, fix."""
    from bihuan.parts.checks import check_all
    from bihuan.parts.temporal_ladder import Surroundings

    checks = check_all(Surroundings())
    if as_json:
        typer.echo(json.dumps([check.as_data() for check in checks], ensure_ascii=False, indent=2))
    else:
        _show(checks, lang)
    if any(check.is_missing for check in checks):
        raise typer.Exit(MISSING_PART)


def _show(checks: "Sequence[Check]", lang: Language) -> None:
    """A table as wide as it needs to be: a fix that is cut off cannot be copied."""
    from rich.console import Console
    from rich.table import Table

    from bihuan.parts.checks import State

    zh = lang is Language.ZH
    heads = (
        ("部件", "状态", "版本", "要求", "位置", "补救")
        if zh
        else ("part", "state", "version", "wanted", "found", "fix")
    )
    states = {
        State.GOOD: ("可用", "good", "green"),
        State.COMES: ("将自动取得", "comes by itself", "yellow"),
        State.MISSING: ("缺少", "missing", "red"),
    }
    table = Table(box=None, pad_edge=False)
    for head in heads:
        table.add_column(head, overflow="fold")
    for check in checks:
        in_zh, in_en, colour = states[check.state]
        state = f"[{colour}]{in_zh if zh else in_en}[/]"
        table.add_row(
            check.zh if zh else check.en, state, check.version, check.wanted, check.found, check.fix
        )
    width = None if sys.stdout.isatty() else 200
    Console(width=width).print(table)  # Rich honours NO_COLOR
