"""What counts as a difference: what was so at the first look and in every one since."""

from __future__ import annotations

from bihuan.reconciling.differences import Difference, Kind, Side, Snapshot, by_side, differences
from bihuan.reconciling.words import words

SIDES = {"relay": Side.BUS, "obligations": Side.READ_MODELS, "starter": Side.WATCHES}


def look(taken: float, head: int, *, watches: str = "", **consumers: int) -> Snapshot:
    unarmed = frozenset(f"order/{name}" for name in watches)
    return Snapshot(taken, head, {name: (SIDES[name], at) for name, at in consumers.items()}, unarmed)


def test_a_consumer_owes_what_lay_before_the_first_look_not_what_came_since() -> None:
    assert differences([look(0, 10, relay=7), look(1, 50, relay=10)]) == ()
    [lag] = differences([look(0, 10, relay=7), look(1, 50, relay=8)])
    assert (lag.side, lag.kind, lag.subject, lag.count) == (Side.BUS, Kind.LAG, "relay", 2)


def test_a_lag_belongs_to_the_side_of_who_lags() -> None:
    found = differences([look(0, 5, relay=1, obligations=2, starter=3)])
    assert by_side(found) == {Side.LEDGER: 0, Side.BUS: 4, Side.READ_MODELS: 3, Side.WATCHES: 2}


def test_a_cursor_beyond_the_head_is_wrong_at_once() -> None:
    [beyond] = differences([look(0, 10, relay=12)])
    assert (beyond.kind, beyond.count) == (Kind.BEYOND, 2)


def test_a_thing_without_a_watch_counts_when_no_look_saw_one() -> None:
    assert differences([look(0, 1, watches="ab"), look(1, 1, watches="b"), look(2, 1, watches="ab")]) == (
        Difference(Side.WATCHES, Kind.UNARMED, "order/b"),
    )


def test_a_watch_is_behind_only_for_a_version_that_it_did_not_see_all_the_while() -> None:
    first = Snapshot(0, 1, {}, behind=frozenset({("order/a", 3), ("order/b", 1)}))
    second = Snapshot(1, 1, {}, behind=frozenset({("order/a", 4), ("order/b", 1)}))
    assert [one.subject for one in differences([first, second])] == ["order/b"]


def test_every_kind_of_difference_has_words_in_both_languages() -> None:
    for kind in Kind:
        zh, en = words(Difference(Side.BUS, kind, "order/a", 3, "register", 7))
        assert zh != en
        assert "{" not in zh + en
