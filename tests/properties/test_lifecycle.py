"""Whatever people ask, in whatever order, at whatever time: only legal states, and a clock that keeps its word."""

from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.repertoire import DEEDS
from shared.law.periods import end_of
from shared.law.reckoning import obligations
from shared.vocabulary.hand_over_facts import (
    CaseHandedOver,
    CaseHandOverAcknowledged,
    CaseHandOverReturned,
    HandOverAcknowledged,
    HandOverReceived,
    HandOverReturned,
)
from shared.vocabulary.identities import handed_source, kind_of
from shared.vocabulary.obligation_facts import LapseWithdrawn, ObligationLapsed, RungReached
from tests.fakes.chance import LONG
from tests.fakes.walk import EMPTY, EVOLVE, FITTING, HAZARD, ITEM, LAW, PAPER, REPORT, SOURCE, Walk
from tests.fakes.walk_case import STEPS as CASE_STEPS

EXAMPLES, MOVES = (400, 60) if LONG else (8, 14)
CLOCK_FACTS = (RungReached, ObligationLapsed, LapseWithdrawn)

STEPS: dict[Any, set[Any]] = {
    HAZARD.NONE: {HAZARD.REPORTED},
    HAZARD.REPORTED: {HAZARD.VERIFIED, HAZARD.UNFOUNDED, HAZARD.TRANSFERRED},
    HAZARD.VERIFIED: {HAZARD.GRADED, HAZARD.UNFOUNDED, HAZARD.TRANSFERRED},
    HAZARD.GRADED: {HAZARD.CORRECTED_ON_SPOT, HAZARD.UNDER_ORDER, HAZARD.TRANSFERRED, HAZARD.REPORTED_UP},
    HAZARD.UNDER_ORDER: {HAZARD.RECTIFIED, HAZARD.GRADED},
    HAZARD.CORRECTED_ON_SPOT: {HAZARD.CLOSED},
    HAZARD.RECTIFIED: {HAZARD.CLOSED},
    HAZARD.TRANSFERRED: {HAZARD.CLOSED},
    HAZARD.UNFOUNDED: set(),
    HAZARD.REPORTED_UP: set(),
    HAZARD.CLOSED: set(),
}
PAPER_STEPS = {
    PAPER.NONE: {PAPER.ISSUED},
    PAPER.ISSUED: {PAPER.SERVED, PAPER.WITHDRAWN},
    PAPER.SERVED: {PAPER.WITHDRAWN},
}
ITEM_STEPS = {
    ITEM.RUNNING: {ITEM.REPORTED, ITEM.PASSED, ITEM.FAILED},
    ITEM.REPORTED: {ITEM.PASSED, ITEM.FAILED},
    ITEM.FAILED: {ITEM.REPORTED, ITEM.PASSED},
}
REPORT_STEPS = {REPORT.NONE: {REPORT.RECEIVED}, REPORT.RECEIVED: {REPORT.TRIAGED}}
SOURCE_STEPS = {
    SOURCE.NONE: {SOURCE.OPENED, SOURCE.RECEIVED},
    SOURCE.RECEIVED: {SOURCE.OPENED, SOURCE.RETURNED},
    SOURCE.OPENED: {SOURCE.PROPOSED, SOURCE.DISPOSED},  # at once only by a penalty on the spot
    SOURCE.PROPOSED: {SOURCE.DISPOSED},
}

number = st.integers(0, 10**6)
move = st.tuples(st.sampled_from([*DEEDS, "report", *[FITTING] * 50]), number, number, number, number)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.lists(move, min_size=MOVES // 2, max_size=MOVES), st.lists(number, min_size=MOVES, max_size=MOVES))
def test_any_course_of_asks_reaches_only_legal_states(moves: list[Any], pauses: list[int]) -> None:
    walk = Walk()
    for (name, who, thing, choice, when), pause in zip(moves, pauses, strict=False):
        walk.pass_time(pause)
        walk.ask(name, who, thing, choice, when)
    walk.simulator.advance(walk.simulator.now() + timedelta(days=60))
    check_stages(walk)
    check_clock(walk)
    check_hand_overs(walk)


def check_stages(walk: Walk) -> None:
    """Every thing went only along legal transitions, and the clock's facts changed none."""
    for book, stream in walk.places():
        kind = kind_of(stream)
        state = EMPTY.get(kind)
        if state is None:
            continue
        records = walk.plain(book).load(stream).records
        desk = walk.simulator.desks[book]
        seen = desk.load(stream)
        assert seen.records == records, f"the acts saw other facts of {stream} than the ledger holds"
        assert desk.obligations(seen) == obligations(records, LAW.rulebook, LAW.calendar)
        for record in records:
            after = EVOLVE[kind](state, record.fact)
            if isinstance(record.fact, CLOCK_FACTS):
                assert after == state, f"{record.name} changed {stream}"
            check_step(kind, state, after)
            state = after


def check_step(kind: str, before: Any, after: Any) -> None:
    if before.stage != after.stage:
        tables: dict[str, dict[Any, set[Any]]] = {
            "report": REPORT_STEPS, "hazard": STEPS, "order": PAPER_STEPS, "source": SOURCE_STEPS,
            "case": CASE_STEPS,
        }  # fmt: skip
        table = tables[kind]
        assert after.stage in table.get(before.stage, set()), f"{kind}: {before.stage} -> {after.stage}"
    if kind == "order":
        for n, item in before.items.items():
            later = after.items[n].stage
            assert later == item.stage or later in ITEM_STEPS.get(item.stage, set()), (
                f"item: {item.stage} -> {later}"
            )


def check_clock(walk: Walk) -> None:
    """Each rung once for each revision; one standing lapse for each open obligation whose due has passed."""
    now = walk.simulator.now()
    for book, stream in walk.places():
        records = walk.plain(book).load(stream).records
        rungs: Counter[tuple[str, int, str]] = Counter()
        lapses: Counter[tuple[str, int]] = Counter()
        for record in records:
            match record.fact:
                case RungReached() as rung:
                    rungs.update(
                        (rung.obligation, rung.revision, name) for name in (rung.rung, *rung.collapsed)
                    )
                case ObligationLapsed() as lapse:
                    lapses[lapse.obligation, lapse.revision] += 1
                case LapseWithdrawn() as taken_back:
                    lapses[taken_back.obligation, taken_back.revision] -= 1
        assert all(count == 1 for count in rungs.values()), rungs
        assert all(count in (0, 1) for count in lapses.values()), lapses
        for obligation in obligations(records, LAW.rulebook, LAW.calendar):
            if obligation.open and not obligation.due.provisional and end_of(obligation.due.legal) <= now:
                assert lapses[obligation.id, obligation.revision] == 1, obligation.id


def check_hand_overs(walk: Walk) -> None:
    """Each hand-over to an office with a book was received there once, and each of its answers came back once."""
    given, noted = Counter[str](), Counter[str]()
    received, answered = Counter[str](), Counter[str]()
    for book, stream in walk.places():
        for record in walk.plain(book).load(stream).records:
            match record.fact:
                case CaseHandedOver(ledger=str()):
                    given[handed_source(book, record.position)] += 1
                case HandOverReceived() as fact:
                    received[fact.source] += 1
                case HandOverAcknowledged() | HandOverReturned() as fact:
                    answered[fact.source] += 1
                case CaseHandOverAcknowledged(source=str(source)) | CaseHandOverReturned(source=str(source)):
                    noted[source] += 1
                case _:
                    pass
    assert received == given
    assert noted == answered
    assert set(answered.values()) <= {1}
