"""A part that died is started again, for as long as we want it."""

import threading
import time
from dataclasses import dataclass, field
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


@dataclass(slots=True)
class Supervised:
    """Runs one part; every unwanted end is logged and answered by a start, after a pause that doubles up to 30 s."""

    part: Part
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
        while not self._ended.wait(LOOK_EVERY_S):
            child = self.part.child
            if child is not None and child.exit_code() is None:
                continue
            if time.monotonic() - since > HEALTHY_S:
                pause = FIRST_PAUSE_S
            log.warning(
                "part.died", part=self.part.name, code=child.exit_code() if child else None, pause_s=pause
            )
            if self._ended.wait(pause):
                return
            pause, since = min(2 * pause, LONGEST_PAUSE_S), time.monotonic()
            try:
                self.part.start()
            except (MissingPart, FolderInUse, OSError):
                log.exception("part.start_failed", part=self.part.name)
            else:
                self.restarts += 1
                log.info("part.restarted", part=self.part.name, restarts=self.restarts)
