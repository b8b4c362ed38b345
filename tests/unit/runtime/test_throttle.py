"""Questions without a token: so many a minute for each address."""

from __future__ import annotations

from shared.runtime.throttle import MINUTE, Throttle


def test_one_address_is_held_and_let_go_after_a_minute() -> None:
    now = 0.0
    throttle = Throttle(3, lambda: now)
    assert [throttle.allows("a") for _ in range(4)] == [True, True, True, False]
    assert throttle.allows("b")
    now = MINUTE
    assert throttle.allows("a")
