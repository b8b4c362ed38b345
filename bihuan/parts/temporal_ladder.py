"""How we come by a Temporal server: look round, plan, take the first rung that holds."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bihuan.parts.go import GoProgram, build_programs, find_go, fit_go
from bihuan.parts.ladder import (
    BUILT_TEMPORAL,
    OLDEST_TEMPORAL,
    Address,
    Binary,
    Build,
    Download,
    GoTool,
    Origin,
    Program,
    Rung,
    Survey,
    UseAddress,
    UseBinary,
    plan,
    unfit,
)
from bihuan.parts.missing import MissingPart
from bihuan.parts.places import cache_folder
from bihuan.parts.telling import Teller
from bihuan.parts.versions import Version, temporal_version

PART = f"Temporal ≥ {OLDEST_TEMPORAL}"
SERVER_SOURCE = GoProgram("go.temporal.io/server", "cmd/server", BUILT_TEMPORAL)
SCHEMA_TOOL = GoProgram("go.temporal.io/server", "cmd/tools/sql", BUILT_TEMPORAL)
Source = UseAddress | UseBinary


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where we look: an environment, and a cache folder."""

    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)

    @property
    def cache(self) -> Path:
        return cache_folder(self.environment)


def cached_server(cache: Path, version: Version = BUILT_TEMPORAL) -> Path:
    """Where a built server of that version is kept."""
    return cache / "temporal" / str(version) / "temporal-server"


def survey(around: Surroundings) -> Survey:
    """What there is: an address that somebody named (asked for its version), programs, Go."""
    named = around.environment.get("TEMPORAL_ADDRESS")
    if named:
        return Survey(address=_ask(named))
    binaries = [_inspect(origin, path) for origin, path in _programs(around)]
    return Survey(binaries=binaries, go=find_go(around.environment))


def find_temporal(around: Surroundings, tell: Teller) -> Source:
    """The server that is there already; raises MissingPart rather than fetch or build one."""
    return _climb(around, tell, may_fetch=False)


def obtain_temporal(around: Surroundings, tell: Teller) -> Source:
    """The server, fetched or built if need be (minutes, the first time); raises MissingPart."""
    return _climb(around, tell, may_fetch=True)


def _climb(around: Surroundings, tell: Teller, *, may_fetch: bool) -> Source:
    decided = plan(survey(around))
    if decided.refused:
        raise MissingPart(PART, decided.refused, _unset(around))
    tried = list(decided.passed_over)
    for n, rung in enumerate(decided.rungs, start=1):
        try:
            match rung:
                case UseAddress(address, version):
                    tell.line(
                        f"Temporal {version}：环境变量给出的地址 / address from the environment: {address}"
                    )
                    return rung
                case UseBinary(binary):
                    tell.line(_taken(binary))
                    return rung
                case Download() if may_fetch:
                    return _took(_download(around.cache), tell)
                case Build(go) if may_fetch:
                    return _took(_build(go, around.cache, tell), tell)
                case Download() | Build():
                    tried.append(f"{type(rung).__name__.lower()}: 此处不做 / not here")
        except MissingPart as missing:
            tell.line(f"  {missing.part}：{missing.why}{_instead(decided.rungs[n : n + 1])}")
            tried.append(f"{missing.part}: {missing.why.splitlines()[0]}")
    raise MissingPart(PART, "没有可用的服务程序 / no server to be had", "make parts", tried)


def _instead(following: Sequence[Rung]) -> str:
    """What is tried next."""
    match following:
        case [Build()]:
            return "；改为现场构建 / building it here instead"
        case [Download()]:
            return "；改由 SDK 下载 / downloading it instead"
        case _:
            return ""


def _took(binary: Binary, tell: Teller) -> UseBinary:
    if why := unfit(binary):
        raise MissingPart(binary.origin, why, "make parts")
    tell.line(_taken(binary))
    return UseBinary(binary)


def _taken(binary: Binary) -> str:
    words = {
        Origin.NAMED: "指定的程序 / the program you named",
        Origin.PATH: "PATH 中的程序 / found on PATH",
        Origin.CACHE: "缓存中的程序 / from our cache",
        Origin.DOWNLOAD: "SDK 下载 / downloaded by the SDK",
        Origin.BUILD: "现场构建 / built here",
    }
    return f"Temporal {binary.version}：{words[binary.origin]}: {binary.path}"


def _unset(around: Surroundings) -> str:
    name = "TEMPORAL_ADDRESS" if around.environment.get("TEMPORAL_ADDRESS") else "BIHUAN_TEMPORAL_SERVER"
    return f"unset {name}"


def _ask(address: str) -> Address:
    from bihuan.parts.temporal_client import ask_version  # the SDK takes a second to import: only when needed

    try:
        return Address(address, asyncio.run(ask_version(address)))
    except (RuntimeError, TimeoutError) as error:
        return Address(
            address, None, str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        )


def _programs(around: Surroundings) -> list[tuple[Origin, str]]:
    """Every program worth asking, in no particular order."""
    found: list[tuple[Origin, str]] = []
    if named := around.environment.get("BIHUAN_TEMPORAL_SERVER"):
        found.append((Origin.NAMED, named))
    for name in ("temporal-server", "temporal"):
        if path := shutil.which(name, path=around.environment.get("PATH")):
            found.append((Origin.PATH, path))
    folders = sorted((around.cache / "temporal").glob("*/"), key=_folder_version, reverse=True)
    for folder in folders:
        for name in ("temporal-server", "temporal"):
            if (folder / name).is_file():
                found.append((Origin.CACHE, str(folder / name)))
    return found


def _folder_version(folder: Path) -> Version:
    try:
        return Version.of(folder.name)
    except ValueError:
        return Version(0, 0)


def _inspect(origin: Origin, path: str) -> Binary:
    """Ask a program for its version; the development tool is known by what it says, not by its name."""
    try:
        done = subprocess.run([path, "--version"], check=False, capture_output=True, text=True, timeout=30)
        said = done.stdout + done.stderr
    except (OSError, subprocess.TimeoutExpired):
        said = ""
    program = Program.DEV_CLI if "(Server " in said else Program.SERVER
    return Binary(origin, program, path, temporal_version(said))


def _download(cache: Path) -> Binary:
    """The development server through the SDK, kept in our cache under the version that it tells."""
    from bihuan.parts.temporal_client import download_dev_server  # as above

    folder = cache / "temporal" / "download"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        asyncio.run(download_dev_server(folder))
        fetched = _newest_program(folder)
    except (RuntimeError, TimeoutError) as error:
        raise MissingPart("下载 Temporal / download", not_downloaded(error), "make parts") from error
    binary = _inspect(Origin.DOWNLOAD, str(fetched))
    kept = cache / "temporal" / str(binary.version or "unknown") / "temporal"
    kept.parent.mkdir(parents=True, exist_ok=True)
    fetched.replace(kept)
    return Binary(binary.origin, binary.program, str(kept), binary.version)


def not_downloaded(error: Exception) -> str:
    """Why the SDK brought nothing, in words: what its core says is for its authors."""
    said = str(error)
    if isinstance(error, TimeoutError) or "timed out" in said:
        return "下载太慢，已放弃 / too slow, given up"
    if "error sending request" in said or "dns error" in said:
        return "连不上下载站 temporal.download（没有外网，或被防火墙拦住） / its site cannot be reached (no internet, or a firewall)"
    return f"未成 / failed: {said.splitlines()[0][:120]}"


def _newest_program(folder: Path) -> Path:
    programs = [path for path in folder.iterdir() if path.is_file() and os.access(path, os.X_OK)]
    if not programs:
        raise RuntimeError("the SDK left no program")
    return max(programs, key=lambda path: path.stat().st_mtime)


def obtain_schema_tool(around: Surroundings, tell: Teller) -> Path:
    """The program that makes Temporal's tables in PostgreSQL: our cache, else a build. Raises MissingPart."""
    target = cached_schema_tool(around.cache)
    if not target.exists():
        _build(fit_go(around.environment), around.cache, tell, (SCHEMA_TOOL,))
    tell.line(f"Temporal {BUILT_TEMPORAL} 建表工具 / schema tool: {target}")
    return target


def cached_schema_tool(cache: Path, version: Version = BUILT_TEMPORAL) -> Path:
    """Where the built tool of that version is kept."""
    return cache / "temporal" / str(version) / "temporal-sql-tool"


def _build(
    go: GoTool | None,
    cache: Path,
    tell: Teller,
    programs: Sequence[GoProgram] = (SERVER_SOURCE, SCHEMA_TOOL),
) -> Binary:
    """The pinned programs from source.

    The tool comes with the server: together they take hardly longer than the server alone.
    """
    tell.line(f"Temporal {BUILT_TEMPORAL}：现场构建 / building it here, once; the result is kept in {cache}")
    targets = {SERVER_SOURCE: cached_server(cache), SCHEMA_TOOL: cached_schema_tool(cache)}
    build_programs({program: targets[program] for program in programs}, cache, tell, go)
    return _inspect(Origin.BUILD, str(targets[SERVER_SOURCE]))
