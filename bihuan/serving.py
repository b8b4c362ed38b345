"""Runs what a process of an installation does, until told to stop."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

import uvicorn
from starlette.types import ASGIApp

from bihuan import traces
from bihuan.composition import Composition
from bihuan.presence import Told, logged
from bihuan.processes import Process
from bihuan.readiness import health
from bihuan.tails import Tails
from shared.runtime.health import Monitored
from workflows.address import Address

if TYPE_CHECKING:
    from bihuan.engine_room import EngineRoom


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
    room = _room(house, engine, process, told) if process.meets_engine else None
    tails.start()
    try:
        interfaces = _site(house, process) if process.answers else None
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


# Loaded where they are needed: a process that has no interface, or does not meet the engine, starts so much sooner.


def _room(house: Composition, engine: Address, process: Process, told: Told) -> EngineRoom:
    from bihuan.engine_room import EngineRoom

    return EngineRoom(house, engine, process, told=told)


def _site(house: Composition, process: Process) -> ASGIApp:
    from bihuan.site import site

    return site(house, process.answers)


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
