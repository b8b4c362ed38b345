"""Which Temporal server we take: a pure decision over what was found.

What somebody named (an address, a program) is taken or refused, never passed over in silence; only what nobody
named is tried rung by rung.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bihuan.parts.versions import Version

OLDEST_TEMPORAL = Version(1, 29)
BUILT_TEMPORAL = Version(1, 32, 2)
OLDEST_GO = Version(1, 26, 10)
WHEEL_GO = Version(1, 27, 3)


class Program(StrEnum):
    """What kind of program a binary is; they are started differently."""

    SERVER = "temporal-server"
    DEV_CLI = "temporal"


class Origin(StrEnum):
    """Where a binary was found, in the order they are taken."""

    NAMED = "BIHUAN_TEMPORAL_SERVER"
    PATH = "PATH"
    CACHE = "cache"
    DOWNLOAD = "download"
    BUILD = "build"


@dataclass(frozen=True, slots=True)
class Binary:
    """A program found on this machine; no version when it would not tell one."""

    origin: Origin
    program: Program
    path: str
    version: Version | None


@dataclass(frozen=True, slots=True)
class Address:
    """A server somebody named; `version` is None and `trouble` says why when it did not answer."""

    address: str
    version: Version | None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class GoTool:
    """A Go toolchain on this machine."""

    path: str
    version: Version | None


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found."""

    address: Address | None = None
    binaries: Sequence[Binary] = ()
    go: GoTool | None = None


@dataclass(frozen=True, slots=True)
class UseAddress:
    """A server that runs already and is not ours to stop."""

    address: str
    version: Version


@dataclass(frozen=True, slots=True)
class UseBinary:
    """A program that we start."""

    binary: Binary


@dataclass(frozen=True, slots=True)
class Download:
    """Let the SDK fetch the development server; without the internet this fails at once."""


@dataclass(frozen=True, slots=True)
class Build:
    """Compile the server with this Go, or with the one from the wheel when None."""

    go: GoTool | None


Rung = UseAddress | UseBinary | Download | Build


@dataclass(frozen=True, slots=True)
class Plan:
    """The rungs to try in order, and why what was found and passed over does not do."""

    rungs: Sequence[Rung]
    passed_over: Sequence[str] = ()
    refused: str = ""


def plan(found: Survey) -> Plan:
    """The rungs worth trying: at most one that is there already, then the two that bring a server."""
    if found.address is not None:
        return _plan_address(found.address)
    named = [binary for binary in found.binaries if binary.origin is Origin.NAMED]
    if named and (why := unfit(named[0])):
        return Plan((), refused=why)
    order = list(Origin)
    candidates = sorted(found.binaries, key=lambda binary: order.index(binary.origin))
    fit = [binary for binary in candidates if not unfit(binary)]
    reasons = tuple(why for binary in candidates if (why := unfit(binary)))
    if fit:
        return Plan((UseBinary(fit[0]),), reasons)
    go, why_not = _usable_go(found.go)
    return Plan((Download(), Build(go)), (*reasons, *why_not))


def unfit(binary: Binary) -> str:
    """Why a binary does not do; empty when it does."""
    if binary.version is None:
        return f"{binary.path}: 不报版本 / tells no version"
    if binary.version < OLDEST_TEMPORAL:
        return f"{binary.path}: {binary.version} < {OLDEST_TEMPORAL}"
    return ""


def _plan_address(address: Address) -> Plan:
    if address.version is None:
        return Plan(
            (), refused=f"TEMPORAL_ADDRESS={address.address} 无应答 / does not answer: {address.trouble}"
        )
    if address.version < OLDEST_TEMPORAL:
        return Plan((), refused=f"TEMPORAL_ADDRESS={address.address}: {address.version} < {OLDEST_TEMPORAL}")
    return Plan((UseAddress(address.address, address.version),))


def _usable_go(go: GoTool | None) -> tuple[GoTool | None, Sequence[str]]:
    if go is None:
        return None, ()
    if go.version is None or go.version < OLDEST_GO:
        return None, (f"{go.path}: Go {go.version or '?'} < {OLDEST_GO}",)
    return go, ()
