"""`bihuan recover`: start the watch of everything that is owed, after the engine lost its store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def recover(
    home: Annotated[Path | None, typer.Option(help="安装的数据目录 / the installation's folder")] = None,
    engine: Annotated[str | None, typer.Option(envvar="TEMPORAL_ADDRESS", help="Temporal 地址")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出JSON")] = False,
) -> None:
    """重新启动全部跟踪；可中断后再来。 Start every watch again, nearest due first."""
    import asyncio

    from bihuan.cli.clock import engine_address, engine_reached, opened_house
    from bihuan.engine_room import EngineRoom
    from bihuan.recovering import recover_all

    with opened_house(home) as house:
        address = engine_address(house, engine)
        open_at = EngineRoom(house, address).open_at
        with engine_reached(address.target):
            started = asyncio.run(recover_all(house, address, open_at))
    typer.echo(json.dumps({"started": started}) if as_json else f"已启动跟踪 {started} 项")


def register(app: typer.Typer) -> None:
    """Add the subcommand."""
    app.command("recover")(recover)
