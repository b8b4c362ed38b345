"""`bihuan projection rebuild`: derive a read model from the ledger again, while the old one serves."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bihuan.cli.book import AsJson, Home, LedgerName, open_book, print_json
from shared.vocabulary.refusals import BadInput

OVERTAKEN = 1


def register(app: typer.Typer) -> None:
    """Add the commands to an application."""
    projection = typer.Typer(
        help="读模型：全部由账本推导，可随时重建。 Read models, all derived from the ledger."
    )
    projection.callback()(_lone)
    projection.command("rebuild")(rebuild)
    app.add_typer(projection, name="projection", no_args_is_help=True)


def _lone() -> None:
    """Without this, Typer would make the lone subcommand the whole command."""


def _names() -> list[str]:
    from services.oversight.duplicates import DUPLICATES
    from services.oversight.figure_rows import NAME as FIGURES
    from services.oversight.names import NAMES
    from services.oversight.views import LINKS, REGISTER
    from shared.runtime.armed import OBLIGATIONS

    return [REGISTER, OBLIGATIONS, LINKS, FIGURES, DUPLICATES, NAMES]


def rebuild(
    name: Annotated[
        str, typer.Argument(metavar="NAME", autocompletion=_names, help="哪个读模型 / which read model")
    ],
    home: Home = None,
    ledger: LedgerName = None,
    as_json: AsJson = False,
) -> None:
    """从账本第一条起重建读模型，其间旧的照常可查。 Rebuild from position 0 while the old one serves."""
    from services.oversight.views import read_models
    from shared.bus import cursors
    from shared.bus.projection import Overtaken, consumer_name
    from shared.bus.projection import rebuild as build

    with open_book(home, ledger) as book:
        models = {model.name: model for model in read_models(book.desk.ledger, book.desk.law)}
        if name not in models:
            raise BadInput(
                f"没有读模型{name}",
                f"no read model {name}",
                where="NAME",
                do_zh=f"可选：{'、'.join(models)}",
                do_en=f"choose from {', '.join(models)}",
            )
        try:
            generation = build(book.engine, book.desk.ledger, models[name], _told)
        except Overtaken:
            typer.echo(
                "另一次重建已开始，本次作罢 / another rebuild began, this one ended without effect", err=True
            )
            raise typer.Exit(OVERTAKEN) from None
        parked = len(cursors.parked(book.engine, book.ledger, consumer_name(name, generation)))
    if as_json:
        print_json({"name": name, "generation": generation, "parked": parked})
    else:
        typer.echo(
            f"{name}：第{generation}代已启用，搁置{parked}项 / generation {generation} serves, {parked} parked"
        )


def _told(position: int, head: int) -> None:
    """Progress on one line of a terminal; in a file it would be noise."""
    if sys.stderr.isatty():
        typer.echo(f"\r{position}/{head} ({100 * position // max(head, 1)}%)", err=True, nl=position >= head)
