"""`bihuan duplicates`: pairs of hazards that are likely the same and wait for an officer's decision (疑似重复隐患)."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bihuan.cli.book import AsJson, Home, Lang, Language, LedgerName, open_book, print_json, print_table


def register(app: typer.Typer) -> None:
    """Add the command to an application."""
    app.command("duplicates")(show)


def show(
    community: Annotated[
        str | None,
        typer.Option("--community", metavar="ID", help="社区编号，例如 sq-01；不写则全部 / of one community"),
    ] = None,
    enterprise: Annotated[
        str | None,
        typer.Option(
            "--enterprise", metavar="ID", help="企业编号，例如 e-001；不写则全部 / of one enterprise"
        ),
    ] = None,
    home: Home = None,
    ledger: LedgerName = None,
    lang: Lang = Language.ZH,
    as_json: AsJson = False,
) -> None:
    """疑似重复、待决定合并或分别办理的隐患。 Hazards likely the same, to be merged or kept apart."""
    from services.oversight.lists import LONGEST_PAGE, Window
    from services.oversight.lists import duplicates as listed
    from services.oversight.words import Language as Words

    words = Words(lang.value)
    rows: list[dict[str, Any]] = []
    with open_book(home, ledger) as book:
        book.known("community", community)
        book.known("enterprise", enterprise)
        book.catch_up()
        after: str | None = None
        while True:
            window = Window(LONGEST_PAGE, after)
            page = listed(book.engine, book.ledger, community, enterprise, window, words)
            rows += page.rows
            after = page.next
            if after is None:
                break
    if as_json:
        print_json({"rows": rows, "reflects": page.reflects})
        return
    zh = lang is Language.ZH
    _print(rows, zh=zh)
    said = f"共{len(rows)}对待决定，反映至账本第{page.reflects}号"
    typer.echo(said if zh else f"{len(rows)} pairs to decide; reflects position {page.reflects}")


def _print(rows: list[dict[str, Any]], *, zh: bool) -> None:
    heads = ["并入方", "保留方", "企业", "并入方隐患", "保留方隐患", "理由"]
    heads_en = ["would merge", "into", "enterprise", "its defect", "the other's defect", "why"]
    print_table(
        heads if zh else heads_en,
        [
            [
                row["duplicate"]["hazard"],
                row["survivor"]["hazard"],
                row["survivor"]["enterprise"] or row["duplicate"]["enterprise"] or "",
                _told(row["duplicate"]),
                _told(row["survivor"]),
                ("；" if zh else "; ").join(row["why"]),
            ]
            for row in rows
        ],
    )


def _told(hazard: dict[str, Any]) -> str:
    return f"{hazard['place']} {hazard['defect']} ({hazard['stage_name']} {hazard['known_at'][:10]})"
