"""`bihuan reconcile`: ledger, bus, read models and watches, each in agreement or off by how much."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from bihuan.cli.book import AsJson, Home, LedgerName, open_book, print_json, stopped

if TYPE_CHECKING:
    from bihuan.reconciling.once import Reconciled

DIFFERS = 1
SHOWN = 50


def register(app: typer.Typer) -> None:
    """Add the command to an application."""
    app.command("reconcile")(reconcile)


def reconcile(
    home: Home = None,
    ledger: LedgerName = None,
    grace: Annotated[
        float | None,
        typer.Option(
            min=0,
            metavar="SECONDS",
            help="在途事项最多等几秒；不写则用安装的设置（120） / how long work may be under way",
        ),
    ] = None,
    newest: Annotated[
        int,
        typer.Option(
            min=1, metavar="N", help="核对最新多少条事实的内容 / how many of the newest facts are compared"
        ),
    ] = 10_000,
    deep: Annotated[
        bool,
        typer.Option("--deep", help="核对整个账本的内容；不写则只核对最新的 / compare all of the ledger"),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """账本、总线、台账、跟踪逐项核对；全部一致退出码0，有相差退出码1。 Reconcile all four; exit 1 if they differ."""
    from bihuan.reconciling.once import reconcile as reconciled

    with open_book(home, ledger) as book:
        installation = book.house.installation
        # What nobody works on will not settle.
        usual = 0.0 if stopped(installation) else installation.monitoring.grace_s
        wait = usual if grace is None else grace
        done = reconciled(
            book.house, book.desk.ledger, grace=wait, newest=None if deep else newest, told=_told
        )
        name = book.ledger
    if as_json:
        _print_json(name, done)
    else:
        _print(done)
    if done.found:
        raise typer.Exit(DIFFERS)


def _print(done: Reconciled) -> None:
    from bihuan.reconciling.differences import by_side
    from bihuan.reconciling.words import SIDES, words

    typer.echo(
        f"账本到第{done.head}号，内容核对第{done.after + 1}号起 / head {done.head}, contents from {done.after + 1} on"
    )
    for side, count in by_side(done.found).items():
        zh, en = SIDES[side]
        typer.echo(f"{zh} {en}: " + (f"相差 {count} / off by {count}" if count else "一致 / in agreement"))
    for one in done.found[:SHOWN]:
        typer.echo("  {}\n    {}".format(*words(one)))
    if len(done.found) > SHOWN:
        typer.echo(f"  另有{len(done.found) - SHOWN}项，见 --json / more in --json")


def _print_json(ledger: str, done: Reconciled) -> None:
    from bihuan.reconciling.differences import by_side
    from bihuan.reconciling.words import words

    print_json(
        {
            "ledger": ledger,
            "head": done.head,
            "compared": {"from": done.after + 1, "to": done.head},
            "difference": sum(one.count for one in done.found),
            "sides": by_side(done.found),
            "differences": [
                asdict(one) | dict(zip(("zh", "en"), words(one), strict=True)) for one in done.found
            ],
        }
    )


def _told(done: int, of: int) -> None:
    """Progress on one line of a terminal; in a file it would be noise."""
    if sys.stderr.isatty():
        typer.echo(f"\r{done}/{of} ({100 * done // max(of, 1)}%)", err=True, nl=done >= of)
