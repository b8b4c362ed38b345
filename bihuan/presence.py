"""Whether the engine is there, told so that one can act: when it goes away, rarely while it is away, when it is back."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

import structlog

PATIENCE = 15.0
"""Real seconds of absence that are not told: whoever restarts the engine does not want to hear of it."""

REMIND = 1800.0
"""Real seconds between two reminders."""

BACK = "engine.back"
ARMING, ARMED = "recovery.progress", "recovery.done"

Told = Callable[[str, str, str], None]
"""Given the name of the event and what it means, in Chinese and in English."""

log = structlog.get_logger("engine_room")


def arming(told: Told, ledger: str, done: int, of: int) -> None:
    """How many of the things that owe something are watched again, or for the first time."""
    told(
        ARMED if done == of else ARMING,
        f"账本{ledger}：未了事项已跟踪{done}/{of}项" + ("，到期自动提醒和升级。" if done == of else ""),
        f"Ledger {ledger}: watching {done} of {of} open things"
        + (", each until it is done." if done == of else ""),
    )


def logged(event: str, zh: str, en: str) -> None:
    """Into the log, for whoever reads it."""
    tell = log.info if event in (BACK, ARMING, ARMED) else log.error
    tell(event, zh=zh, en=en)


class Presence:
    """One process's view of the engine at an address; from any number of tasks of one loop."""

    def __init__(self, address: str, told: Told, now: Callable[[], float] = monotonic) -> None:
        self._address, self._told, self._now = address, told, now
        self._met = False
        self._since: float | None = None
        self._last: float | None = None

    def away(self, why: str, why_en: str) -> None:
        """It did not answer, for this reason."""
        now = self._now()
        if self._since is None:
            self._since = now
        gone = now - self._since
        if self._last is None:
            if self._met and gone < PATIENCE:
                return
            self._told(
                "engine.away",
                f"Temporal（{self._address}）连不上：{why}。照常：上报、办理、查询，都记入账本。暂停：到期提醒、升级和逾期记录，"
                "恢复后自动补上，不会遗漏。请：启动 Temporal，或核对 --engine 地址；期间用 bihuan sweep 查漏办。",
                f"Temporal ({self._address}) cannot be reached: {why_en}. Still works: reports, acts and lists, all"
                " recorded. Waits: reminders, escalations and lapses, made up by itself on return. To do: start"
                " Temporal, or check --engine; meanwhile bihuan sweep shows what would be missed.",
            )
        elif now - self._last >= REMIND:
            self._told(
                "engine.still_away",
                f"Temporal（{self._address}）已中断{_minutes(gone)}分钟，提醒、升级和逾期记录仍在等它；期间用 bihuan sweep 查漏办。",
                f"Temporal ({self._address}) has been away for {_minutes(gone)} min; reminders, escalations and"
                " lapses wait for it; meanwhile: bihuan sweep.",
            )
        else:
            return
        self._last = now

    def back(self) -> None:
        """It answered."""
        self._met = True
        since, told, self._since, self._last = self._since, self._last is not None, None, None
        if since is not None and told:
            gone = _minutes(self._now() - since)
            self._told(
                BACK,
                f"Temporal（{self._address}）已恢复，中断{gone}分钟；等待的提醒、升级和逾期记录正在补上。",
                f"Temporal ({self._address}) is back after {gone} min; what waited is being made up.",
            )


def _minutes(seconds: float) -> int:
    return max(1, round(seconds / 60))
