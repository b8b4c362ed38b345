"""Runs what a process of an installation does, until told to stop."""

from __future__ import annotations

import asyncio
import signal

import uvicorn

from bihuan.composition import Composition
from bihuan.engine_room import EngineRoom
from bihuan.presence import Told, logged
from bihuan.processes import Process
from bihuan.site import site
from bihuan.tails import Tails
from workflows.address import Address


async def serve(
    house: Composition,
    process: Process,
    *,
    engine: Address,
    host: str = "127.0.0.1",
    port: int,
    stop: asyncio.Event,
    told: Told = logged,
) -> None:
    """Do it all; the interfaces answer whatever the engine does."""
    tails = Tails(house, process)
    tails.start()
    try:
        async with asyncio.TaskGroup() as group:
            if process.meets_engine:
                group.create_task(EngineRoom(house, engine, process, told=told).run(stop))
            if process.answers:
                group.create_task(_interfaces(house, process, host, port, stop))
            group.create_task(_until(stop))
    finally:
        await asyncio.to_thread(tails.stop)
        await asyncio.to_thread(house.close)


def stop_on_signals(stop: asyncio.Event) -> None:
    """SIGTERM and Ctrl-C end the process in order."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)


async def _until(stop: asyncio.Event) -> None:
    await stop.wait()


async def _interfaces(
    house: Composition, process: Process, host: str, port: int, stop: asyncio.Event
) -> None:
    config = uvicorn.Config(
        site(house, process.answers), host=host, port=port, log_config=None, access_log=False,
        lifespan="off", timeout_graceful_shutdown=5,
    )  # fmt: skip
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    serving = asyncio.create_task(server.serve())
    await stop.wait()
    server.should_exit = True
    await serving
