"""An engine that is away is told once in words that help, then rarely, and once when it is back."""

from __future__ import annotations

import pytest
from temporalio.service import RPCError, RPCStatusCode

from bihuan.engine_room import why
from bihuan.presence import PATIENCE, REMIND, Presence


class Heard:
    """What was told, and a clock that the test moves."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, str]] = []
        self.now = 100.0

    def told(self, event: str, zh: str, en: str) -> None:
        self.lines.append((event, zh, en))

    @property
    def events(self) -> list[str]:
        return [event for event, _, _ in self.lines]


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def presence(heard: Heard) -> Presence:
    return Presence("host:7233", heard.told, lambda: heard.now)


def away(presence: Presence, heard: Heard, seconds: float) -> None:
    """Two tries a second for so long."""
    for _ in range(int(seconds * 2)):
        presence.away("没有应答", "no answer")
        heard.now += 0.5


def test_an_engine_that_never_was_there_is_told_at_once_with_what_works_what_waits_and_what_to_do(
    presence: Presence, heard: Heard
) -> None:
    presence.away("该地址没有服务", "nothing listens there")
    [(event, zh, en)] = heard.lines
    assert event == "engine.away"
    for part in (
        "host:7233",
        "该地址没有服务",
        "照常：上报、办理、查询",
        "暂停：到期提醒",
        "启动 Temporal",
        "bihuan sweep",
    ):
        assert part in zh
    for part in ("host:7233", "nothing listens there", "Still works", "Waits", "To do"):
        assert part in en
    assert "\n" not in zh + en


def test_an_hour_of_absence_is_one_line_and_rare_reminders(presence: Presence, heard: Heard) -> None:
    away(presence, heard, 2 * REMIND + 60)
    assert heard.events == ["engine.away", "engine.still_away", "engine.still_away"]
    assert "已中断60分钟" in heard.lines[-1][1]


def test_its_return_is_told_once_with_how_long_it_was_away(presence: Presence, heard: Heard) -> None:
    away(presence, heard, 300)
    presence.back()
    presence.back()
    assert heard.events == ["engine.away", "engine.back"]
    assert "中断5分钟" in heard.lines[-1][1]


def test_a_restart_that_is_over_in_seconds_is_not_told(presence: Presence, heard: Heard) -> None:
    presence.back()
    away(presence, heard, PATIENCE - 1)
    presence.back()
    away(presence, heard, PATIENCE - 1)
    assert heard.events == []
    away(presence, heard, 2)
    assert heard.events == ["engine.away"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            "Failed client connect: Server connection error: tonic::transport::Error(Transport, ConnectError("
            'ConnectError("tcp connect error", 127.0.0.1:7299, Os { code: 111, kind: ConnectionRefused })))',
            "该地址没有服务",
        ),
        ("Timeout expired", "没有应答"),
        ("Frontend is not healthy yet", "正在启动"),
    ],
)
def test_why_it_was_not_reached_is_said_without_the_cores_own_words(said: str, words: str) -> None:
    for failure in (RuntimeError(said), RPCError(said, RPCStatusCode.UNAVAILABLE, b"")):
        zh, en = why(failure)
        assert zh == words
        assert "tonic" not in en
