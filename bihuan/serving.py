"""Runs the parts of an installation in one process, until told to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Collection
from enum import StrEnum

import structlog
import uvicorn

from bihuan.composition import Composition
from bihuan.engine_room import Address, EngineRoom
from bihuan.site import site
from bihuan.tails import Tails

log = structlog.get_logger("serving")


class Part(StrEnum):
    """What a process may run; the embedded default runs all of them in one."""

    API = "api"
    TAIL = "tail"
    ENGINE = "engine"


async def serve(
    house: Composition, parts: Collection[Part], *, engine: Address, port: int, stop: asyncio.Event
) -> None:
    """Run the parts; the interfaces answer whatever the engine does."""
    tails = Tails(house)
    if Part.TAIL in parts:
        tails.start()
    try:
        async with asyncio.TaskGroup() as group:
            if Part.ENGINE in parts:
                group.create_task(EngineRoom(house, engine).run(stop))
            if Part.API in parts:
                group.create_task(_interfaces(house, port, stop))
    finally:
        await asyncio.to_thread(tails.stop)
        house.close()


def stop_on_signals(stop: asyncio.Event) -> None:
    """SIGTERM and Ctrl-C end the process in order."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)


async def _interfaces(house: Composition, port: int, stop: asyncio.Event) -> None:
    config = uvicorn.Config(
        site(house), host="127.0.0.1", port=port, log_config=None, access_log=False, lifespan="off",
        timeout_graceful_shutdown=5,
    )  # fmt: skip
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    serving = asyncio.create_task(server.serve())
    await stop.wait()
    server.should_exit = True
    await serving
