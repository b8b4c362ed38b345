"""`bihuan late`: what is late, or due today."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

import typer

from bihuan.cli.book import AsJson, Home, Lang, Language, LedgerName, open_book, print_json, print_table

SHOWN = 20
"""How many late duties are listed unless all are asked for."""


def register(app: typer.Typer) -> None:
    """Add the command to an application."""
    app.command("late")(late)


def _roles() -> list[str]:
    from shared.runtime.law_files import load_law

    return sorted({role for row in load_law().rulebook.rows for role in row.answerable})


def _bearers() -> list[str]:
    from shared.law.rulebook import Bearer

    return [str(bearer) for bearer in Bearer]


def _rows() -> list[str]:
    from shared.runtime.law_files import load_law

    return [row.id for row in load_law().rulebook.rows]


def late(
    role: Annotated[
        str | None,
        typer.Option(
            "--role",
            metavar="ROLE",
            autocompletion=_roles,
            help="哪个岗位负责的；不写则全部 / answerable role",
        ),
    ] = None,
    bearer: Annotated[
        str | None,
        typer.Option(
            "--bearer",
            metavar="WHO",
            autocompletion=_bearers,
            help="谁的义务：agency 机关，party 当事人；不写则全部 / borne by whom",
        ),
    ] = None,
    row: Annotated[
        str | None,
        typer.Option(
            "--row",
            metavar="CODE",
            autocompletion=_rows,
            help="哪一条规则；不写则全部 / one row of the rulebook",
        ),
    ] = None,
    home: Home = None,
    ledger: LedgerName = None,
    everything: Annotated[
        bool, typer.Option("--all", help=f"逾期事项全部列出；不写则列{SHOWN}项 / list every late duty")
    ] = False,
    lang: Lang = Language.ZH,
    as_json: AsJson = False,
) -> None:
    """今日应办（内部期限已到）和已逾期的事项，最急的在前。 What is late or due today, the most urgent first."""
    from services.oversight.filters import LateFilter
    from services.oversight.lists import LONGEST_PAGE, Window
    from services.oversight.lists import late as listed
    from services.oversight.words import Language as Words

    rows: list[dict[str, Any]] = []
    with open_book(home, ledger) as book:
        book.catch_up()
        at, after = book.desk.clock.now(), None
        while True:
            window = Window(LONGEST_PAGE, after)
            wanted = LateFilter(role, bearer, row)
            page = listed(book.engine, book.ledger, book.desk.law, wanted, window, at, Words(lang.value))
            rows += page.rows
            after = page.next
            if after is None:
                break
    if as_json:
        print_json({"rows": rows, "reflects": page.reflects, "at": at.isoformat()})
        return
    zh = lang is Language.ZH
    overdue = [r for r in rows if r["state"] == "late"]
    today = [r for r in rows if r["state"] != "late"]
    shown = overdue if everything else overdue[:SHOWN]
    # What can still be met comes first; the long tail of what is late is counted by duty.
    for title, title_en, some in (
        ("按内部期限今日应办", "to be done today by the internal due", today),
        ("已逾期", "late", shown),
    ):
        if some:
            typer.echo(f"【{title}】" if zh else f"[{title_en}]")
            _print(some, zh=zh)
    if len(shown) < len(overdue):
        left = len(overdue) - len(shown)
        typer.echo(
            f"……另有{left}项逾期，--all 全部列出" if zh else f"... {left} more are late; --all lists them"
        )
    counted = Counter(f"{r['name']}（{r['row']}）" if zh else f"{r['name']} ({r['row']})" for r in overdue)
    typer.echo("；".join(f"{name} {n}" for name, n in counted.most_common()))
    said = f"{at:%Y-%m-%d %H:%M}：逾期{len(overdue)}项，今日应办{len(today)}项，反映至账本第{page.reflects}号"
    said_en = f"{at:%Y-%m-%d %H:%M}: {len(overdue)} late, {len(today)} due; reflects position {page.reflects}"
    typer.echo(said if zh else said_en)


def _where(row: dict[str, Any]) -> str:
    """The thing, with the item that the duty is about."""
    key = row["obligation"].partition("#")[0].partition("/")[2]
    return f"{row['stream']} 第{key}项" if key.isdecimal() else str(row["stream"])


def _print(rows: list[dict[str, Any]], *, zh: bool) -> None:
    heads = ["事项", "企业", "义务方", "责任人", "法定期限", "内部期限", "还剩", "编号", "依据", "核对"]
    heads_en = ["duty", "enterprise", "borne by", "answerable", "legal due", "internal due", "left", "id", "basis",
                "mark"]  # fmt: skip
    from services.oversight.words import Language as Words
    from services.oversight.words import word

    words = Words.ZH if zh else Words.EN
    colours = {"red": "red", "amber": "yellow", "green": "green"}
    print_table(
        heads if zh else heads_en,
        [
            [
                f"{r['name']}（{r['row']}）" if zh else f"{r['name']} ({r['row']})",
                r["enterprise"] or "",
                word(r["bearer"], words),
                "、".join(one["name"] for one in r["answerable"]),
                r["legal_due"][:16],
                r["internal_due"][:16],
                f"[{colours[r['colour']]}]{r['why']}[/]",
                _where(r),
                r["basis"],
                r["mark"],
            ]
            for r in rows
        ],
    )
