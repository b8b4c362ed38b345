"""A person's command and the clock at the same moment: one wins, the other is refused or decided afresh."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from random import Random

from bihuan.composition import Composition
from services.rectification import order as rectification_order
from shared.law.periods import SHANGHAI
from shared.law.reckoning import obligations
from shared.runtime import lookout
from shared.runtime.desk import Desk
from shared.vocabulary.identities import stream_of
from shared.vocabulary.obligation_facts import LapseWithdrawn, ObligationLapsed
from tests.fakes.chance import LONG, chance
from tests.fakes.office import LEDGER, act, ordered

ROUNDS = 100 if LONG else 12


def served_order(desk: Desk, n: int) -> str:
    order = ordered(desk, f"visit-{n}")
    act(desk, f"serve-{n}", "serve_order", order, how="direct", receipt="r")
    return order


def at_once(luck: Random, *works: Callable[[], object]) -> list[BaseException]:
    """Everything at almost the same moment, a few milliseconds left to chance."""
    gate, failures = threading.Barrier(len(works)), []

    def run(work: Callable[[], object], late: float) -> None:
        gate.wait()
        time.sleep(late)
        try:
            work()
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(work, luck.uniform(0, 0.02))) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_a_completion_report_racing_the_lapse_leaves_one_truth(house: Composition) -> None:
    """Both are recorded in one order or the other, or the lapse sees the report and is not recorded."""
    desk = house.desk("rectification", LEDGER)
    luck, orders = chance(), [served_order(desk, n) for n in range(ROUNDS)]
    house.clock.set_forward(datetime(2026, 3, 6, tzinfo=SHANGHAI))  # the term ended on 2026-03-05, 24:00
    for n, order in enumerate(orders):
        stream = stream_of("order", order)
        [lapse] = [s for s in lookout.look(desk, stream).steps if s.kind == "lapse" and "T07" in s.obligation]
        failures = at_once(
            luck,
            lambda order=order, n=n: act(desk, f"done-{n}", "report_completion", order, items=[1]),
            lambda stream=stream, lapse=lapse: lookout.take(desk, stream, lapse),
            lambda stream=stream, lapse=lapse: lookout.take(desk, stream, lapse),
        )
        assert failures == []
        records = desk.load(stream).records
        lapses = [r for r in records if isinstance(r.fact, ObligationLapsed) and r.fact.row == "T07"]
        report = next(r for r in records if r.name == "order.completion_reported")
        assert len(lapses) <= 1
        assert all(lapse.version < report.version for lapse in lapses)
        state = rectification_order.replay(r.fact for r in records)
        assert state.items[1].stage is rectification_order.ItemStage.REPORTED
        [term] = [o for o in obligations(records, desk.law.rulebook, desk.law.calendar) if o.row.id == "T07"]
        assert not term.open


def test_late_truth_withdraws_the_lapse_once(house: Composition) -> None:
    """A posted report that took effect in time, recorded two days after the lapse."""
    desk = house.desk("rectification", LEDGER)
    order = served_order(desk, 0)
    stream = stream_of("order", order)
    house.clock.set_forward(datetime(2026, 3, 6, tzinfo=SHANGHAI))
    for step in lookout.look(desk, stream).steps:
        lookout.take(desk, stream, step)
    house.clock.set_forward(datetime(2026, 3, 7, 9, tzinfo=SHANGHAI))
    act(
        desk, "posted", "report_completion", order, items=[1],
        effective=datetime(2026, 3, 5, 17, tzinfo=SHANGHAI), reason="邮寄,邮戳3月5日",
    )  # fmt: skip
    steps = [s for s in lookout.look(desk, stream).steps if s.kind == "withdrawal"]
    # The right to ask for an extension ended with the report as well, before it could lapse.
    assert [s.obligation for s in steps] == ["T07/1#1", "T09/1#1"]
    at_once(chance(), *[lambda s=s: lookout.take(desk, stream, s) for s in steps * 4])
    records = desk.load(stream).records
    withdrawn = [r.fact.obligation for r in records if isinstance(r.fact, LapseWithdrawn)]
    assert sorted(withdrawn) == ["T07/1#1", "T09/1#1"]
    assert sum(isinstance(r.fact, ObligationLapsed) for r in records) == 2  # nothing is deleted
    assert not [s for s in lookout.look(desk, stream).steps if s.kind == "withdrawal"]


def test_a_lapsed_agency_duty_changes_nothing_for_the_party(house: Composition) -> None:
    """Re-inspection is never made: the ladder climbs to the county, order and hazard stay as they were."""
    desk = house.desk("rectification", LEDGER)
    order = served_order(desk, 0)
    act(desk, "done", "report_completion", order, items=[1])
    stream = stream_of("order", order)
    before = rectification_order.replay(desk.load(stream).facts)
    hazard = stream_of("hazard", before.items[1].given.hazard)
    hazard_before = desk.load(hazard).version
    house.clock.set_forward(datetime(2026, 4, 20, tzinfo=SHANGHAI))
    for step in lookout.look(desk, stream).steps:
        lookout.take(desk, stream, step)
    records = desk.load(stream).records
    assert {r.fact.row for r in records if isinstance(r.fact, ObligationLapsed)} == {"T11"}
    assert rectification_order.replay(r.fact for r in records) == before
    assert desk.load(hazard).version == hazard_before
