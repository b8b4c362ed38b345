"""An installation in processes of its own, each a child of ours: started, stopped, started again after a crash."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

from bihuan.composition import Composition
from bihuan.founding import Step
from bihuan.launcher import ports, supervised
from bihuan.parts.server import OneChild
from bihuan.parts.supervision import Supervised
from bihuan.parts.telling import Teller


@dataclass(slots=True)
class ServedProcess(OneChild):
    """`bihuan serve` for some of the processes that an installation is made of.

    `does`: their names; `name`: what it goes by here, in its log's name too.
    """

    grace_s: ClassVar[float] = 20.0  # for finishing what it has begun
    name: str
    does: tuple[str, ...]
    home: Path
    engine: str
    port: int

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.home / "logs" / f"{self.name}.log"

    def start(self) -> None:
        """Start it; it becomes useful by itself as soon as what it needs is there."""
        self.log.parent.mkdir(exist_ok=True)
        self._stop_leftover()
        argv = [
            str(Path(sys.executable).with_name("bihuan")), "serve", "--home", str(self.home), "--engine", self.engine,
            "--port", str(self.port), "--process", ",".join(self.does),
        ]  # fmt: skip
        self._launch(argv, folder=self.home)


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
