"""`make run`: the demonstration installation with everything it needs, in one process beside the Temporal server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bihuan.composition import Composition
from bihuan.founding import TOKENS, Step, demonstration, refuse_another, tokens
from bihuan.installation import ADDRESSES
from bihuan.parts.folder import FolderLock, choose_ports, keep_ports, kept_ports
from bihuan.parts.ladder import UseAddress
from bihuan.parts.missing import FolderInUse
from bihuan.parts.supervision import Supervised
from bihuan.parts.telling import Teller
from bihuan.parts.temporal import TemporalServer
from bihuan.parts.temporal_config import AnyStore, Store
from bihuan.parts.temporal_ladder import Surroundings, obtain_temporal
from bihuan.presence import ARMING
from bihuan.processes import ALL, process
from bihuan.serving import serve, stop_on_signals
from services.oversight.console.rendering import ROOT as CONSOLE
from workflows.address import Address

PORT = "site"


def run(folder: Path) -> None:
    """Set up what is missing, serve until Ctrl-C, stop what was started and nothing else."""
    teller = Teller()
    refuse_another(folder)
    with alone(folder), temporal(folder, teller, Store.FILE) as engine:
        house = Composition(demonstration(folder, teller))
        port = ports(folder, [PORT])[PORT]
        site = f"http://127.0.0.1:{port}"
        with announced(house, {"console": site + CONSOLE, "site": site, "temporal": engine.address}, teller):
            asyncio.run(_until_told(house, Address(engine.address), port, teller))
    teller.line("已停止;数据保留在 / stopped; data kept in " + str(folder))


class RunningAlready(FolderInUse):
    """The installation is being served by another run: where it answers, and how to stop it."""

    def __init__(self, folder: Path, pid: int | None) -> None:
        super().__init__(str(folder), pid)
        self.addresses = _addresses(folder)

    def __str__(self) -> str:
        rows = [*_named(self.addresses), ("数据 data", self.folder)]
        if (tokens := Path(self.folder) / TOKENS).exists():
            rows.append(("令牌 tokens", str(tokens)))
        state = "已在运行" if self.addresses else "正在启动"
        kill = f"，或 kill {self.pid} / or: kill {self.pid}" if self.pid else ""
        head = f"这个安装{state}，不必再启动 / this installation is running already"
        stop = f"停止它：在运行它的终端按 Ctrl-C / to stop it: Ctrl-C in its terminal{kill}"
        return "\n".join([head, *_table(rows), stop])


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """The only run of the installation; raises RunningAlready."""
    lock = FolderLock(folder / "run")
    try:
        lock.acquire()
    except FolderInUse as used:
        raise RunningAlready(folder, used.pid) from used
    try:
        yield
    finally:
        lock.release()


@contextmanager
def temporal(folder: Path, teller: Teller, store: AnyStore) -> Iterator[UseAddress | TemporalServer]:
    """An engine with its address: somebody's, or one of ours, supervised until the end."""
    step = Step.begin(teller, "流程引擎 Temporal")
    source = obtain_temporal(Surroundings(), teller)
    if isinstance(source, UseAddress):
        step.done(source.address)
        yield source
        return
    server = TemporalServer(source.binary, folder / "temporal", store)
    with supervised(Supervised(server, teller.line)):
        step.done(server.address)
        yield server


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
    rows = _named(addresses)
    rows += [
        ("系统时间 clock", f"{house.clock.now():%Y-%m-%d %H:%M}(演示时钟,可拨快 demonstration clock)"),
        ("数据 data", str(house.installation.folder)),
        ("令牌 tokens", str(tokens(house))),
    ]
    for line in ("", *_table(rows), ""):
        teller.line(line)
    teller.line("另开一个终端试试 / in another terminal, try:")
    for command in ("late", "register --open", "clock advance 30d"):
        teller.line(f"  {house.installation.command(command)}")
    teller.line("按 Ctrl-C 停止 / Ctrl-C stops everything that was started here")
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def _named(addresses: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(_NAMES.get(name, name), address) for name, address in addresses.items()]


def _addresses(folder: Path) -> dict[str, str]:
    """Where a running installation answers; nothing while it is still starting."""
    try:
        found: dict[str, str] = json.loads((folder / ADDRESSES).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found


def _table(rows: list[tuple[str, str]]) -> list[str]:
    widths = [len(name.encode("gbk", "replace")) for name, _ in rows]
    return [
        f"  {name}{' ' * (max(widths) - width)}  {value}"
        for width, (name, value) in zip(widths, rows, strict=True)
    ]


_NAMES = {
    "console": "监督台 console(浏览器打开,用令牌登录)",
    "site": "接口 API(说明 /openapi.json)",
    "temporal": "流程引擎 Temporal",
    "kafka": "总线 Kafka",
    "postgres": "数据库 PostgreSQL",
    "intake": "受理接口 intake",
    "rectification": "整改接口 rectification",
    "enforcement": "执法接口 enforcement",
    "oversight": "监督接口 oversight",
}


async def _until_told(house: Composition, engine: Address, port: int, teller: Teller) -> None:
    def told(event: str, zh: str, en: str) -> None:
        if event == ARMING:
            teller.progress(f"{zh} / {en}")
        else:
            teller.line(f"{zh}\n{en}")

    stop = asyncio.Event()
    stop_on_signals(stop)
    await serve(house, process([ALL]), engine=engine, port=port, stop=stop, told=told)
