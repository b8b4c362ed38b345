"""`bihuan due`: when a period ends, and why."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Annotated

import typer

from bihuan.cli.book import AsJson, Lang, Language
from shared.law import periods
from shared.law.derivation import day_words
from shared.law.periods import Due, PeriodError, Roll, Term, Unit

BAD_INPUT = 2


def register(app: typer.Typer) -> None:
    """Add the command to an application."""
    app.command("due")(due)


def due(
    start: Annotated[
        str,
        typer.Option(
            "--from",
            help="起算日（2026-02-13）或带时区的时刻（2026-02-13T09:30+08:00） / from when it runs",
            metavar="DATE|MOMENT",
        ),
    ],
    n: Annotated[
        int, typer.Option("--n", metavar="N", help="期间长度，0为当日 / how long; 0 is the same day")
    ],
    unit: Annotated[
        Unit,
        typer.Option("--unit", help="hour 小时，calendar_day 日，working_day 工作日，month 月 / of what"),
    ],
    roll: Annotated[
        Roll,
        typer.Option(
            "--roll",
            help="遇休息日：forward 顺延，backward 法定顺延、内部提前（机关义务），none 不顺延（权力上限） / over rest days",
        ),
    ] = Roll.FORWARD,
    lang: Lang = Language.ZH,
    as_json: AsJson = False,
) -> None:
    """计算期限：到期日及理由。When a period ends, and why."""
    from shared.runtime.calendar_files import load_calendar

    try:
        result = periods.due(_start(start), Term(n, unit, roll), load_calendar())
    except PeriodError as error:
        typer.echo(f"错误：{error.zh}" if lang is Language.ZH else f"error: {error.en}", err=True)
        raise typer.Exit(BAD_INPUT) from error
    typer.echo(_as_json(result, lang) if as_json else _as_text(result, lang))


def _start(text: str) -> date | datetime:
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise PeriodError(
            f"--from 不是日期或时刻：{text}（例如 2026-02-13 或 2026-02-13T09:30:00+08:00）",
            f"--from is neither a date nor a moment: {text} (try 2026-02-13 or 2026-02-13T09:30:00+08:00)",
        ) from error


def _as_json(result: Due, lang: Language) -> str:
    answer = {
        "legal_due": result.legal.isoformat(),
        "internal_due": result.internal.isoformat(),
        "derivation": list(result.derivation if lang is Language.ZH else result.derivation_en),
        "provisional": result.provisional,
        "calendar_version": result.calendar_version,
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)


def _as_text(result: Due, lang: Language) -> str:
    legal, internal = _shown(result.legal, lang), _shown(result.internal, lang)
    if lang is Language.ZH:
        head = [f"法定期限  {legal}", f"内部期限  {internal}"]
        head += ["暂定      涉及未公布放假安排的年份"] if result.provisional else []
        tail, steps = f"日历版本  {result.calendar_version}", result.derivation
    else:
        head = [f"legal due     {legal}", f"internal due  {internal}"]
        head += ["provisional   a year without a published calendar matters"] if result.provisional else []
        tail, steps = f"calendar      {result.calendar_version}", result.derivation_en
    return "\n".join([*head, *(f"  {i}. {step}" for i, step in enumerate(steps, 1)), tail])


def _shown(when: date | datetime, lang: Language) -> str:
    if isinstance(when, datetime):
        return when.isoformat()
    day = day_words(when)
    return f"{day.zh}24:00 截止" if lang is Language.ZH else f"{day.en}, until 24:00"
