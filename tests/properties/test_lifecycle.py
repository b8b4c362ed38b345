"""Whatever people ask, in whatever order, at whatever time: only legal states, and a clock that keeps its word."""

from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.repertoire import DEEDS, REACTIONS
from services.intake import report
from services.rectification import hazard
from shared.law.periods import end_of
from shared.law.reckoning import obligations, open_obligations
from shared.vocabulary.fact import Recorded
from shared.vocabulary.hand_over_facts import (
    CaseHandedOver,
    CaseHandOverAcknowledged,
    CaseHandOverReturned,
    HandOverAcknowledged,
    HandOverReceived,
    HandOverReturned,
)
from shared.vocabulary.hazard_facts import HazardReported, Source
from shared.vocabulary.identities import handed_source, kind_of, thing_of
from shared.vocabulary.obligation_facts import LapseWithdrawn, ObligationLapsed, RungReached
from tests.fakes.chance import LONG, chance
from tests.fakes.steps import STEPS
from tests.fakes.walk import (
    EMPTY,
    EVOLVE,
    FITS,
    FITTING,
    HAZARD,
    LAW,
    TOWN,
    Walk,
    fold,
)

EXAMPLES, MOVES = (400, 60) if LONG else (8, 14)
CLOCK_FACTS = (RungReached, ObligationLapsed, LapseWithdrawn)

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
    check_merging(walk)
    check_hand_overs(walk)


def test_any_course_of_merging_leaves_no_duty_and_no_reporter_behind() -> None:
    """Reports come in all the time; every other act on a hazard would merge it, the others go on with it."""
    luck = chance()
    for _ in range(EXAMPLES):
        walk = Walk()
        for _ in range(MOVES * 3):
            walk.pass_time(3 * luck.randrange(40))
            name, index = fitting_here(walk, luck) if luck.random() < 0.8 else ("report", 0)
            walk.ask(name, 1 + 3 * luck.randrange(10**6), index, luck.randrange(10**6), 1)
        check_stages(walk)
        check_merging(walk)
        check_reactions(walk)


def check_reactions(walk: Walk) -> None:
    """A consumer that begins again from the first fact, whatever it meets meanwhile, adds nothing."""
    head = walk.simulator.ledger.head()
    for record in walk.simulator.facts():
        for reaction in REACTIONS:
            reaction(walk.simulator.desk, record)
    assert [record.name for record in walk.simulator.facts(head)] == []


def fitting_here(walk: Walk, luck: Random) -> tuple[str, int]:
    """An act that fits a report or a hazard, and the place of that thing among those of its kind."""
    for kind in luck.choice([("hazard", "report"), ("hazard", "report"), ("report", "hazard")]):
        things = [s for book, s in walk.places() if (book, kind_of(s)) == (TOWN, kind)]
        stages = [fold(s, walk.plain(TOWN).load(s).facts).stage for s in things]
        fitting = [(FITS[stage], n) for n, stage in enumerate(stages) if stage in FITS]
        if fitting:
            fits, index = luck.choice(fitting)
            merges = "merge_hazard" in fits and luck.random() < 0.5
            return "merge_hazard" if merges else luck.choice(fits), index
    return "report", 0


def check_merging(walk: Walk) -> None:
    """What is merged owes nothing and leads to one that is not; each report has its result when that one has come to its end."""
    places = [stream for book, stream in walk.places() if book == TOWN]
    hazards = {thing_of(s): stored(walk, s) for s in places if kind_of(s) == "hazard"}
    states = {thing: hazard.replay(r.fact for r in records) for thing, records in hazards.items()}
    for thing, state in states.items():
        if state.stage is HAZARD.MERGED:
            assert not open_obligations(hazards[thing], LAW.rulebook, LAW.calendar)
    for thing, records in hazards.items():
        first = records[0].fact
        if not (isinstance(first, HazardReported) and first.source is Source.REPORT):
            continue
        survivor, steps = states[thing], 0
        while survivor.merged_into is not None:
            survivor, steps = states[survivor.merged_into], steps + 1
            assert steps <= len(states), "merged in a circle"
        over = (
            survivor.stage in (HAZARD.CLOSED, HAZARD.UNFOUNDED, HAZARD.REPORTED_UP) or survivor.acknowledged
        )
        own = report.replay(r.fact for r in stored(walk, f"report/{first.source_id}"))
        for each in (own.id, *own.repeated_by):
            answered = report.replay(r.fact for r in stored(walk, f"report/{each}")).result is not None
            assert answered is over, f"report {each} on hazard {thing} in {survivor.id} {survivor.stage}"


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
        table = STEPS[kind]
        assert after.stage in table.get(before.stage, set()), f"{kind}: {before.stage} -> {after.stage}"
    if kind == "order":
        for n, item in before.items.items():
            later = after.items[n].stage
            assert later == item.stage or later in STEPS["item"].get(item.stage, set()), (
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


def stored(walk: Walk, stream: str) -> tuple[Recorded, ...]:
    """A stream of the township's book as the ledger holds it."""
    return walk.plain(TOWN).load(stream).records
