"""A limit on questions that need no token: so many in a minute for each address."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

MINUTE = 60.0
_REMEMBERED = 10_000


@dataclass(slots=True)
class Throttle:
    """Counts in this process only; `now` gives seconds that never go back."""

    a_minute: int = 30
    now: Callable[[], float] = time.monotonic
    _counts: OrderedDict[str, tuple[float, int]] = field(default_factory=OrderedDict)
    _turn: Lock = field(default_factory=Lock)

    def allows(self, address: str) -> bool:
        """Count one question; False when this address has asked too often in this minute."""
        with self._turn:
            now = self.now()
            began, count = self._counts.pop(address, (now, 0))
            if now - began >= MINUTE:
                began, count = now, 0
            self._counts[address] = (began, count + 1)
            if len(self._counts) > _REMEMBERED:  # the address that was silent longest
                self._counts.popitem(last=False)
            return count < self.a_minute
