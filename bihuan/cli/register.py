"""`bihuan register`: the register of hazards (隐患台账)."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bihuan.cli.book import AsJson, Home, Lang, Language, LedgerName, open_book, print_json, print_table


def register(app: typer.Typer) -> None:
    """Add the command to an application."""
    app.command("register")(show)


def _stages() -> list[str]:
    from services.oversight.hazard_entry import Stage

    return [str(stage) for stage in Stage]


def _grades() -> list[str]:
    from shared.vocabulary.hazard_facts import Grade

    return [str(grade) for grade in Grade]


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
    stage: Annotated[
        str | None,
        typer.Option(
            "--stage", metavar="STAGE", autocompletion=_stages, help="所处阶段；不写则全部 / at one stage"
        ),
    ] = None,
    grade: Annotated[
        str | None,
        typer.Option(
            "--grade",
            metavar="GRADE",
            autocompletion=_grades,
            help="等级：general 一般，major 重大；不写则全部 / of one grade",
        ),
    ] = None,
    only_open: Annotated[
        bool | None,
        typer.Option(
            "--open/--ended", help="只看未办结，或只看已办结；不写则全部 / only those still open, or ended"
        ),
    ] = None,
    home: Home = None,
    ledger: LedgerName = None,
    lang: Lang = Language.ZH,
    as_json: AsJson = False,
) -> None:
    """隐患台账。 The register of hazards, in the order in which they became known."""
    from services.oversight.filters import RegisterFilter
    from services.oversight.lists import LONGEST_PAGE, Window
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
