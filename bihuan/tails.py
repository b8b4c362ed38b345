"""The consumers of an installation: read models, reactions and deliveries, each following the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Event, Thread

from sqlalchemy import Connection

from bihuan.composition import Composition
from bihuan.sweeping import STANDING, Alarm, Sweep, Sweeper, alarm
from services.enforcement import reactions as enforcement
from services.oversight.views import read_models
from services.rectification import reactions as rectification
from shared.bus.consumer import Consumer, Effect
from shared.bus.following import follow
from shared.bus.projection import live
from shared.bus.tail import tail
from shared.runtime.channels import FileChannel
from shared.runtime.deliveries import Deliveries
from shared.runtime.desk import Desk
from shared.vocabulary.fact import Recorded

Reaction = Callable[[Desk, Recorded], None]
REACTIONS = (rectification.NAME, enforcement.NAME)
"""The consumers whose work is to be done before the clock may go on to the next due moment."""


def reaction(name: str, desk: Desk, react: Reaction, kinds: Iterable[str]) -> Consumer:
    """A service's reaction as a consumer: it appends under ids that follow from the fact."""

    def handle(_tx: Connection, record: Recorded) -> None:
        react(desk, record)

    return Consumer(name, handle, Effect.APPENDS, frozenset(kinds))


def reactions(house: Composition, ledger: str) -> list[Consumer]:
    """What services do on each other's facts."""
    return [
        reaction(
            rectification.NAME, house.desk("rectification", ledger), rectification.open_hazard, {"report"}
        ),
        reaction(
            enforcement.NAME,
            house.desk("enforcement", ledger),
            enforcement.open_source,
            {"order", "hazard"},
        ),
    ]


class Tails:
    """Threads per ledger: one keeps read models and reactions up to date, one delivers messages, one sweeps.

    Without `standing` only the first, as a scenario needs it.
    """

    def __init__(
        self, house: Composition, *, standing: bool = True, sweep: Sweep = STANDING, tell: Alarm = alarm
    ) -> None:
        self._house, self._rhythm, self._tell = house, sweep, tell
        self._works = (self._follow, self._deliver, self._sweep) if standing else (self._follow,)
        self._stop = Event()
        self._wakes: list[Event] = []
        self._threads: list[Thread] = []

    def start(self) -> None:
        """Follow every ledger from where each consumer stopped."""
        for ledger in self._house.installation.ledgers:
            for work in self._works:
                wake = Event()
                self._wakes.append(wake)
                thread = Thread(
                    target=work, args=(ledger, wake), name=f"{work.__name__}-{ledger}", daemon=True
                )
                thread.start()
                self._threads.append(thread)

    def stop(self) -> None:
        """Finish the slice under way and end."""
        self._stop.set()
        for wake in self._wakes:
            wake.set()
        for thread in self._threads:
            thread.join()

    def _deliver(self, name: str, wake: Event) -> None:
        channels = [FileChannel(self._house.installation.folder / "messages")]
        # Every service owes messages of its own; whichever desk may write the kind can record them as sent.
        desk = self._house.desk("rectification", name)
        Deliveries(self._house.engine("rectification"), desk, channels).run(self._stop, wake)

    def _sweep(self, name: str, wake: Event) -> None:
        house, rhythm = self._house, self._rhythm
        sweeper = Sweeper(house.engine("oversight"), name, house.clock, self._tell, rhythm.patience)
        follow(sweeper.turn, self._stop, wake, rhythm.every, ledger=name, work="sweep")

    def _follow(self, name: str, wake: Event) -> None:
        house = self._house
        engine = house.engine("oversight")
        ledger = house.desk("oversight", name).ledger
        models = read_models(ledger, house.law)
        others = reactions(house, name)

        def consumers() -> list[Consumer]:
            return [*(live(engine, ledger, model) for model in models), *others]

        tail(engine, ledger, consumers, self._stop, wake)
