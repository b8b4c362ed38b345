"""`bihuan report monthly`: the monthly report, each figure with the facts behind it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from bihuan.cli.book import AsJson, Home, Lang, Language, LedgerName, open_book, print_json, print_table
from shared.vocabulary.refusals import BadInput

if TYPE_CHECKING:
    from services.oversight.figures import Figure
    from services.oversight.monthly import Monthly, Span

SHOWN = 2000
"""Facts behind a figure that are listed at once."""


def register(app: typer.Typer) -> None:
    """Add the commands to an application."""
    report = typer.Typer(help="报表。 Reports.", no_args_is_help=True)
    report.callback()(lambda: None)
    report.command("monthly")(monthly)
    app.add_typer(report, name="report")


def monthly(
    month: Annotated[
        str | None,
        typer.Option(
            "--month", metavar="MONTH", help="月份，例如 2026-05；不写则为本月 / the month; else this one"
        ),
    ] = None,
    opened: Annotated[
        str | None,
        typer.Option(
            "--open",
            metavar="FIGURE",
            help="列出某个数字背后的事实，例如 found；不写则列全部数字 / list the facts behind a figure",
        ),
    ] = None,
    of_month: Annotated[
        bool,
        typer.Option(
            "--of-month", help="与 --open 同用：只列当月的；不写则列全程的 / with --open: of the month alone"
        ),
    ] = False,
    home: Home = None,
    ledger: LedgerName = None,
    lang: Lang = Language.ZH,
    as_json: AsJson = False,
) -> None:
    """月报：当月和行动以来两列，每个数字都能列出背后的事实。 The monthly report."""
    from services.oversight.figures import FIGURES
    from services.oversight.monthly import Span, behind, month_of
    from services.oversight.monthly import monthly as reckoned

    if opened is not None and opened not in FIGURES:
        raise BadInput(
            f"没有这个数字：{opened}", f"no such figure: {opened}", where="--open",
            do_zh="可选：" + "、".join(FIGURES), do_en="choose from " + ", ".join(FIGURES),
        )  # fmt: skip
    with open_book(home, ledger) as book:
        today = book.desk.clock.now().date()
        book.catch_up()
        report = reckoned(book.engine, book.ledger, month_of(month or f"{today:%Y-%m}"), today)
        if opened is None:
            _print(report, lang, as_json)
            return
        span = Span.MONTH if of_month else Span.SINCE
        facts = behind(book.engine, book.ledger, opened, report.columns[span], None, SHOWN)
    if as_json:
        rows = [asdict(one) | {"day": f"{one.day}"} for one in facts]
        print_json({"figure": opened, "value": report.values[opened][span], "facts": rows})
        return
    zh, figure = lang is Language.ZH, FIGURES[opened]
    value = figure.written(report.values[opened][span], zh=zh)
    typer.echo(f"{_name(figure, zh)}  {_column(report, span, zh)}{'：' if zh else ': '}{value}")
    typer.echo(figure.means if zh else figure.means_en)
    heads = ["日期", "账本位置", "事项", "计入"] if zh else ["day", "position", "about", "counts"]
    print_table(
        heads,
        [[f"{one.day}", str(one.position), one.subject, figure.written(one.amount, zh=zh)] for one in facts],
    )
    if len(facts) == SHOWN:
        more = f"只列出前{SHOWN}条，其余用接口 /monthly/{opened} 翻页"
        more_en = f"the first {SHOWN} only; the interface pages through the rest at /monthly/{opened}"
        typer.echo(more if zh else more_en)


def _print(report: Monthly, lang: Language, as_json: bool) -> None:
    from services.oversight.figures import FIGURES

    if as_json:
        columns = {
            span: {"name": one.zh, "first": f"{one.first}", "last": f"{one.last}"}
            for span, one in report.columns.items()
        }
        print_json({"columns": columns, "figures": report.values, "reflects": report.reflects})
        return
    zh = lang is Language.ZH
    heads = ["", *(_column(report, span, zh) for span in report.columns), "代码" if zh else "code"]
    rows = [
        [_name(FIGURES[name], zh), *(FIGURES[name].written(value, zh=zh) for value in values.values()), name]
        for name, values in report.values.items()
    ]
    print_table(heads, rows)
    said = f"反映至账本第{report.reflects}号；按事实生效日期统计；用 --open 代码 列出背后的事实"
    said_en = f"reflects position {report.reflects}; counted by effective day; --open CODE lists the facts"
    typer.echo(said if zh else said_en)


def _name(figure: Figure, zh: bool) -> str:
    return figure.zh if zh else figure.en


def _column(report: Monthly, span: Span, zh: bool) -> str:
    column = report.columns[span]
    name = column.zh if zh else column.en
    return f"{name}({column.first:%m-%d}至{column.last:%m-%d})" if zh else f"{name} (to {column.last})"
