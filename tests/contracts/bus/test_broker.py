"""What the way to the broker promises while there is none."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from shared.bus.broker import BROKER_AWAY, Broker


@pytest.mark.parametrize("contact", [Broker.consumer, Broker.producer, Broker.ensure_topic, Broker.answers])
def test_a_broker_that_is_away_costs_no_thread_and_no_socket(
    contact: Callable[[Broker], object], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Broker, "settings", _impatient(Broker.settings))
    caplog.set_level(logging.CRITICAL, "kafka")  # a kept record would keep its connection
    threads, files = _held()
    with suppress(*BROKER_AWAY):
        assert contact(Broker("127.0.0.1:1")) is False
    threads_after, files_after = _held()
    assert threads_after <= threads
    assert files_after <= files


def _impatient(settings: Callable[[Broker], dict[str, object]]) -> Callable[[Broker], dict[str, object]]:
    return lambda broker: {**settings(broker), "bootstrap_timeout_ms": 300}


def _held() -> tuple[int, int]:
    gc.collect()  # refused connections lie in cycles
    return threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))
