"""What the programs that we start and keep have in common: one child, a folder that one run holds, ports."""

import signal
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from bihuan.parts.folder import FolderLock, have_ports
from bihuan.parts.missing import MissingPart
from bihuan.parts.processes import Child, User, last_lines, remember, start, stop_leftover


@dataclass(slots=True)
class OneChild(ABC):
    """A part that is one child process of ours; what a killed run left of it is known by the pid file beside its log.

    `ask` is the signal that asks it to end, after which it has `grace_s`; `group`: see `processes.start`.
    """

    ask: ClassVar[signal.Signals] = signal.SIGTERM
    grace_s: ClassVar[float] = 10.0
    group: ClassVar[bool] = True
    _child: Child | None = field(default=None, init=False)

    @property
    @abstractmethod
    def log(self) -> Path: ...

    @property
    def child(self) -> Child | None:
        return self._child

    def stop(self) -> None:
        """End it: asked first, then killed."""
        if self._child is not None:
            self._child.stop(ask=self.ask, grace_s=self.grace_s)
            self._child = None
            self._pid_file.unlink(missing_ok=True)

    def kill(self) -> None:
        """End it as a crash would (SIGKILL)."""
        if self._child is not None:
            self._child.kill()

    def _stop_leftover(self) -> None:
        stop_leftover(self._pid_file, ask=self.ask, grace_s=self.grace_s, group=self.group)

    def _launch(self, argv: Sequence[str], *, folder: Path, as_user: User | None = None) -> Child:
        self._child = start(
            argv, log=self.log, folder=folder, as_user=as_user, death=self.ask, group=self.group
        )
        remember(self._pid_file, self._child.identity)
        return self._child

    @property
    def _pid_file(self) -> Path:
        return self.log.with_suffix(".pid")


@dataclass(slots=True)
class Server(OneChild):
    """A server in a folder of its own; `start` again after `kill` or a crash keeps its ports and what it stored.

    Not for several threads at once. `name` is for logs, `title` for people.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    _lock: FolderLock = field(init=False)
    _ports: Mapping[str, int] = field(default_factory=dict, init=False)

    @property
    def log(self) -> Path:
        return self._lock.folder / "server.log"

    def start(self) -> None:
        """Return when it can be used; raises FolderInUse, or MissingPart with the end of its log."""
        self._lock.acquire()
        try:
            self._stop_leftover()
            self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End it: asked first, then killed; the folder is free for another run."""
        if self._child is not None:
            # Not super(): a dataclass with slots is another class than the one written here.
            OneChild.stop(self)
            self._tidy()
        self._lock.release()

    def _tidy(self) -> None:
        """What is left to do when the child has ended and the folder is still ours."""

    @abstractmethod
    def _start(self) -> None: ...

    def _have_ports(self, names: Collection[str]) -> None:
        file = self._lock.folder / "ports.json"
        self._ports = have_ports(self.title, file, names, told=self._ports, patience_s=self.grace_s)

    def _run(
        self,
        argv: Sequence[str],
        seconds: float,
        *,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        as_user: User | None = None,
    ) -> None:
        """A helping program to its end; raises MissingPart with the end of the log."""
        child = start(argv, log=self.log, folder=folder, environment=environment, as_user=as_user)
        if child.wait(seconds) != 0:
            child.kill()
            raise self._failed(Path(argv[0]).name)

    def _not_ready(self, child: Child, patience: str) -> MissingPart:
        ended = child.exit_code()
        return self._failed(f"未能就绪 / not ready ({patience if ended is None else f'exit {ended}'})")

    def _failed(self, what: str) -> MissingPart:
        said = f"{what}; {self.log}:\n{last_lines(self.log)}"
        return MissingPart(self.title, said, f"less {self.log}")
