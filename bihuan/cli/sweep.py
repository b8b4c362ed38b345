"""`bihuan sweep`: what nobody noticed — the database alone is asked, Temporal may be away."""

from __future__ import annotations

import typer

from bihuan.cli.book import AsJson, Home, LedgerName, open_book, print_json, print_table

REFUSED = 1


def register(app: typer.Typer) -> None:
    """Add the command to an application."""
    app.command("sweep")(sweep)


def sweep(home: Home = None, ledger: LedgerName = None, as_json: AsJson = False) -> None:
    """漏办检查；有发现则退出码1。 What nobody noticed; exit 1 if anything."""
    from services.oversight.lists import sweep as swept

    with open_book(home, ledger) as book:
        book.catch_up()
        found = swept(book.engine, book.ledger, book.desk.clock.now())
    if as_json:
        print_json(found)
    else:
        _print(found)
    if any(found[name] for name in _NAMES):
        raise typer.Exit(REFUSED)


_NAMES = {
    "overdue": ("到期而未记逾期", "past due, no lapse on record", ("stream", "name", "due")),
    "unarmed": ("无人跟踪", "not watched", ("stream", "due")),
    "behind": ("跟踪落后", "watched, but behind", ("stream", "version", "seen")),
    "stuck": ("受阻", "looks fail", ("stream", "since", "failure")),
}


def _print(found: dict[str, list[dict[str, object]]]) -> None:
    for name, (zh, en, columns) in _NAMES.items():
        typer.echo(f"{zh} {en}: {len(found[name])}")
        if found[name]:
            print_table(list(columns), [[str(row[column]) for column in columns] for row in found[name]])
