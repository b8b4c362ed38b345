"""`bihuan register`: the register of hazards (隐患台账)."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bihuan.cli.book import AsJson, Home, LedgerName, open_book, print_json, print_table
from bihuan.cli.due import Language


def register(app: typer.Typer) -> None:
    """Add the command to an application."""
    app.command("register")(show)


def show(
    community: Annotated[str | None, typer.Option("--community", help="社区编号")] = None,
    enterprise: Annotated[str | None, typer.Option("--enterprise", help="企业编号")] = None,
    stage: Annotated[str | None, typer.Option("--stage", help="阶段，例如 under_order")] = None,
    grade: Annotated[str | None, typer.Option("--grade", help="general 一般，major 重大")] = None,
    only_open: Annotated[bool | None, typer.Option("--open/--ended", help="只看未办结／已办结")] = None,
    home: Home = None,
    ledger: LedgerName = None,
    lang: Annotated[Language, typer.Option("--lang", help="zh 中文，en English")] = Language.ZH,
    as_json: AsJson = False,
) -> None:
    """隐患台账。 The register of hazards, in the order in which they became known."""
    from services.oversight.lists import LONGEST_PAGE, RegisterFilter, Window
    from services.oversight.lists import register as listed

    wanted = RegisterFilter(community, enterprise, stage, grade, only_open)
    rows: list[dict[str, Any]] = []
    with open_book(home, ledger) as book:
        book.known("community", community)
        book.known("enterprise", enterprise)
        book.catch_up()
        after: str | None = None
        while True:
            page = listed(book.engine, book.ledger, book.desk.law, wanted, Window(LONGEST_PAGE, after))
            rows += page.rows
            after = page.next
            if after is None:
                break
        head = book.desk.ledger.head()
    if as_json:
        print_json({"rows": rows, "reflects": page.reflects, "head": head})
        return
    _print(rows, lang)
    said = f"共{len(rows)}项，反映至账本第{page.reflects}号，账本现为第{head}号"
    said_en = f"{len(rows)} hazards; reflects position {page.reflects}, the ledger is at {head}"
    typer.echo(said if lang is Language.ZH else said_en)


def _print(rows: list[dict[str, Any]], lang: Language) -> None:
    from services.oversight.words import Language as Words
    from services.oversight.words import word

    zh, words = lang is Language.ZH, Words(lang.value)
    heads = ["编号", "社区", "企业", "隐患", "地点", "等级", "阶段", "登记", "最近期限"]
    heads_en = ["id", "community", "enterprise", "defect", "place", "grade", "stage", "known", "next due"]
    print_table(
        heads if zh else heads_en,
        [
            [
                row["hazard"],
                row["community"],
                row["enterprise"] or "",
                row["defect"],
                row["place"],
                word(row["grade"] or "", words),
                word(row["stage"], words),
                row["reported_at"][:10],
                (row["due"] or "")[:16],
            ]
            for row in rows
        ],
    )
