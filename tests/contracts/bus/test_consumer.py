"""What a consumer promises, on every database and every feed."""

from __future__ import annotations

from dataclasses import replace
from threading import Event, Thread

import pytest
from structlog.testing import capture_logs

from shared.bus import cursors
from shared.bus.consumer import ATTEMPTS, Effect, redrive, run_once
from shared.bus.faults import FaultOfTheMoment
from shared.bus.tail import tail
from shared.ledger.port import VersionConflict


def position(bench) -> int:
    return cursors.position(bench.engine, "witness", bench.ledger.name)


def waiting(bench) -> dict[str, int]:
    return {one.stream: one.position for one in cursors.parked(bench.engine, bench.ledger.name)}


def test_every_fact_is_derived_once_in_order(bench):
    bench.write("message/a", *"abcdefgh")
    bench.write("message/b", *"ijk")
    while bench.run(limit=4):
        pass
    assert bench.seen() == list("abcdefghijk")
    assert position(bench) == 11


def test_what_is_at_or_below_the_cursor_is_dropped(bench):
    bench.write("message/a", "a", "b")
    assert [bench.run(), bench.run(), bench.run()] == [2, 0, 0]
    bench.write("message/a", "c")
    bench.run()
    assert bench.seen() == ["a", "b", "c"]


def test_a_restarted_consumer_goes_on_where_it_stopped(bench):
    bench.write("message/a", *"abcdef")
    bench.run(limit=3)
    assert 0 < position(bench) <= 3  # a feed that omits may have less for a turn than was asked for
    assert bench.seen() == list("abcdef")[: position(bench)]
    bench.run()
    assert bench.seen() == list("abcdef")


def test_derived_and_cursor_are_committed_together_or_not(bench, monkeypatch):
    bench.write("message/a", "a", "b")

    def torn(*_arguments: object) -> None:
        raise KeyboardInterrupt

    bench.feed.head()  # what is on its way has arrived
    with monkeypatch.context() as dying:
        dying.setattr(cursors, "move", torn)
        with pytest.raises(KeyboardInterrupt):
            bench.run()
    assert (bench.seen(), position(bench)) == ([], 0)
    bench.run()
    assert (bench.seen(), position(bench)) == (["a", "b"], 2)


def test_a_poison_fact_parks_its_stream_and_no_other(bench):
    bench.poison = {"bad"}
    at = bench.write("message/a", "good", "bad")
    bench.write("message/b", "other")
    bench.write("message/a", "later")
    bench.run()
    assert bench.seen() == ["good", "other"]
    assert waiting(bench) == {"message/a": at}
    assert position(bench) == 4


def test_later_facts_wait_behind_a_parked_one_across_turns(bench):
    bench.poison = {"bad"}
    bench.write("message/a", "bad")
    bench.run()
    bench.write("message/a", "later")
    bench.run()
    assert bench.seen() == []


def test_the_reason_of_parking_is_kept(bench):
    bench.poison = {"bad"}
    bench.write("message/a", "bad")
    bench.run()
    [parked] = cursors.parked(bench.engine, bench.ledger.name)
    assert parked.reason == "ValueError: cannot handle bad"


def test_redrive_handles_the_waiting_facts_in_order(bench):
    bench.poison = {"b"}
    bench.write("message/a", "a", "b", "c")
    bench.run()
    bench.write("message/a", "d")
    bench.run()
    bench.poison = set()
    done = redrive(bench.engine, bench.ledger, bench.consumer, "message/a")
    assert (done.handled, done.reason) == (3, None)
    assert bench.seen() == list("abcd")
    assert waiting(bench) == {}


def test_redrive_leaves_facts_beyond_the_cursor_to_the_next_turn(bench):
    bench.poison = {"a"}
    bench.write("message/a", "a")
    bench.run()
    bench.write("message/a", "b")
    bench.poison = set()
    assert redrive(bench.engine, bench.ledger, bench.consumer, "message/a").handled == 1
    assert bench.seen() == ["a"]
    bench.run()
    assert bench.seen() == ["a", "b"]


def test_a_redrive_that_fails_again_waits_from_there(bench):
    bench.poison = {"a", "c"}
    bench.write("message/a", *"abcd")
    bench.run()
    bench.poison = {"c"}
    done = redrive(bench.engine, bench.ledger, bench.consumer, "message/a")
    assert (done.handled, done.reason) == (2, "ValueError: cannot handle c")
    assert bench.seen() == ["a", "b"]
    assert waiting(bench) == {"message/a": 3}


def test_redriving_what_is_not_parked_does_nothing(bench):
    bench.write("message/a", "a")
    bench.run()
    assert redrive(bench.engine, bench.ledger, bench.consumer, "message/a").handled == 0
    assert bench.seen() == ["a"]


def test_a_fact_of_unknown_type_parks_its_stream(bench):
    bench.write_unknown("message/a")
    bench.write("message/b", "b")
    bench.run()
    assert waiting(bench) == {"message/a": 1}
    assert bench.seen() == ["b"]


def test_a_reaction_acts_before_its_cursor_moves(bench, monkeypatch):
    bench.effect = Effect.APPENDS
    bench.write("message/a", "a", "b")

    def torn(*_arguments: object) -> None:
        raise KeyboardInterrupt

    bench.feed.head()  # what is on its way has arrived
    with monkeypatch.context() as dying:
        dying.setattr(cursors, "move", torn)
        with pytest.raises(KeyboardInterrupt):
            bench.run()
    bench.run()
    assert bench.acted == ["a", "b", "a", "b"]
    assert position(bench) == 2


def test_a_reaction_parks_and_is_redriven_in_order(bench):
    bench.effect, bench.poison = Effect.APPENDS, {"b"}
    bench.write("message/a", "a", "b", "c")
    bench.write("message/b", "x")
    bench.run()
    assert bench.acted == ["a", "x"]
    bench.poison = set()
    assert redrive(bench.engine, bench.ledger, bench.consumer, "message/a").handled == 2
    assert bench.acted == ["a", "x", "b", "c"]
    assert waiting(bench) == {}


def test_a_redrive_in_the_middle_of_a_slice_loses_nothing_that_the_slice_left_waiting(bench):
    bench.effect, bench.poison = Effect.APPENDS, {"a"}
    bench.write("message/a", "a")
    bench.run()
    bench.poison = set()
    bench.write("message/b", "x")
    bench.write("message/a", "b")
    witness = bench.consumer

    def handle(tx, streams) -> None:
        if streams[0][0].stream == "message/b" and waiting(bench):
            assert redrive(bench.engine, bench.ledger, witness, "message/a").handled == 1
        witness.handle(tx, streams)

    redriven_meanwhile = replace(witness, handle=handle)
    for _ in range(2):
        run_once(bench.engine, bench.ledger, redriven_meanwhile, 500, bench.feed)
    # The whole slice is done again, under ids that follow from its facts.
    assert bench.acted == ["a", "x", "x", "b"]
    assert (waiting(bench), position(bench)) == ({}, 3)


def test_a_reaction_may_append_to_the_ledger_that_it_reads(bench):
    bench.effect = Effect.APPENDS
    consumer = bench.consumer
    bench.write("message/a", "a")

    def answer(_tx, streams) -> None:
        if streams[0][0].stream == "message/a":
            bench.write("message/b", "b")

    appending = type(consumer)("answerer", answer, Effect.APPENDS)
    assert run_once(bench.engine, bench.ledger, appending, 500, bench.feed) == 1
    assert bench.ledger.head() == 2


def test_two_processes_of_one_consumer_derive_each_fact_once(bench):
    for n in range(30):
        bench.write(f"message/{n}", f"{n:02}", f"{n:02}+")

    def work() -> None:
        while position(bench) < 60:
            bench.run(limit=7)

    workers = [Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert bench.seen() == [text for n in range(30) for text in (f"{n:02}", f"{n:02}+")]


def test_the_tail_passes_what_is_appended_soon(bench):
    stop, wake = Event(), Event()
    follower = Thread(target=tail, args=(bench.engine, bench.ledger, lambda: [bench.consumer], stop, wake))
    follower.start()
    try:
        bench.write("message/a", "a")
        wake.set()
        for _ in range(200):
            if bench.seen():
                break
            stop.wait(0.02)
    finally:
        stop.set()
        wake.set()
        follower.join()
    assert bench.seen() == ["a"]


def test_a_turn_that_fails_is_alarmed_and_tried_again(bench):
    stop, wake, turns = Event(), Event(), []

    def consumers():
        turns.append(1)
        if len(turns) < 3:
            raise RuntimeError("a defect")
        return [bench.consumer]

    bench.write("message/a", "a")
    with capture_logs() as logs:
        follower = Thread(target=tail, args=(bench.engine, bench.ledger, consumers, stop, wake, 0.001))
        follower.start()
        for _ in range(500):
            if bench.seen():
                break
            stop.wait(0.02)
        stop.set()
        wake.set()
        follower.join()
    assert bench.seen() == ["a"]
    assert [log["event"] for log in logs if log.get("alarm")] == ["bus.turn_failed"] * 2


def test_a_reaction_that_others_keep_overtaking_parks_nothing_and_is_tried_again(bench):
    overtaken = iter([True] * ATTEMPTS)
    bench.write("message/a", "a")
    acted = []

    def act(_tx, streams) -> None:
        if next(overtaken, False):
            raise VersionConflict("message/b", 1, 2)
        acted.append(streams[0][0].stream)

    reaction = type(bench.consumer)("overtaken", act, Effect.APPENDS)
    with pytest.raises(FaultOfTheMoment):
        run_once(bench.engine, bench.ledger, reaction, 500, bench.feed)
    assert run_once(bench.engine, bench.ledger, reaction, 500, bench.feed) == 1
    assert acted == ["message/a"]
