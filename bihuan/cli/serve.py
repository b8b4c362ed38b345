"""`bihuan serve`: be one of an installation's processes, or all of them, on an engine that is already there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

API_PORT = 8080


def serve(
    home: Annotated[Path | None, typer.Option(help="安装的数据目录 / the installation's folder")] = None,
    process: Annotated[
        str, typer.Option(help="做哪个进程的事,逗号分隔,如 intake、starter、relay;all 为全部(不含 relay)")
    ] = "all",
    engine: Annotated[str, typer.Option(envvar="TEMPORAL_ADDRESS", help="Temporal 地址")] = "127.0.0.1:7233",
    port: Annotated[
        int | None,
        typer.Option(help="端口:接口和 /livez、/readyz、/metrics;不填时有接口的用 8080,没有接口的不开端口"),
    ] = None,
) -> None:
    """运行安装的一个进程,或全部。 Be one process of an installation, or all of it."""
    import asyncio

    from bihuan.composition import Composition
    from bihuan.engine_room import Address
    from bihuan.installation import default_folder, open_installation
    from bihuan.processes import process as named
    from bihuan.serving import serve as run
    from bihuan.serving import stop_on_signals
    from shared.runtime.telemetry import configure

    does = named(process.split(","))
    configure(does.label)
    house = Composition(open_installation(home or default_folder()))

    async def until_told() -> None:
        stop = asyncio.Event()
        stop_on_signals(stop)
        await run(
            house, does, engine=Address(engine), port=port or (API_PORT if does.answers else None), stop=stop
        )

    asyncio.run(until_told())


def register(app: typer.Typer) -> None:
    """Add the subcommand."""
    app.command("serve")(serve)
