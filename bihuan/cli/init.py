"""`bihuan init`: make an empty installation in a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Never

import typer

from bihuan.cli.due import Language

REFUSED = 1


def register(app: typer.Typer) -> None:
    """Add the command to an application."""
    app.command("init")(init)


def init(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="数据目录")],
    ledger: Annotated[list[str], typer.Option("--ledger", help="账本代码，如 t-qinghe；可重复")],
    database: Annotated[
        str, typer.Option("--database", metavar="URL", help="数据库地址；不填用目录中的SQLite")
    ] = "",
    demonstration: Annotated[bool, typer.Option("--demonstration", help="演示安装：时钟可以拨动")] = False,
    lang: Annotated[Language, typer.Option("--lang", help="zh 中文，en English")] = Language.ZH,
    as_json: Annotated[bool, typer.Option("--json", help="输出JSON")] = False,
) -> None:
    """新建空的正式安装（或演示安装）。Make an empty installation; doing it again changes nothing."""
    from bihuan.installation import FILE, make_installation, open_installation
    from shared.ledger.installation import FoundedOtherwise, Installation

    folder, english = folder.resolve(), lang is Language.EN
    kind = Installation.DEMONSTRATION if demonstration else Installation.REAL
    ledgers = tuple(dict.fromkeys(ledger))
    if (folder / FILE).exists():
        there = open_installation(folder)
        database = database or there.database
        same = (there.kind, there.database) == (kind, database)
        if not same:
            _refuse(
                english,
                f"{folder}中已有安装（{there.kind}）",
                f"{folder} already holds a {there.kind} installation",
            )
        ledgers = tuple(dict.fromkeys((*there.ledgers, *ledgers)))
    try:
        made = make_installation(folder, kind, ledgers, database)
    except FoundedOtherwise as otherwise:
        _refuse(
            english,
            f"该数据库已是{otherwise.found}安装",
            f"that database belongs to a {otherwise.found} installation",
        )
    if as_json:
        told = {"folder": str(made.folder), "kind": made.kind, "ledgers": list(made.ledgers)}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    typer.echo("\n".join(_next(folder, ledgers, demonstration, english)))


def _refuse(english: bool, zh: str, en: str) -> Never:
    typer.echo(en if english else f"{zh}，请另选目录或数据库", err=True)
    raise typer.Exit(REFUSED)


def _next(folder: Path, ledgers: tuple[str, ...], demonstration: bool, english: bool) -> list[str]:
    """What was made, and what to do next."""
    kind = (
        ("demonstration" if demonstration else "real") if english else ("演示" if demonstration else "正式")
    )
    head = f"{kind} installation in {folder}" if english else f"已建立{kind}安装：{folder}"
    steps = ["next:" if english else "接下来："]
    for ledger in ledgers:
        steps.append(f"  bihuan load registry REGISTRY_FOLDER --home {folder} --ledger {ledger}")
        steps.append(f"  bihuan token issue PERSON --home {folder} --ledger {ledger}")
    return [head, *steps]
