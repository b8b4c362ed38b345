"""An installation in processes of its own, each a child of ours: started, stopped, started again after a crash."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bihuan.composition import Composition
from bihuan.founding import Step
from bihuan.launcher import ports, supervised
from bihuan.parts.processes import Child, remember, start, stop_leftover
from bihuan.parts.supervision import Supervised
from bihuan.parts.telling import Teller

DRAIN_S = 20.0
"""How long a process may finish what it has begun."""


@dataclass(slots=True)
class ServedProcess:
    """`bihuan serve` for some of the processes that an installation is made of.

    `does`: their names; `name`: what it goes by here, in its log's name too.
    """

    name: str
    does: tuple[str, ...]
    home: Path
    engine: str
    port: int
    _child: Child | None = None

    @property
    def child(self) -> Child | None:
        return self._child

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.home / "logs" / f"{self.name}.log"

    def start(self) -> None:
        """Start it; it becomes useful by itself as soon as what it needs is there."""
        self.log.parent.mkdir(exist_ok=True)
        stop_leftover(self._pid_file, grace_s=DRAIN_S)
        argv = [
            str(Path(sys.executable).with_name("bihuan")), "serve", "--home", str(self.home), "--engine", self.engine,
            "--port", str(self.port), "--process", ",".join(self.does),
        ]  # fmt: skip
        self._child = start(argv, log=self.log, folder=self.home)
        remember(self._pid_file, self._child.identity)

    def stop(self) -> None:
        """End it: asked first, then killed."""
        if self._child is not None:
            self._child.stop(ask=signal.SIGTERM, grace_s=DRAIN_S)
            self._child = None
            self._pid_file.unlink(missing_ok=True)

    def kill(self) -> None:
        """End it as a crash would."""
        if self._child is not None:
            self._child.kill()

    @property
    def _pid_file(self) -> Path:
        return self.home / "logs" / f"{self.name}.pid"


class Killable(Protocol):
    """A part that can be ended as a crash would."""

    def kill(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Apart:
    """The running parts by name, for those who look at them or kill them, and where they answer."""

    house: Composition
    parts: Mapping[str, Killable]
    addresses: Mapping[str, str]


@contextmanager
def processes(
    folder: Path, teller: Teller, engine: str, does: Mapping[str, tuple[str, ...]]
) -> Iterator[Mapping[str, ServedProcess]]:
    """Processes by the names they go by here, each doing what some processes of an installation do."""
    with ExitStack() as stack:
        step = Step.begin(teller, "各进程")
        at = ports(folder, list(does))
        served = {name: ServedProcess(name, parts, folder, engine, at[name]) for name, parts in does.items()}
        for one in served.values():
            stack.enter_context(supervised(Supervised(one, teller.line)))
        step.done(f"{len(served)}个,日志在 {folder / 'logs'}")
        yield served
