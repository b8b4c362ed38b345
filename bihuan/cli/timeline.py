"""`bihuan timeline`: one thing and what hangs together, from the ledger."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bihuan.cli.book import AsJson, Home, LedgerName, open_book, print_json
from bihuan.cli.due import Language


def register(app: typer.Typer) -> None:
    """Add the command to an application."""
    app.command("timeline")(timeline)


def timeline(
    thing: Annotated[
        str, typer.Argument(help="例如 hazard/<编号>、order/<编号>、source/<编号>、report/<编号>")
    ],
    home: Home = None,
    ledger: LedgerName = None,
    lang: Annotated[Language, typer.Option("--lang", help="zh 中文，en English")] = Language.ZH,
    as_json: AsJson = False,
) -> None:
    """一事一档：经过、未了事项、系统下一步自动做什么。 What happened, what is owed, what comes by itself."""
    from services.oversight.timeline import timeline as told
    from services.oversight.words import Language as Words
    from shared.vocabulary.identities import kind_of, thing_of

    with open_book(home, ledger) as book:
        book.catch_up()
        answer = told(book.engine, book.desk, kind_of(thing), thing_of(thing), Words(lang.value))
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
        f"  {owed['obligation']} {owed['name']} [{owed['bearer']}]  {owed['legal_due']}{provisional}  {owed['why']}",
        f"    {'依据' if zh else 'basis'}：{owed['basis']} [{owed['mark']}]",
        *(f"    {step}" for step in owed["derivation"]),
    ]
    if owed["next"]:
        word = "届时自动" if zh else "by itself"
        lines.append(f"    {word}：{owed['next']['at'][:16]} {owed['next']['what']}")
    return lines
