"""`bihuan init`: make an empty installation in a folder."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Never

import typer

from bihuan.cli.book import AsJson, Lang, Language
from shared.vocabulary.refusals import BadInput, TechnicalRefusal

if TYPE_CHECKING:
    from bihuan.installation import Kafka

REFUSED = 1

_CODE = re.compile(r"[a-z][a-z0-9-]{1,39}", re.ASCII)
"""It stands in every fact and message key, in file names and on the command line, and never changes."""


def register(app: typer.Typer) -> None:
    """Add the command to an application."""
    app.command("init")(init)


def init(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="数据目录 / the data folder")],
    ledger: Annotated[
        list[str],
        typer.Option(
            "--ledger",
            metavar="CODE",
            help="账本代码，每个办公室一本，如 t-qinghe；可重复写 / the code of each office's book",
        ),
    ],
    database: Annotated[
        str,
        typer.Option(
            "--database",
            metavar="URL",
            help="数据库地址；不写则用目录中的 SQLite / else SQLite in the folder",
        ),
    ] = "",
    add: Annotated[
        bool, typer.Option("--add", help="在已有安装中再建一本账；不写则不许 / add a book to what is there")
    ] = False,
    demonstration: Annotated[
        bool,
        typer.Option(
            "--demonstration", help="演示安装，时钟可以拨动；不写则为正式安装 / its clock can be moved"
        ),
    ] = False,
    lang: Lang = Language.ZH,
    as_json: AsJson = False,
) -> None:
    """新建空的正式安装（或演示安装）。 Make an empty installation; doing it again changes nothing."""
    from bihuan.installation import FILE, make_installation, open_installation
    from shared.ledger.installation import FoundedOtherwise, Installation

    folder, english = folder.resolve(), lang is Language.EN
    kind = Installation.DEMONSTRATION if demonstration else Installation.REAL
    ledgers = tuple(dict.fromkeys(ledger))
    known: tuple[str, ...] = ()
    kafka: Kafka | None = None
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
        known, kafka = there.ledgers, there.kafka
    _require_meant(folder, [code for code in ledgers if code not in known], known, add=add)
    books = tuple(dict.fromkeys((*known, *ledgers)))
    try:
        made = make_installation(folder, kind, books, database, kafka=kafka)
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


def _require_meant(folder: Path, new: Sequence[str], known: Sequence[str], *, add: bool) -> None:
    """Refuse a code that cannot be one, and another office's book that nobody asked to add."""
    for code in new:
        if not _CODE.fullmatch(code):
            raise BadInput(
                f"账本代码“{code}”不合规定", f"{code!r} cannot be the code of a ledger", where="--ledger",
                do_zh="以小写字母开头,只用小写字母、数字和连字符,2至40个,例如 t-qinghe",
                do_en="a lower-case letter, then lower-case letters, digits and hyphens, 2 to 40 in all: t-qinghe",
            )  # fmt: skip
    if known and new and not add:
        raise TechnicalRefusal(
            f"{folder}中已有安装,账本为{'、'.join(known)},没有{'、'.join(new)}",
            f"{folder} holds an installation with {', '.join(known)}, not with {', '.join(new)}",
            do_zh="账本建立后不能删除:代码写错的请更正;确要为另一个办公室再建一本账,请加 --add",
            do_en="a ledger cannot be deleted: correct the code, or add --add to open another office's book",
        )
    if add and not known:
        raise BadInput(
            f"{folder}中还没有安装", f"{folder} holds no installation yet", where="--add",
            do_zh="新建请去掉 --add", do_en="leave --add out to make one",
        )  # fmt: skip


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
