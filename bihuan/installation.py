"""An installation's data folder: what it is, where its ledger lives, and where everything else is kept."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bihuan.parts.missing import MissingPart
from shared.ledger.engines import open_engine
from shared.ledger.grants import grant
from shared.ledger.installation import Installation as Kind
from shared.ledger.installation import found
from shared.ledger.logins import set_passwords
from shared.ledger.schema import migrate
from shared.runtime.signatures import WINDOW_S
from workflows.address import Address

FILE = "installation.json"
OWN_DATABASE = "sqlite:///ledger.db"
"""As the file names the SQLite database beside it: a folder that is moved or copied opens its own, never another's."""

ADDRESSES = "addresses.json"
"""There while the installation is being served; says where."""

PROGRAM = ".venv/bin/bihuan"

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
    """Where the bus is: address, user (empty: no login), the file that holds the password, how it is shown.

    `mechanism`: PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512; `ca`: the file of the authority that vouches for the
    broker, over TLS then (empty: without TLS).
    """

    address: str
    user: str = ""
    password: str = ""
    mechanism: str = "PLAIN"
    ca: str = ""


@dataclass(frozen=True, slots=True)
class Monitoring:
    """How the installation is watched: where traces go (an OTLP base address; empty: nowhere) and the grace.

    `grace_s`: real seconds for which ledger, bus, read models and watches may differ before that counts. The patrol
    needs two rounds of half a minute to mend a lost start, so less than 90 would count what mends itself.
    """

    otlp: str = ""
    grace_s: float = 120.0


@dataclass(frozen=True, slots=True)
class Channels:
    """How channels are served. `address`: where they reach the interface, such as https://bihuan.example (empty: as
    each request says). `open311_repeat_s`: seconds of the installation's clock for which the same Open311 request
    without an Idempotency-Key is one report. `signature_window_s`: by how many real seconds the time of a signed request
    may differ from ours.
    """

    address: str = ""
    open311_repeat_s: float = 600.0
    signature_window_s: int = WINDOW_S


@dataclass(frozen=True, slots=True)
class Installation:
    """What the data folder says: the kind of installation, the database and the ledgers in it.

    `passwords`: a folder with a file for each database login, where the address has no password;
    `engine`: where Temporal is, for those who are not told otherwise.
    """

    folder: Path
    kind: Kind
    database: str
    ledgers: tuple[str, ...]
    kafka: Kafka | None = None
    passwords: Path | None = None
    engine: Address | None = None
    monitoring: Monitoring = Monitoring()
    channels: Channels = Channels()

    @property
    def own(self) -> str | None:
        """The ledger that is meant where none is named: the only one, or a demonstration's first, its township."""
        alone = len(self.ledgers) == 1 or self.kind is Kind.DEMONSTRATION
        return self.ledgers[0] if alone else None

    @property
    def keys(self) -> Path:
        """One key per subject of sealed data."""
        return self.folder / "keys"

    def engine_at(self, given: str | None) -> Address | None:
        """The engine at the address given, known as the installation knows it; else as the installation says."""
        return replace(self.engine or Address(""), target=given) if given else self.engine

    @property
    def served(self) -> bool:
        """Whether a process is serving it now and keeps its read models."""
        return (self.folder / ADDRESSES).exists()

    @property
    def start_command(self) -> str:
        """What a person types to have it served."""
        if self.kind is not Kind.DEMONSTRATION:
            return f"{PROGRAM} serve --home {self.folder}"
        return f"{PROGRAM} run{' --profile full' if self.kafka else ''}{self._named}"

    def command(self, asked: str) -> str:
        """A command about this installation as a person types it, in any terminal, in the project's folder."""
        return f"{PROGRAM} {asked}{self._named}"

    @property
    def _named(self) -> str:
        return "" if self.folder.resolve() == default_folder({}) else f" --home {self.folder}"

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
        raw = json.loads((folder / FILE).read_text("utf-8"))
        return _installation(folder, raw)
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
            "改正该文件或从备份恢复 / mend that file, or restore it",
        ) from damaged


def _installation(folder: Path, raw: dict[str, Any]) -> Installation:
    """What the file says; raises ValueError, TypeError or KeyError for what it cannot mean."""
    monitoring = Monitoring(**raw.get("monitoring", {}))
    if not isinstance(monitoring.grace_s, int | float) or not monitoring.grace_s > 0:
        raise ValueError("monitoring.grace_s is to be a number of seconds above 0")
    channels = Channels(**raw.get("channels", {}))
    if not isinstance(channels.open311_repeat_s, int | float) or not channels.open311_repeat_s > 0:
        raise ValueError("channels.open311_repeat_s is to be a number of seconds above 0")
    if type(channels.signature_window_s) is not int or channels.signature_window_s <= 0:
        raise ValueError("channels.signature_window_s is to be a whole number of seconds above 0")
    return Installation(
        folder,
        Kind(raw["kind"]),
        _own_database(folder) if raw["database"] == OWN_DATABASE else raw["database"],
        tuple(raw["ledgers"]),
        Kafka(**raw["kafka"]) if "kafka" in raw else None,
        Path(raw["passwords"]) if "passwords" in raw else None,
        Address(**raw["engine"]) if "engine" in raw else None,
        monitoring,
        channels,
    )


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

    How it is watched and serves channels is set by whoever edits its file, and kept.

    `begins`: where a demonstration's clock starts, if not now.
    """
    folder.mkdir(parents=True, exist_ok=True)
    installation = Installation(folder, kind, database or _own_database(folder), ledgers, kafka)
    if (folder / FILE).exists():
        there = open_installation(folder)
        installation = replace(
            installation,
            kafka=kafka or there.kafka,
            passwords=there.passwords,
            engine=there.engine,
            monitoring=there.monitoring,
            channels=there.channels,
        )
    _keep_secret(folder / "secret")
    if installation.database == _own_database(folder):
        _keep_to_owner(folder / "ledger.db")
    bring_up_database(installation, begins)
    temporary = folder / (FILE + ".new")
    temporary.write_text(json.dumps(_document(installation), ensure_ascii=False, indent=1), "utf-8")
    temporary.replace(folder / FILE)
    return installation


def _own_database(folder: Path) -> str:
    return f"sqlite:///{folder.resolve()}/ledger.db"


def _document(installation: Installation) -> dict[str, Any]:
    """What the file says: the opposite of `_installation`."""
    own = installation.database == _own_database(installation.folder)
    database = OWN_DATABASE if own else installation.database
    said = {"kind": installation.kind, "database": database, "ledgers": installation.ledgers}
    more = {
        "kafka": installation.kafka and asdict(installation.kafka),
        "passwords": installation.passwords and str(installation.passwords),
        "engine": installation.engine and asdict(installation.engine),
        "monitoring": asdict(installation.monitoring),
        "channels": asdict(installation.channels),
    }
    return said | {name: value for name, value in more.items() if value}


def bring_up_database(installation: Installation, begins: datetime | None = None) -> tuple[str, ...]:
    """The database in the current shape, founded, with what each role may do; answers whose passwords were set.

    Doing it again changes nothing. Raises FoundedOtherwise, and what the driver raises.
    """
    engine = open_engine(installation.database, installation.passwords)
    try:
        migrate(engine)
        found(engine, installation.kind, begins)
        for ledger in installation.ledgers:
            for service, kinds in KINDS_BY_SERVICE.items():
                grant(engine, f"bihuan_{service}", ledger, kinds)
        return set_passwords(engine, installation.passwords) if installation.passwords else ()
    finally:
        engine.dispose()


def _keep_to_owner(path: Path) -> None:
    """SQLite gives the files beside it the same permissions."""
    path.touch(0o600)
    path.chmod(0o600)


def _keep_secret(path: Path) -> None:
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
