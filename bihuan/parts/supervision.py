"""A part that died is started again, for as long as we want it."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog

from bihuan.parts.missing import FolderInUse, MissingPart
from bihuan.parts.processes import Child

log = structlog.get_logger("parts")

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
HEALTHY_S = 60.0  # a part that ran so long has no bad start to pay for
LOOK_EVERY_S = 0.2
JOIN_S = 1.0


class Part(Protocol):
    """What can be supervised."""

    @property
    def name(self) -> str: ...
    @property
    def child(self) -> Child | None: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


def _logged(words: str) -> None:
    log.warning("part.supervised", words=words)


@dataclass(slots=True)
class Supervised:
    """Runs one part; every unwanted end is told and answered by a start, after a pause that doubles up to 30 s."""

    part: Part
    told: Callable[[str], None] = _logged
    restarts: int = 0
    _ended: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the part (raising as it does) and watch it from then on."""
        self.part.start()
        self._ended.clear()
        self._thread = threading.Thread(target=self._watch, name=f"watch-{self.part.name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop watching, then the part."""
        self._ended.set()
        thread, self._thread = self._thread, None
        while thread is not None and thread.is_alive():
            thread.join(JOIN_S)
            child = self.part.child
            if thread.is_alive() and child is not None:
                child.stop()  # a start under way need not become ready any more
        self.part.stop()

    def _watch(self) -> None:
        pause, since = FIRST_PAUSE_S, time.monotonic()
        died: float | None = None
        tried = False
        while not self._ended.wait(LOOK_EVERY_S):
            child = self.part.child
            if child is not None and child.exit_code() is None:
                continue
            if time.monotonic() - since > HEALTHY_S:
                pause = FIRST_PAUSE_S
            if died is None:
                died = time.monotonic()
                self.told(_died(self.part.name, child.exit_code() if child else None))
            if self._ended.wait(pause):
                return
            pause, since = min(2 * pause, LONGEST_PAUSE_S), time.monotonic()
            try:
                self.part.start()
            except (MissingPart, FolderInUse, OSError) as failure:
                log.info("part.start_failed", part=self.part.name, exc_info=True)
                if not tried:
                    self.told(_not_started(self.part.name, failure))
                tried = True
            else:
                self.restarts += 1
                self.told(_back(self.part.name, time.monotonic() - died))
                died, tried = None, False


def _died(name: str, code: int | None) -> str:
    how = f"信号 signal {-code}" if code is not None and code < 0 else f"退出码 exit {code}"
    return f"{_now()} {name} 意外停止（{how}），正在重新启动 / ended by itself, being started again"


def _not_started(name: str, failure: Exception) -> str:
    first = str(failure).splitlines()[0][:160]
    return (
        f"{_now()} {name} 没能重新启动：{first}；隔一会儿再试，最长{LONGEST_PAUSE_S:.0f}秒一次"
        " / not started; tried again from time to time"
    )


def _back(name: str, seconds: float) -> str:
    return f"{_now()} {name} 已恢复，中断{seconds:.0f}秒 / back after {seconds:.0f} s"


def _now() -> str:
    return f"{datetime.now().astimezone():%H:%M:%S}"
