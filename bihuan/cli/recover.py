"""`bihuan recover`: start the watch of everything that is owed, after the engine lost its store."""

from __future__ import annotations

import json

import typer

from bihuan.cli.book import AsJson, EngineAddress, Home


def recover(
    home: Home = None,
    engine: EngineAddress = None,
    as_json: AsJson = False,
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
