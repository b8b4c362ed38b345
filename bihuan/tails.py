"""The consumers of an installation: read models, reactions, deliveries, the sweep and the relay."""

from __future__ import annotations

from threading import Event, Thread

from bihuan.composition import Composition
from bihuan.processes import ALL, Duty, Process, process
from bihuan.reacting import reactions
from bihuan.reconciling.standing import EVERY, Standing
from bihuan.sweeping import STANDING, Alarm, Sweep, Sweeper, alarm
from services.oversight.views import read_models
from shared.bus.consumer import Consumer
from shared.bus.following import follow
from shared.bus.projection import live
from shared.bus.relay import Relay
from shared.bus.tail import POLL, tail
from shared.runtime.channels import FileChannel
from shared.runtime.deliveries import Deliveries


class Tails:
    """Threads per ledger, one for each thing that the process does with facts."""

    def __init__(
        self,
        house: Composition,
        does: Process | None = None,
        *,
        sweep: Sweep = STANDING,
        tell: Alarm = alarm,
    ) -> None:
        self._house, self._rhythm, self._tell = house, sweep, tell
        self._does = does or process([ALL])
        if Duty.RELAY in self._does.duties:
            _ = house.broker  # raises MissingPart at once: without Kafka a relay has nothing to do
        works = {
            self._follow: bool(self._does.works) or Duty.PROJECT in self._does.duties,
            self._deliver: Duty.DELIVER in self._does.duties,
            self._sweep: Duty.SWEEP in self._does.duties,
            self._reconcile: Duty.SWEEP in self._does.duties,
            self._relay: Duty.RELAY in self._does.duties,
        }
        self._works = [work for work, wanted in works.items() if wanted]
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
                    target=work, args=(ledger, wake), name=f"{work.__name__.strip('_')}-{ledger}", daemon=True
                )
                thread.start()
                self._threads.append(thread)

    def dead(self) -> list[str]:
        """The work that ended although nobody told it to."""
        return [thread.name for thread in self._threads if not (thread.is_alive() or self._stop.is_set())]

    def stop(self) -> None:
        """Finish the slice under way and end."""
        self._stop.set()
        for wake in self._wakes:
            wake.set()
        for thread in self._threads:
            thread.join()

    def _deliver(self, name: str, wake: Event) -> None:
        deliveries(self._house, name).run(self._stop, wake)

    def _sweep(self, name: str, wake: Event) -> None:
        house, rhythm = self._house, self._rhythm
        sweeper = Sweeper(
            house.engine("oversight"), name, house.clock_for("oversight"), self._tell, rhythm.patience
        )
        follow(sweeper.turn, self._stop, wake, rhythm.every, ledger=name, work="sweep")

    def _reconcile(self, name: str, wake: Event) -> None:
        house = self._house
        standing = Standing(house, house.desk("oversight", name).ledger)
        follow(standing.turn, self._stop, wake, EVERY, ledger=name, work="reconcile")

    def _relay(self, name: str, wake: Event) -> None:
        house = self._house
        relay, ledger = Relay(house.engine("oversight"), house.broker), house.desk("oversight", name).ledger
        follow(lambda: relay.turn(ledger), self._stop, wake, POLL, ledger=name, work="relay")
        relay.close()

    def _follow(self, name: str, wake: Event) -> None:
        house = self._house
        service = "oversight" if Duty.PROJECT in self._does.duties else self._does.works[0]
        # What is derived and the cursor go together: what a power cut takes of them is derived again.
        engine, ledger = house.engine(service, lasting=False), house.desk(service, name).ledger
        models = read_models(ledger, house.law) if Duty.PROJECT in self._does.duties else ()
        others = reactions(house, name, self._does.works) if self._does.works else []

        def consumers() -> list[Consumer]:
            return [*(live(engine, ledger, model) for model in models), *others]

        tail(engine, ledger, consumers, self._stop, wake, feed=house.feed(ledger, wake))


def deliveries(house: Composition, ledger: str) -> Deliveries:
    """What sends the messages that one ledger owes, through the installation's channels."""
    channels = [FileChannel(house.installation.folder / "messages")]
    # Every service owes messages of its own; whichever desk may write the kind can record them as sent.
    return Deliveries(house.engine("rectification"), house.desk("rectification", ledger), channels)
