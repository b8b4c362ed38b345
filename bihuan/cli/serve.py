"""`bihuan serve`: run chosen parts of an installation in this process, on an engine that is already there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def serve(
    home: Annotated[Path | None, typer.Option(help="安装的数据目录 / the installation's folder")] = None,
    parts: Annotated[str, typer.Option(help="api、tail、engine 的组合,逗号分隔")] = "api,tail,engine",
    engine: Annotated[str, typer.Option(envvar="TEMPORAL_ADDRESS", help="Temporal 地址")] = "127.0.0.1:7233",
    port: Annotated[int, typer.Option(help="接口端口")] = 8080,
) -> None:
    """在本进程中运行安装的若干部分。 Run parts of an installation in this process."""
    import asyncio

    from bihuan.composition import Composition
    from bihuan.engine_room import Address
    from bihuan.installation import default_folder, open_installation
    from bihuan.serving import Part, stop_on_signals
    from bihuan.serving import serve as run
    from shared.runtime.telemetry import configure
    from shared.vocabulary.refusals import BadInput

    try:
        chosen = [Part(part) for part in parts.split(",")]
    except ValueError as unknown:
        raise BadInput(
            f"没有这个部分:{unknown}", f"no such part: {unknown}", where="--parts",
            do_zh="可选:api、tail、engine", do_en="choose from api, tail, engine",
        ) from unknown  # fmt: skip
    configure("bihuan")
    house = Composition(open_installation(home or default_folder()))

    async def until_told() -> None:
        stop = asyncio.Event()
        stop_on_signals(stop)
        await run(house, chosen, engine=Address(engine), port=port, stop=stop)

    asyncio.run(until_told())


def register(app: typer.Typer) -> None:
    """Add the subcommand."""
    app.command("serve")(serve)
