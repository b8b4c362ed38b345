"""The examination of this machine: every part we need, what there is of it, and how to mend what is not.

Nothing is started, fetched or changed.
"""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bihuan.parts.chromium import INSTALL as INSTALL_CHROMIUM
from bihuan.parts.chromium import OLDEST_MAJOR as OLDEST_MAJOR_CHROMIUM
from bihuan.parts.chromium import cached_chromium, can_come
from bihuan.parts.folder import choose_ports
from bihuan.parts.jars import cached_jars, kafka_version
from bihuan.parts.java import OLDEST_MAJOR as OLDEST_MAJOR_JAVA
from bihuan.parts.java import find_java
from bihuan.parts.kustomize import BUILT_KUSTOMIZE, cached_kustomize
from bihuan.parts.ladder import (
    BUILT_TEMPORAL,
    OLDEST_GO,
    OLDEST_TEMPORAL,
    WHEEL_GO,
    Plan,
    Survey,
    UseAddress,
    UseBinary,
    plan,
)
from bihuan.parts.missing import MissingPart
from bihuan.parts.postgres import program_version, wheel_programs
from bihuan.parts.postgres_client import OLDEST_MAJOR, address_in, server_version
from bihuan.parts.temporal_config import PORT_NAMES
from bihuan.parts.temporal_ladder import Surroundings, survey
from bihuan.parts.versions import Version

OLDEST_PYTHON = Version(3, 11)
BUILD_GB, RUN_GB = 6, 1


class State(StrEnum):
    """How a part stands."""

    GOOD = "good"
    COMES = "comes"  # not there, but brought when it is needed
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Check:
    """One part; `found` says where, `fix` is one command."""

    zh: str
    en: str
    state: State
    found: str
    version: str
    wanted: str
    fix: str = ""

    @property
    def is_missing(self) -> bool:
        return self.state is State.MISSING

    def as_data(self) -> dict[str, Any]:
        return {
            "part": self.en,
            "state": self.state.value,
            "found": self.found,
            "version": self.version,
            "wanted": self.wanted,
            "fix": self.fix,
        }


def check_all(around: Surroundings) -> Sequence[Check]:
    """Every part, the ones that people lack most often last."""
    found = survey(around)
    decided = plan(found)
    there = bool(decided.rungs) and isinstance(decided.rungs[0], UseAddress | UseBinary)
    kustomize = _kustomize(around)
    builds = (not there and not decided.refused) or kustomize.state is State.COMES
    return (
        _python(),
        _make(around),
        _postgres(around),
        _java(around),
        _kafka(around),
        _chromium(around),
        _temporal(found, decided, there=there),
        kustomize,
        _go(found, needed=builds),
        _disk(around, BUILD_GB if builds else RUN_GB),
        _ports(),
    )


def _python() -> Check:
    ours = Version(*sys.version_info[:3])
    state = State.GOOD if ours >= OLDEST_PYTHON else State.MISSING
    return Check(
        "Python",
        "Python",
        state,
        sys.executable,
        str(ours),
        f"≥ {OLDEST_PYTHON.major}.{OLDEST_PYTHON.minor}",
        "",
    )


def _make(around: Surroundings) -> Check:
    path = shutil.which("make", path=around.environment.get("PATH"))
    if path is None:
        return Check("make", "make", State.MISSING, "", "", "GNU make ≥ 3.81", "apt-get install make")
    said = subprocess.run([path, "--version"], check=False, capture_output=True, text=True).stdout.split(
        "\n"
    )[0]
    return Check("make", "make", State.GOOD, path, said.rpartition(" ")[2], "GNU make ≥ 3.81")


def _postgres(around: Surroundings) -> Check:
    wanted = f"≥ {OLDEST_MAJOR}"
    try:
        if url := address_in(around.environment):
            return Check(
                "PostgreSQL", "PostgreSQL", State.GOOD, url.render_as_string(), server_version(url), wanted
            )
        programs = wheel_programs()
        return Check("PostgreSQL", "PostgreSQL", State.GOOD, str(programs), program_version(programs), wanted)
    except MissingPart as missing:
        return Check("PostgreSQL", "PostgreSQL", State.MISSING, missing.why, "", wanted, missing.mend)


def _java(around: Surroundings) -> Check:
    wanted = f"≥ {OLDEST_MAJOR_JAVA}"
    try:
        path, major = find_java(around.environment)
    except MissingPart as missing:
        return Check("Java", "Java", State.MISSING, "", "", wanted, missing.mend)
    return Check("Java", "Java", State.GOOD, str(path), str(major), wanted)


def _kafka(around: Surroundings) -> Check:
    version, there = kafka_version(), cached_jars(around.cache)
    state = State.GOOD if there else State.COMES
    return Check("Kafka", "Kafka", state, str(there or ""), version, version, "" if there else "make parts")


def _chromium(around: Surroundings) -> Check:
    zh, en, wanted = "Chromium(测试用)", "Chromium (for tests)", f"≥ {OLDEST_MAJOR_CHROMIUM}"
    if found := cached_chromium(around.environment, around.cache):
        return Check(zh, en, State.GOOD, str(found.program), found.version, wanted)
    if can_come(around.environment):
        return Check(zh, en, State.COMES, "", "", wanted, "make parts")
    return Check(zh, en, State.MISSING, "", "", wanted, INSTALL_CHROMIUM)


def _temporal(found: Survey, decided: Plan, *, there: bool) -> Check:
    zh, en, wanted = "Temporal 服务", "Temporal server", f"≥ {OLDEST_TEMPORAL.major}.{OLDEST_TEMPORAL.minor}"
    if decided.refused:
        name = "TEMPORAL_ADDRESS" if found.address else "BIHUAN_TEMPORAL_SERVER"
        return Check(zh, en, State.MISSING, decided.refused, "", wanted, f"unset {name}")
    match decided.rungs[0] if there else None:
        case UseAddress(address, version):
            return Check(zh, en, State.GOOD, address, str(version), wanted)
        case UseBinary(binary):
            return Check(zh, en, State.GOOD, binary.path, str(binary.version), wanted)
        case _:
            passed_over = "; ".join(decided.passed_over)
            return Check(zh, en, State.COMES, passed_over, str(BUILT_TEMPORAL), wanted, "make parts")


def _kustomize(around: Surroundings) -> Check:
    program = cached_kustomize(around.cache)
    there, version = program.exists(), str(BUILT_KUSTOMIZE)
    state, fix = (State.GOOD, "") if there else (State.COMES, "make parts")
    return Check("Kustomize", "Kustomize", state, str(program) if there else "", version, version, fix)


def _go(found: Survey, *, needed: bool) -> Check:
    wanted = f"≥ {OLDEST_GO}" if needed else "—"
    go = found.go
    if go is not None and go.version is not None and (go.version >= OLDEST_GO or not needed):
        return Check("Go", "Go", State.GOOD, go.path, str(go.version), wanted)
    if not needed:
        return Check("Go", "Go", State.GOOD, go.path if go else "", "", wanted)
    older = f"{go.path}: {go.version or '?'}" if go else ""
    return Check("Go", "Go", State.COMES, older, str(WHEEL_GO), wanted, "make parts")


def _disk(around: Surroundings, wanted_gb: int) -> Check:
    folder = around.cache
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free / 1e9
    state = State.GOOD if free >= wanted_gb else State.MISSING
    fix = "" if state is State.GOOD else "export XDG_CACHE_HOME=/path/with/space"
    return Check("磁盘空间", "disk space", state, str(folder), f"{free:.0f} GB", f"≥ {wanted_gb} GB", fix)


def _ports() -> Check:
    try:
        ports = choose_ports(PORT_NAMES)
    except OSError as error:
        return Check("端口", "ports", State.MISSING, str(error), "", f"{len(PORT_NAMES)}", "ss -ltn")
    return Check(
        "端口",
        "ports",
        State.GOOD,
        f"127.0.0.1, e.g. {min(ports.values())}",
        f"{len(ports)}",
        f"{len(PORT_NAMES)}",
    )
