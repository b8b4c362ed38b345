"""`make run`: the demonstration installation with everything it needs, in one process beside the Temporal server."""

from __future__ import annotations

import asyncio
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

from bihuan.composition import Composition
from bihuan.engine_room import Address
from bihuan.installation import ADDRESSES, FILE, Installation, make_installation, open_installation
from bihuan.loading.catalogue import read_catalogue
from bihuan.loading.clock import advance_for
from bihuan.loading.load import carry_out, prepare
from bihuan.loading.registry_folder import read_registry
from bihuan.loading.shipped import CATALOGUE, REGISTRY, VISITS
from bihuan.loading.visits_file import read_visits
from bihuan.parts.folder import FolderLock, choose_ports, keep_ports, kept_ports
from bihuan.parts.ladder import UseAddress
from bihuan.parts.supervision import Supervised
from bihuan.parts.telling import Teller
from bihuan.parts.temporal import TemporalServer
from bihuan.parts.temporal_ladder import Surroundings, obtain_temporal
from bihuan.serving import Part, serve, stop_on_signals
from services.registry.handlers import register
from shared.ledger.installation import Installation as Kind
from shared.runtime import access
from shared.runtime.access import PrincipalKind

LEDGER = "t-qinghe"
PORT = "site"
TOKENS = "demonstration-tokens.json"
SHOWN = {
    "p-001": "应急办主任 office head",
    "p-002": "分管领导 deputy head",
    "p-004": "执法人员 officer",
    "p-005": "执法人员 officer",
}
"""The people whose tokens a demonstration hands out; a real installation hands out none by itself."""


@dataclass(frozen=True, slots=True)
class _Step:
    """Says what is done and, afterwards, how long it took."""

    teller: Teller
    what: str
    began: float

    def done(self, found: str = "") -> None:
        self.teller.line(
            f"✓ {self.what}{'：' + found if found else ''}({time.monotonic() - self.began:.1f}秒)"
        )


def run(folder: Path) -> None:
    """Set up what is missing, serve until Ctrl-C, stop what was started and nothing else."""
    teller = Teller()
    with FolderLock(folder / "run"):
        step = _Step(teller, "流程引擎 Temporal", time.monotonic())
        source = obtain_temporal(Surroundings(), teller)
        engine = (
            None if isinstance(source, UseAddress) else TemporalServer(source.binary, folder / "temporal")
        )
        part = Supervised(engine) if engine else None
        if part is not None:
            part.start()
        try:
            target = engine.address if engine else source.address if isinstance(source, UseAddress) else ""
            step.done(target)
            house = Composition(_demonstration(folder, teller))
            port = _port(folder)
            _announce(house, target, port, teller)
            asyncio.run(_until_told(house, Address(target), port))
        finally:
            (folder / ADDRESSES).unlink(missing_ok=True)
            if part is not None:
                part.stop()
    teller.line("已停止;数据保留在 / stopped; data kept in " + str(folder))


async def _until_told(house: Composition, engine: Address, port: int) -> None:
    stop = asyncio.Event()
    stop_on_signals(stop)
    await serve(house, list(Part), engine=engine, port=port, stop=stop)


def _demonstration(folder: Path, teller: Teller) -> Installation:
    """The installation with its township and visits; made on the first run, carried on by every later one."""
    known = (folder / FILE).exists()
    step = _Step(teller, "打开安装" if known else "新建演示安装", time.monotonic())
    if known:
        installation = open_installation(folder)
    else:
        last = max(event.row.at for event in read_visits(VISITS).visits)
        installation = make_installation(folder, Kind.DEMONSTRATION, (LEDGER,), begins=last)
    house = Composition(installation)
    try:
        entries, _none = read_registry(REGISTRY)
        register(house.desk("registry", LEDGER), entries, trace="demonstration")
        step.done(f"{len(entries)}条登记资料")
        step = _Step(teller, "导入检查记录", time.monotonic())
        new = _load(house, teller)
        step.done(f"新增{new}项办理(检查、送达、复查等;已有的不重复)")
        if new:  # also after a first run that was stopped in the middle of loading
            house.clock.run()
    finally:
        house.close()
    return installation


def _load(house: Composition, teller: Teller) -> int:
    desk = house.desk("rectification", LEDGER)
    prepared = prepare(VISITS, desk, read_catalogue(CATALOGUE), advance=True)
    if not prepared.plan.acts or len(prepared.done) == len(prepared.plan.acts):
        return 0
    advance_for(prepared, desk.ledger, house.clock)
    return carry_out(
        prepared, desk, house.sealed(LEDGER), lambda n, of: teller.progress(f"  导入检查记录 {n}/{of}")
    )


def _port(folder: Path) -> int:
    file = folder / "ports.json"
    ports = kept_ports(file, [PORT]) or choose_ports([PORT])
    keep_ports(file, ports)
    return ports[PORT]


def _announce(house: Composition, engine: str, port: int, teller: Teller) -> None:
    """The table of addresses, kept in a file too so that other commands find them."""
    folder, site = house.installation.folder, f"http://127.0.0.1:{port}"
    (folder / ADDRESSES).write_text(json.dumps({"site": site, "temporal": engine}), "utf-8")
    tokens = _tokens(house)
    now = house.clock.now()
    rows = [
        ("接口 API", site),
        ("接口说明 OpenAPI", f"{site}/openapi.json"),
        ("流程引擎 Temporal", engine),
        ("系统时间 clock", f"{now:%Y-%m-%d %H:%M}(演示时钟,可拨快 demonstration clock)"),
        ("数据 data", str(folder)),
        ("令牌 tokens", str(tokens)),
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


def _tokens(house: Composition) -> Path:
    """Tokens of a few people, issued once; the file is readable by its owner only."""
    path = house.installation.folder / TOKENS
    if not path.exists():
        issued = {
            person: {
                "role": role,
                "token": access.issue(house.engine(), LEDGER, person, PrincipalKind.PERSON),
            }
            for person, role in SHOWN.items()
        }
        issued["ch-grid"] = {
            "role": "网格员手机端 grid app",
            "token": access.issue(house.engine(), LEDGER, "ch-grid", PrincipalKind.CHANNEL),
        }
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(issued, file, ensure_ascii=False, indent=1)
    return path
