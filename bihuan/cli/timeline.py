"""`bihuan timeline`: one thing and what hangs together, from the ledger."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bihuan.cli.book import AsJson, Home, Lang, Language, LedgerName, open_book, print_json
from bihuan.cli.things import meant


def register(app: typer.Typer) -> None:
    """Add the command to an application."""
    app.command("timeline")(timeline)


def timeline(
    thing: Annotated[
        str,
        typer.Argument(
            metavar="THING",
            help="种类/编号，编号写开头几位即可，例如 hazard/3f2a / kind and the first letters of the id",
        ),
    ],
    home: Home = None,
    ledger: LedgerName = None,
    lang: Lang = Language.ZH,
    as_json: AsJson = False,
) -> None:
    """一事一档：经过、未了事项、系统下一步自动做什么。 What happened, what is owed, what comes by itself."""
    from services.oversight.timeline import KINDS
    from services.oversight.timeline import timeline as told
    from services.oversight.words import Language as Words
    from shared.vocabulary.identities import kind_of, thing_of

    with open_book(home, ledger) as book:
        stream = meant(book, thing, KINDS)
        book.catch_up()
        answer = told(book.engine, book.desk, kind_of(stream), thing_of(stream), Words(lang.value))
    if as_json:
        print_json(answer)
    else:
        typer.echo("\n".join(_lines(answer, zh=lang is Language.ZH)))


def _lines(answer: dict[str, Any], *, zh: bool) -> list[str]:
    lines = [answer["thing"], *(f"  ↔ {other}" for other in answer["related"])]
    lines += [f"  ⇄ {other['ledger']}:{other['thing']}" for other in answer["elsewhere"]]
    lines.append("")
    for fact in answer["facts"]:
        actors = ("、" if zh else ", ").join(f"{a['person']}({a['role_name']})" for a in fact["actors"])
        lines.append(f"{fact['position']:>6}  {fact['effective'][:16]}  {fact['text']}")
        recorded = f"{'记录于' if zh else 'recorded'} {fact['recorded'][:19]}"
        reason = f"{'；理由：' if zh else '; reason: '}{fact['reason']}" if fact["reason"] else ""
        lines.append(f"        {fact['stream']}  {actors}  {recorded}{reason}")
    lines += [
        "",
        ("未了事项" if zh else "still owed") if answer["open"] else ("无未了事项" if zh else "nothing owed"),
    ]
    for owed in answer["open"]:
        lines += _owed(owed, zh=zh)
    return lines


def _owed(owed: dict[str, Any], *, zh: bool) -> list[str]:
    provisional = ("（暂定）" if zh else " (provisional)") if owed["provisional"] else ""
    lines = [
        f"  {owed['name']} [{owed['bearer']}]  {owed['legal_due']}{provisional}  {owed['why']}  ({owed['obligation']})",
        f"    {'依据' if zh else 'basis'}：{owed['basis']} [{owed['mark']}]",
        *(f"    {step}" for step in owed["derivation"]),
    ]
    if owed["next"]:
        word = "届时自动" if zh else "by itself"
        lines.append(f"    {word}：{owed['next']['at'][:16]} {owed['next']['what']}")
    return lines
