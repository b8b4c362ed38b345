"""An installation's data folder: what it is, where its ledger lives, and where everything else is kept."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bihuan.parts.missing import MissingPart
from shared.ledger.engines import open_engine
from shared.ledger.grants import grant
from shared.ledger.installation import Installation as Kind
from shared.ledger.installation import found
from shared.ledger.schema import migrate

FILE = "installation.json"
ADDRESSES = "addresses.json"
"""There while the installation is being served; says where."""

KINDS_BY_SERVICE: Mapping[str, tuple[str, ...]] = {
    "intake": ("report", "message"),
    "rectification": ("visit", "hazard", "order", "numbering", "message"),
    "enforcement": ("source", "case", "numbering", "message"),
    "registry": ("person", "office", "community", "enterprise", "authority", "channel", "campaign"),
    "oversight": (),
}
"""The kinds of stream that each service may write; the database holds them to it."""


@dataclass(frozen=True, slots=True)
class Kafka:
    """Where the bus is: address, user (empty: no login) and the file that holds the password."""

    address: str
    user: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True)
class Monitoring:
    """How the installation is watched: where traces go (an OTLP base address; empty: nowhere) and the grace.

    `grace_s`: real seconds for which ledger, bus, read models and watches may differ before that counts. The patrol
    needs two rounds of half a minute to mend a lost start, so less than 90 would count what mends itself.
    """

    otlp: str = ""
    grace_s: float = 120.0


@dataclass(frozen=True, slots=True)
class Installation:
    """What the data folder says: the kind of installation, the database and the ledgers in it."""

    folder: Path
    kind: Kind
    database: str
    ledgers: tuple[str, ...]
    kafka: Kafka | None = None
    monitoring: Monitoring = Monitoring()

    @property
    def keys(self) -> Path:
        """One key per subject of sealed data."""
        return self.folder / "keys"

    @property
    def served(self) -> bool:
        """Whether a process is serving it now and keeps its read models."""
        return (self.folder / ADDRESSES).exists()

    @property
    def secret(self) -> bytes:
        """The installation's secret, from which tracking numbers are derived."""
        return (self.folder / "secret").read_bytes()


def default_folder(environment: Mapping[str, str] = os.environ, *, full: bool = False) -> Path:
    """BIHUAN_HOME, or the demonstration's folder below the working directory; each profile has its own."""
    own = ".bihuan/full" if full else ".bihuan/demonstration"
    return Path(environment.get("BIHUAN_HOME") or own).resolve()


TOWN_FOLDER = Path(".bihuan/town")
"""Where the township of the reports is founded if no other folder is named."""


def open_installation(folder: Path) -> Installation:
    """The installation in a folder; a folder without one is a missing part with the command that makes it."""
    try:
        return _read(folder, json.loads((folder / FILE).read_text("utf-8")))
    except FileNotFoundError:
        raise MissingPart(
            "installation",
            f"{folder} 中没有安装 / no installation in {folder}",
            f"make run(演示)或 / or: bihuan init {folder} --ledger 账本代码",
        ) from None
    except (ValueError, TypeError, KeyError) as damaged:
        raise MissingPart(
            "installation",
            f"{folder / FILE} 已损坏 / is damaged: {damaged}",
            "改正或从备份恢复该文件 / correct or restore that file",
        ) from damaged


def make_installation(
    folder: Path,
    kind: Kind,
    ledgers: tuple[str, ...],
    database: str = "",
    *,
    begins: datetime | None = None,
    kafka: Kafka | None = None,
) -> Installation:
    """An empty installation: folder, secret, tables, roles and their grants. Doing it again changes nothing.

    How it is watched is set by whoever edits its file, and kept.

    `begins`: where a demonstration's clock starts, if not now.
    """
    folder.mkdir(parents=True, exist_ok=True)
    monitoring = open_installation(folder).monitoring if (folder / FILE).exists() else Monitoring()
    at = database or f"sqlite:///{folder}/ledger.db"
    installation = Installation(folder, kind, at, ledgers, kafka, monitoring)
    _keep_secret(folder / "secret")
    engine = open_engine(installation.database)
    migrate(engine)
    found(engine, kind, begins)
    for ledger in ledgers:
        for service, kinds in KINDS_BY_SERVICE.items():
            grant(engine, f"bihuan_{service}", ledger, kinds)
    engine.dispose()
    bus = {"kafka": asdict(kafka)} if kafka else {}
    document = {"kind": kind, "database": at, "ledgers": ledgers, "monitoring": asdict(monitoring), **bus}
    temporary = folder / (FILE + ".new")
    temporary.write_text(json.dumps(document, ensure_ascii=False, indent=1), "utf-8")
    temporary.replace(folder / FILE)
    return installation


def _read(folder: Path, raw: dict[str, Any]) -> Installation:
    """What the file says; raises ValueError, TypeError or KeyError for what it cannot mean."""
    kafka = Kafka(**raw["kafka"]) if raw.get("kafka") else None
    monitoring = Monitoring(**raw.get("monitoring", {}))
    if not monitoring.grace_s > 0:
        raise ValueError("monitoring.grace_s is to be more than 0")
    return Installation(folder, Kind(raw["kind"]), raw["database"], tuple(raw["ledgers"]), kafka, monitoring)


def _keep_secret(path: Path) -> None:
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
