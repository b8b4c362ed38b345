"""`bihuan serve`: be one of an installation's processes, or all of them, on an engine that is already there."""

from __future__ import annotations

from typing import Annotated

import typer

from bihuan.cli.book import Home


def _names() -> list[str]:
    from bihuan.processes import ALL, PROCESSES

    return [ALL, *PROCESSES]


API_PORT = 8080


def serve(
    home: Home = None,
    process: Annotated[
        str,
        typer.Option(
            metavar="NAME,NAME",
            autocompletion=_names,
            help="做哪些进程的事，逗号分隔；all 为全部（不含 relay） / which processes to be",
        ),
    ] = "all",
    engine: Annotated[
        str | None,
        typer.Option(
            metavar="HOST:PORT",
            envvar="TEMPORAL_ADDRESS",
            help="Temporal 地址；不写则用安装中的，再不然 127.0.0.1:7233 / where Temporal is",
        ),
    ] = None,
    host: Annotated[
        str, typer.Option(metavar="HOST", help="在哪个地址应答；容器中为 0.0.0.0 / the address to answer at")
    ] = "127.0.0.1",
    port: Annotated[
        int | None,
        typer.Option(
            metavar="PORT",
            help="接口和 /livez、/readyz、/metrics 的端口；不写则有接口的用 8080 / the port; else 8080 where there is an API",
        ),
    ] = None,
) -> None:
    """运行安装的一个进程，或全部。 Be one process of an installation, or all of it."""
    import asyncio

    from bihuan.composition import Composition
    from bihuan.installation import default_folder, open_installation
    from bihuan.processes import process as named
    from bihuan.serving import serve as run
    from bihuan.serving import stop_on_signals
    from shared.runtime.telemetry import configure
    from workflows.address import Address

    does = named(process.split(","))
    configure(does.label)
    house = Composition(open_installation(home or default_folder()))

    async def until_told() -> None:
        stop = asyncio.Event()
        stop_on_signals(stop)
        at = house.installation.engine_at(engine) or Address("127.0.0.1:7233")
        answers = port or (API_PORT if does.answers else None)
        await run(house, does, engine=at, host=host, port=answers, stop=stop)

    asyncio.run(until_told())


def register(app: typer.Typer) -> None:
    """Add the subcommand."""
    app.command("serve")(serve)
