"""Plays a plan on the simulator: every act through the decisions of real use, the clock's steps in between."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush
from itertools import count

from bihuan.repertoire import DEEDS
from bihuan.simulator import Simulator
from bihuan.town.acts import Act, Course, Done
from bihuan.town.pictures import Picture
from shared.runtime.desk import Call
from shared.vocabulary.identities import kind_of, thing_of

TRACE = "town"


@dataclass(slots=True)
class Played:
    """What was made on the way: pictures by the command whose facts name them, under the subject that seals them."""

    pictures: dict[str, tuple[str, tuple[Picture, ...]]] = field(default_factory=dict)


def play(
    simulator: Simulator,
    courses: Iterable[Course],
    *,
    seed: int,
    until: datetime,
    told: Callable[[datetime], None] = lambda _: None,
) -> Played:
    """Carry out every act of all courses in order of time, and let the clock run on to the end.

    The commands follow from the seed and the order of acts, so the same plan gives the same ones again.
    """
    played, number, turns = Played(), count(1), count()
    waiting: list[tuple[datetime, int, Act, Course]] = []

    def go_on(course: Course, done: Done | None) -> None:
        try:
            act = next(course) if done is None else course.send(done)
        except StopIteration as ended:
            for follower in ended.value:
                go_on(follower, None)
        else:
            heappush(waiting, (act.at, next(turns), act, course))

    for course in courses:
        go_on(course, None)
    while waiting:
        _at, _turn, act, course = heappop(waiting)
        simulator.advance(act.at)
        go_on(course, _done(simulator, act, f"town:{seed}:{next(number)}", played))
        told(act.at)
    simulator.advance(until)
    return played


def _done(simulator: Simulator, act: Act, command: str, played: Played) -> Done:
    before = simulator.ledger.head()
    body = hashlib.sha256(f"{command}\x00{act.ask.model_dump_json()}".encode()).digest()
    call = Call(command, body, act.who[0], TRACE, act.who[1] if len(act.who) > 1 else None)
    answer = simulator.do(DEEDS[act.deed], call, act.thing, act.ask)
    if act.pictures:
        visit = next(thing_of(stream) for stream in answer.versions if kind_of(stream) == "visit")
        played.pictures[command] = f"visit:{visit}", act.pictures
    new = simulator.ledger.read(before, simulator.ledger.head() - before)
    opened = [thing_of(fact.stream) for fact in new if fact.type.startswith("source.opened.")]
    return Done(answer, tuple(opened))
