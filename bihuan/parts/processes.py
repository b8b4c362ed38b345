"""Child processes of ours: in their own process group, dying with us, and recognised again after we were killed.

A process is named by its pid, its start time and the boot it started in, so that a reused pid is never mistaken
for a child of ours.
"""

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
POLL_S = 0.05

# Runs in a fresh interpreter and becomes the program: it gives up root if asked (the kernel forgets the death signal
# on a change of user, so that comes first), asks to be signalled when we die, and looks whether we died meanwhile.
_BECOME = f"""
import ctypes, os, sys
parent, death, uid, gid = map(int, sys.argv[1:5])
if uid >= 0:
    os.setgroups([]); os.setgid(gid); os.setuid(uid)
ctypes.CDLL(None, use_errno=True).prctl({PR_SET_PDEATHSIG}, death)
if os.getppid() != parent:
    sys.exit(1)
try:
    os.execv(sys.argv[5], sys.argv[5:])
except OSError as error:
    sys.exit(f"{{sys.argv[5]}}: {{error.strerror}}")
"""


@dataclass(frozen=True, slots=True)
class Identity:
    """One process, for ever: `started` is in clock ticks since the boot `boot`."""

    pid: int
    started: int
    boot: str


@dataclass(frozen=True, slots=True)
class User:
    """The unprivileged account a program runs as when we are root."""

    uid: int
    gid: int


def identify(pid: int) -> Identity | None:
    """The identity of a living process; None if there is none, or only a zombie."""
    try:
        # The command name in parentheses may itself hold spaces and parentheses.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, started = fields[0], int(fields[19])
    return None if state in "ZX" else Identity(pid, started, boot)


def is_alive(identity: Identity) -> bool:
    return identify(identity.pid) == identity


def remember(path: Path, identity: Identity) -> None:
    """Write the pid file at once or not at all."""
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(identity)))
    fresh.replace(path)


def recall(path: Path) -> Identity | None:
    """What the pid file says; None if there is none or it is not ours to read."""
    try:
        found = json.loads(path.read_text())
        return Identity(int(found["pid"]), int(found["started"]), str(found["boot"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _spawner() -> "queue.SimpleQueue[Callable[[], None]]":
    """One thread that starts every child: the kernel's death signal follows the thread that made the child, not the
    process, so it must be a thread that lives as long as we do."""
    jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def work() -> None:
        while True:
            jobs.get()()

    threading.Thread(target=work, name="spawner", daemon=True).start()
    return jobs


_jobs: "dict[int, queue.SimpleQueue[Callable[[], None]]]" = {}
_jobs_lock = threading.Lock()


def _in_spawner(make: Callable[[], subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
    answer: queue.SimpleQueue[subprocess.Popen[bytes] | BaseException] = queue.SimpleQueue()

    def job() -> None:
        try:
            answer.put(make())
        except BaseException as error:
            answer.put(error)

    with _jobs_lock:
        if os.getpid() not in _jobs:  # per process: a fork has none of our threads
            _jobs[os.getpid()] = _spawner()
        jobs = _jobs[os.getpid()]
    jobs.put(job)
    result = answer.get()
    if isinstance(result, BaseException):
        raise result
    return result


@dataclass(slots=True)
class Child:
    """A program we started."""

    process: subprocess.Popen[bytes]
    identity: Identity
    group: bool

    @property
    def pid(self) -> int:
        return self.identity.pid

    def exit_code(self) -> int | None:
        """None while it lives; minus the signal's number if a signal ended it."""
        return self.process.poll()

    def wait(self, seconds: float | None = None) -> int | None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.process.wait(seconds)
        return None

    def stop(self, *, ask: signal.Signals = signal.SIGTERM, grace_s: float = 10.0) -> None:
        """Ask it to end, wait, and end it; a child that is gone already is fine."""
        for step, patience in ((ask, grace_s), (signal.SIGKILL, None)):
            if self.exit_code() is not None:
                return
            _send(self.identity, step, group=self.group)
            self.wait(patience)

    def kill(self) -> None:
        """End it as a crash would: no warning (SIGKILL)."""
        if self.exit_code() is None:
            _send(self.identity, signal.SIGKILL, group=self.group)
            self.wait()


def start(
    argv: Sequence[str],
    *,
    log: Path,
    folder: Path,
    output: Path | None = None,
    environment: Mapping[str, str] | None = None,
    as_user: User | None = None,
    death: signal.Signals = signal.SIGTERM,
    group: bool = True,
) -> Child:
    """Start a program that writes to `log` (its output to `output` if given), lives in a process group of its own and gets `death` when we die.

    With `group`, signals go to the whole group; PostgreSQL wants them for its first process only.
    """
    who = as_user or User(-1, -1)
    become = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        _BECOME,
        str(os.getpid()),
        str(int(death)),
        str(who.uid),
        str(who.gid),
    ]
    with log.open("ab") as errors, (output or log).open("ab") as out:
        process = _in_spawner(
            lambda: subprocess.Popen(
                [*become, *argv],
                cwd=folder,
                env=dict(environment) if environment is not None else None,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=errors,
                start_new_session=True,
            )
        )
    identity = identify(process.pid) or Identity(process.pid, -1, "")  # -1: it has ended already
    return Child(process, identity, group)


def stop_leftover(
    path: Path, *, ask: signal.Signals = signal.SIGTERM, grace_s: float = 10.0, group: bool = True
) -> bool:
    """Stop what a killed run left behind, if the pid file still names that very process; say whether it did."""
    left = recall(path)
    found = left is not None and is_alive(left)
    if left is not None and found:
        for step, patience in ((ask, grace_s), (signal.SIGKILL, 10.0)):
            _send(left, step, group=group)
            end = time.monotonic() + patience
            while is_alive(left) and time.monotonic() < end:
                time.sleep(POLL_S)
    path.unlink(missing_ok=True)
    return found


def _send(identity: Identity, what: signal.Signals, *, group: bool) -> None:
    """Signal exactly that process or its group: a pid that someone else has now gets nothing."""
    if not is_alive(identity):
        return
    with contextlib.suppress(ProcessLookupError):
        (os.killpg if group else os.kill)(identity.pid, what)


def last_lines(log: Path, count: int = 15) -> str:
    """The end of a log file, for an error message."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
    except FileNotFoundError:
        return ""
