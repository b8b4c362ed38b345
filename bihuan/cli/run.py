"""`bihuan run`: the demonstration installation, set up and served."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def run(
    home: Annotated[Path | None, typer.Option(help="数据目录 / the data folder")] = None,
) -> None:
    """启动演示安装,直到按 Ctrl-C。 Serve the demonstration installation until Ctrl-C."""
    from bihuan.installation import default_folder
    from bihuan.launcher import run as launch
    from shared.runtime.telemetry import configure

    configure("bihuan", level="ERROR")
    launch(home or default_folder())


def register(app: typer.Typer) -> None:
    """Add the subcommand."""
    app.command("run")(run)
