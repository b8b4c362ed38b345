"""`make run`: the demonstration installation with everything it needs, in one process beside the Temporal server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bihuan.composition import Composition
from bihuan.founding import Step, demonstration, refuse_another, tokens
from bihuan.installation import ADDRESSES
from bihuan.parts.folder import FolderLock, choose_ports, keep_ports, kept_ports
from bihuan.parts.ladder import UseAddress
from bihuan.parts.supervision import Supervised
from bihuan.parts.telling import Teller
from bihuan.parts.temporal import TemporalServer
from bihuan.parts.temporal_config import AnyStore, Store
from bihuan.parts.temporal_ladder import Surroundings, obtain_temporal
from bihuan.processes import ALL, process
from bihuan.serving import serve, stop_on_signals
from workflows.address import Address

PORT = "site"


def run(folder: Path) -> None:
    """Set up what is missing, serve until Ctrl-C, stop what was started and nothing else."""
    teller = Teller()
    refuse_another(folder)
    with FolderLock(folder / "run"), temporal(folder, teller, Store.FILE) as engine:
        house = Composition(demonstration(folder, teller))
        port = ports(folder, [PORT])[PORT]
        site = f"http://127.0.0.1:{port}"
        with announced(house, {"site": site, "temporal": engine}, teller):
            asyncio.run(_until_told(house, Address(engine), port))
    teller.line("已停止;数据保留在 / stopped; data kept in " + str(folder))


@contextmanager
def temporal(folder: Path, teller: Teller, store: AnyStore) -> Iterator[str]:
    """The address of an engine: somebody's, or one of ours, supervised until the end."""
    step = Step.begin(teller, "流程引擎 Temporal")
    source = obtain_temporal(Surroundings(), teller)
    if isinstance(source, UseAddress):
        step.done(source.address)
        yield source.address
        return
    server = TemporalServer(source.binary, folder / "temporal", store)
    with supervised(Supervised(server)):
        step.done(server.address)
        yield server.address


@contextmanager
def supervised(part: Supervised) -> Iterator[None]:
    """Started, kept alive, and stopped at the end."""
    part.start()
    try:
        yield
    finally:
        part.stop()


def ports(folder: Path, names: list[str]) -> Mapping[str, int]:
    """The ports of the last run, or free ones the first time."""
    file = folder / "ports.json"
    found = kept_ports(file, names) or choose_ports(names)
    keep_ports(file, found)
    return found


@contextmanager
def announced(house: Composition, addresses: Mapping[str, str], teller: Teller) -> Iterator[None]:
    """The table of addresses, kept in a file while the installation is served so that other commands find them."""
    file = house.installation.folder / ADDRESSES
    file.write_text(json.dumps(addresses), "utf-8")
    rows = [(_NAMES.get(name, name), address) for name, address in addresses.items()]
    rows += [
        ("系统时间 clock", f"{house.clock.now():%Y-%m-%d %H:%M}(演示时钟,可拨快 demonstration clock)"),
        ("数据 data", str(house.installation.folder)),
        ("令牌 tokens", str(tokens(house))),
    ]
    width = max(len(name.encode("gbk", "replace")) for name, _ in rows)
    teller.line("")
    for name, value in rows:
        teller.line(f"  {name}{' ' * (width - len(name.encode('gbk', 'replace')))}  {value}")
    teller.line("")
    teller.line("另开一个终端试试 / in another terminal, try:")
    for command in ("bihuan late", "bihuan register --open", "bihuan clock advance 30d"):
        teller.line(f"  .venv/bin/{command}")
    teller.line("按 Ctrl-C 停止 / Ctrl-C stops everything that was started here")
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


_NAMES = {
    "site": "接口 API(说明 /openapi.json)",
    "temporal": "流程引擎 Temporal",
    "kafka": "总线 Kafka",
    "postgres": "数据库 PostgreSQL",
    "intake": "受理接口 intake",
    "rectification": "整改接口 rectification",
    "enforcement": "执法接口 enforcement",
    "oversight": "监督接口 oversight",
}


async def _until_told(house: Composition, engine: Address, port: int) -> None:
    stop = asyncio.Event()
    stop_on_signals(stop)
    await serve(house, process([ALL]), engine=engine, port=port, stop=stop)
