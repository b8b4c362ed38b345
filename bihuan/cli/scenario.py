"""`bihuan scenario`: run scenario files and say what differs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bihuan.cli.book import AsJson, Lang, Language

DIFFERS = 1
BAD_FILE = 2


def register(app: typer.Typer) -> None:
    """Add the command to an application."""
    app.command("scenario")(scenario)


def _engines() -> list[str]:
    from bihuan.scenarios.engines import ENGINES

    return list(ENGINES)


def scenario(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE", help="场景文件（YAML），可写多个；写法见 docs/scenarios.md / scenario files"
        ),
    ],
    engine: Annotated[
        str,
        typer.Option(
            "--engine", metavar="NAME", autocompletion=_engines, help="用哪个引擎运行 / on which engine"
        ),
    ] = "simulator",
    lang: Lang = Language.ZH,
    as_json: AsJson = False,
) -> None:
    """运行场景文件，逐条比对；不符则退出码1。 Run scenario files; exit 1 if any differs."""
    from bihuan.scenarios import telling
    from bihuan.scenarios.document import BadScenario
    from bihuan.scenarios.engines import ENGINES
    from bihuan.scenarios.loading import load_scenario
    from bihuan.scenarios.running import run_scenario
    from shared.runtime.law_files import load_law
    from shared.runtime.telemetry import configure

    configure("bihuan", level="ERROR")  # what the engine has to say is no part of the answer
    english = lang is Language.EN
    if engine not in ENGINES:
        known = "、".join(ENGINES)
        typer.echo(
            f"no engine {engine!r}: use {known}" if english else f"没有名为“{engine}”的引擎，可用：{known}",
            err=True,
        )
        raise typer.Exit(BAD_FILE)
    law = load_law()
    results = []
    try:
        # All files are read before the first one runs: a slip in the last is told at once.
        loaded = [load_scenario(path, law) for path in paths]
        for one in loaded:
            results.append(run_scenario(one, law, ENGINES[engine]))
            if not as_json:
                typer.echo("\n".join(telling.told(results[-1], english)))
    except BadScenario as bad:
        typer.echo(bad.told(english), err=True)
        raise typer.Exit(BAD_FILE) from bad
    passed = sum(result.ok for result in results)
    if not as_json and len(results) > 1:
        said = f"{passed} of {len(results)} scenarios as expected"
        typer.echo(
            said if english else f"共{len(results)}个场景，符合{passed}个，不符{len(results) - passed}个"
        )
    if as_json:
        typer.echo(json.dumps([telling.as_json(result) for result in results], ensure_ascii=False, indent=2))
    if passed < len(results):
        raise typer.Exit(DIFFERS)
