"""Runs what a process of an installation does, until told to stop."""

from __future__ import annotations

import asyncio
import signal

import uvicorn
from starlette.types import ASGIApp

from bihuan import traces
from bihuan.composition import Composition
from bihuan.engine_room import EngineRoom
from bihuan.presence import Told, logged
from bihuan.processes import Process
from bihuan.readiness import health
from bihuan.site import site
from bihuan.tails import Tails
from shared.runtime.health import Monitored
from workflows.address import Address


async def serve(
    house: Composition,
    process: Process,
    *,
    engine: Address,
    host: str = "127.0.0.1",
    port: int | None,
    stop: asyncio.Event,
    told: Told = logged,
) -> None:
    """Do it all; the interfaces answer whatever the engine does, and a process with a port answers for its health."""
    end_traces = traces.begin(process.label, house.installation.monitoring.otlp)
    tails = Tails(house, process)
    room = EngineRoom(house, engine, process, told=told) if process.meets_engine else None
    tails.start()
    try:
        interfaces = site(house, process.answers) if process.answers else None
        asked = Monitored(health(house, process, tails, room), interfaces)
        async with asyncio.TaskGroup() as group:
            if room is not None:
                group.create_task(room.run(stop))
            group.create_task(_until(stop) if port is None else _interfaces(asked, host, port, stop))
    finally:
        await asyncio.to_thread(tails.stop)
        await asyncio.to_thread(house.close)
        if end_traces is not None:
            await asyncio.to_thread(end_traces)


def stop_on_signals(stop: asyncio.Event) -> None:
    """SIGTERM and Ctrl-C end the process in order."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)


async def _until(stop: asyncio.Event) -> None:
    await stop.wait()


async def _interfaces(asked: ASGIApp, host: str, port: int, stop: asyncio.Event) -> None:
    config = uvicorn.Config(
        asked, host=host, port=port, log_config=None, access_log=False,
        lifespan="off", timeout_graceful_shutdown=5,
    )  # fmt: skip
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    serving = asyncio.create_task(server.serve())
    await stop.wait()
    server.should_exit = True
    await serving
