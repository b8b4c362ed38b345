"""`bihuan demo`: the story without a person."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bihuan.cli.book import Lang, Language
from bihuan.cli.run import Profile

if TYPE_CHECKING:
    from bihuan.demo.story import Played

DIFFERS = 1
DEMO_FOLDER = Path(".bihuan/demo")


def register(app: typer.Typer) -> None:
    """Add the command to an application."""
    app.command("demo")(demo)


def demo(
    profile: Annotated[
        Profile,
        typer.Option(
            help="embedded 用 SQLite，full 用 PostgreSQL、Kafka、各进程分开 / SQLite, or the production shape"
        ),
    ] = Profile.EMBEDDED,
    town: Annotated[
        bool, typer.Option(help="先列演示镇三个月的月报 / begin with the township's report")
    ] = True,
    lang: Lang = Language.ZH,
) -> None:
    """无人值守演示：一个镇的月报，三处隐患从发现到结案，途中多次 kill -9。 The story without a person."""
    from bihuan.demo import story
    from bihuan.scenarios import telling
    from services.oversight.words import Language as Words
    from shared.runtime.telemetry import configure

    configure("bihuan", level="CRITICAL")
    began, english = time.monotonic(), lang is Language.EN
    if town:
        typer.echo("1. A township, three months\n" if english else "一、一个镇，三个月的专项行动\n")
        _town(lang)
    typer.echo("\n2. Three hazards\n" if english else "\n二、三处隐患\n")
    full = profile is Profile.FULL
    folder = DEMO_FOLDER.with_name("demo-full") if full else DEMO_FOLDER
    played = story.play(
        story.FULL if full else story.EMBEDDED, story.emptied(folder.resolve()), Words(lang.value), typer.echo
    )
    typer.echo("\n3. The end\n" if english else "\n三、结果\n")
    _print(played, telling.told(played.result, english), time.monotonic() - began, english)
    if played.difference or not played.result.ok:
        raise typer.Exit(DIFFERS)


def _town(lang: Language) -> None:
    """Found on the first run, and kept."""
    from bihuan.cli.report import monthly
    from bihuan.cli.town import found
    from bihuan.installation import TOWN_FOLDER

    found(None)
    monthly(home=TOWN_FOLDER.resolve(), lang=lang)


def _print(played: Played, lines: Iterator[str], took: float, english: bool) -> None:
    from bihuan.reconciling.words import words

    verdict, *checks = lines
    typer.echo(verdict)
    if not played.result.ok:
        typer.echo("\n".join(checks))
    for one in played.found:
        typer.echo(words(one)[english])
    seconds = f"{took:.0f}"
    typer.echo(
        f"ledger, bus, read models and watches: difference {played.difference} ({seconds} s)"
        if english
        else f"账本、总线、台账、跟踪逐项核对：相差 difference {played.difference}（{seconds}秒）"
    )
