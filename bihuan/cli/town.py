"""`bihuan town`: the township of the reports, founded in a folder of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def found(
    home: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="数据目录；不写则用 .bihuan/town / the data folder")
    ] = None,
) -> None:
    """建立报告里的演示镇:三个月专项行动,521次检查、2982条隐患。 Found the township of the reports."""
    from bihuan.founding import demonstration, refuse_another
    from bihuan.installation import TOWN_FOLDER
    from bihuan.parts.folder import FolderLock
    from bihuan.parts.telling import Teller

    folder = (home or TOWN_FOLDER).resolve()
    refuse_another(folder)
    with FolderLock(folder / "run"):
        demonstration(folder, Teller(), town=True)
    typer.echo(
        f"演示镇在{folder}。启动:bihuan run --home {folder};月报:bihuan report monthly --home {folder}"
    )
    typer.echo(f"The township is in {folder}. Serve it: bihuan run --home {folder}")


def register(app: typer.Typer) -> None:
    """Add the subcommand."""
    app.command("town")(found)
