"""What a person sees while parts are found, built and started."""

import sys
import time
from dataclasses import dataclass, field
from typing import TextIO

LINE_EVERY_S = 10.0  # where nobody watches a terminal
REDRAW_EVERY_S = 0.2


@dataclass(slots=True)
class Teller:
    """Lines that stay, and one that is redrawn on a terminal (elsewhere: a line every ten seconds)."""

    out: TextIO = field(default_factory=lambda: sys.stderr)
    _last: float = float("-inf")
    _drawn: int = 0

    def line(self, text: str) -> None:
        self._wipe()
        print(text, file=self.out, flush=True)

    def progress(self, text: str) -> None:
        terminal = self.out.isatty()
        now = time.monotonic()
        if now - self._last < (REDRAW_EVERY_S if terminal else LINE_EVERY_S):
            return
        self._last = now
        if not terminal:
            self.line(text)
            return
        self._wipe()
        print(text, end="", file=self.out, flush=True)
        self._drawn = len(text)

    def _wipe(self) -> None:
        if self._drawn:
            print("\r\x1b[2K", end="", file=self.out)
            self._drawn = 0


def minutes(seconds: float) -> str:
    """75 → "1:15"."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
