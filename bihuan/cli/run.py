"""`bihuan run`: the demonstration installation, set up and served."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Profile(StrEnum):
    """In one process on SQLite, or in the production shape."""

    EMBEDDED = "embedded"
    FULL = "full"


def run(
    home: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="数据目录；不写则用 BIHUAN_HOME，再不然 .bihuan 下以形态命名的目录 / the data folder",
        ),
    ] = None,
    profile: Annotated[
        Profile,
        typer.Option(
            help="embedded 一个进程和 SQLite，full 生产形态：PostgreSQL、Kafka、各进程分开 / one process, or the production shape"
        ),
    ] = Profile.EMBEDDED,
) -> None:
    """启动演示安装，直到按 Ctrl-C。 Serve the demonstration installation until Ctrl-C."""
    from bihuan.installation import default_folder
    from shared.runtime.telemetry import configure

    configure("bihuan", level="ERROR")
    if profile is Profile.FULL:
        from bihuan.full_profile import run as launch

        launch(home or default_folder(full=True))
    else:
        from bihuan.launcher import run as launch_embedded

        launch_embedded(home or default_folder())


def register(app: typer.Typer) -> None:
    """Add the subcommand."""
    app.command("run")(run)
