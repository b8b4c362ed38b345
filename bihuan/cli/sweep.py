"""`bihuan sweep`: what nobody noticed — the database alone is asked, Temporal may be away."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Annotated, Any

import typer

from bihuan.cli.book import AsJson, Home, LedgerName, open_book, print_json, print_table

REFUSED = 1
SHOWN = 10
"""How many of each kind are listed unless all are asked for."""


def register(app: typer.Typer) -> None:
    """Add the command to an application."""
    app.command("sweep")(sweep)


def sweep(
    home: Home = None,
    ledger: LedgerName = None,
    everything: Annotated[
        bool, typer.Option("--all", help=f"全部列出；不写则每类列{SHOWN}项 / list everything")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """漏办检查；有发现则退出码1。 What nobody noticed; exit 1 if anything."""
    from services.oversight.lists import SWEPT
    from services.oversight.lists import sweep as swept

    with open_book(home, ledger) as book:
        book.catch_up()
        found = swept(book.engine, book.ledger, book.desk.clock.now())
        more = book.house.installation.command("sweep --all")
    if as_json:
        print_json(found)
    else:
        _print(found, SWEPT, SWEPT if everything else SHOWN, more)
    if any(found[name] for name in _FINDINGS):
        raise typer.Exit(REFUSED)


Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Finding:
    """One kind of finding: what it is, what to do about it, and how each is told."""

    zh: str
    en: str
    do: str
    columns: Mapping[str, Callable[[Row], str]]


def _last(row: Row) -> str:
    """Until when: a day that ends at midnight is said by its own date."""
    at = datetime.fromisoformat(row["due"])
    return f"{at:%Y-%m-%d %H:%M}" if at.time() != time() else f"{at - timedelta(days=1):%Y-%m-%d} 24:00"


def _thing(row: Row) -> str:
    return str(row["stream"])


_FINDINGS: Mapping[str, _Finding] = {
    "overdue": _Finding(
        "到期而未记逾期", "past due, no lapse on record",
        "请核对服务和 Temporal 是否在运行；运行后会自动补记 / start the service and Temporal: it is made up by itself",
        {
            "事项": _thing,
            "应办": lambda row: f"{row['name']}（{re.split('[/#]', row['obligation'])[0]}）",
            "期限": _last,
        },
    ),
    "unarmed": _Finding(
        "无人跟踪", "not watched",
        "服务运行后会自动跟踪；一直不变则 bihuan recover / a running service mends it; if not: bihuan recover",
        {"事项": _thing, "最近期限": _last},
    ),
    "behind": _Finding(
        "跟踪落后", "watched, but behind",
        "服务运行后会自动赶上；一直不变则 bihuan recover / a running service mends it; if not: bihuan recover",
        {"事项": _thing, "已到第几版": lambda row: str(row["version"]), "跟踪看到第几版": lambda row: str(row["seen"])},
    ),
    "stuck": _Finding(
        "受阻", "looks fail",
        "请按原因处理，之后会自动重试 / mend the cause; it is tried again by itself",
        {"事项": _thing, "起于": lambda row: row["since"][:16], "原因": lambda row: str(row["failure"])},
    ),
}  # fmt: skip


def _print(found: Mapping[str, Any], most: int, shown: int, more: str) -> None:
    """How many of each kind, then the first of each."""
    for name, finding in _FINDINGS.items():
        n = len(found[name])
        at_least = "至少 at least " if n == most else ""
        typer.echo(f"{finding.zh} {finding.en}: {at_least}{n}")
    for name, finding in _FINDINGS.items():
        if not (rows := found[name]):
            continue
        typer.echo(f"\n【{finding.zh}】{finding.do}")
        print_table(
            list(finding.columns), [[tell(row) for tell in finding.columns.values()] for row in rows[:shown]]
        )
        if (left := len(rows) - shown) > 0:
            typer.echo(f"……另有{left}项，{more} 全部列出 / {left} more")
