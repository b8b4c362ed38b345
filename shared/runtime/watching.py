"""A service's answers to its watches: looks and steps at its own desk, entered in the table of armed watches."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Engine

from shared.law.rungs import Kind, Step
from shared.runtime import armed, lookout
from shared.runtime.clock import Clock
from shared.runtime.desk import Desk
from shared.vocabulary.watching import Seen, StepName

LONGEST_SLEEP = 8 * 24 * 3600.0
"""Beyond this the watch sleeps its own longest wait anyway; seconds, and safely within the engine's timers."""


class WatchService:
    """Looks and takes for every ledger that the process serves."""

    def __init__(self, desk_of: Callable[[str], Desk], engine: Engine, clock: Clock) -> None:
        self._desk_of, self._engine, self._clock = desk_of, engine, clock

    def open_at(self, ledger: str, stream: str) -> Seen:
        """What is open at the head; asked by the starter, so nothing is entered as armed."""
        return self._seen(lookout.look(self._desk_of(ledger), stream))

    def look(self, ledger: str, stream: str, run: str) -> Seen:
        """Look, and enter the run as the one that watches."""
        return self._entered(ledger, stream, run, ())

    def take(self, ledger: str, stream: str, run: str, steps: Sequence[StepName]) -> Seen:
        """Take those steps that are still owed, then look."""
        return self._entered(ledger, stream, run, steps)

    def _entered(self, ledger: str, stream: str, run: str, steps: Sequence[StepName]) -> Seen:
        desk = self._desk_of(ledger)
        try:
            for name in steps:
                step = Step(name.obligation, name.revision, Kind(name.kind), name.rung)
                lookout.take(desk, stream, step)
            look = lookout.look(desk, stream)
        except Exception as failure:
            armed.record_failure(self._engine, ledger, stream, run, repr(failure), self._clock.now())
            raise
        # What is owed now and not yet taken counts as due now, not at the moment after it.
        due = self._clock.now() if look.steps else look.wake_at
        if look.open:
            armed.record_look(
                self._engine,
                ledger,
                stream,
                run,
                look.version,
                due,
                self._clock.now(),
            )
        else:
            armed.disarm(self._engine, ledger, stream)
        return self._seen(look)

    def _seen(self, look: lookout.Look) -> Seen:
        seconds = self._clock.seconds_until(look.wake_at) if look.wake_at else None
        return Seen(
            version=look.version,
            open=look.open,
            steps=[_name(step) for step in look.steps],
            seconds=None if seconds is None else min(seconds, LONGEST_SLEEP),
            coming=[_name(step) for step in look.coming],
            waits_for=look.waits_for,
        )


def _name(step: Step) -> StepName:
    return StepName(step.obligation, step.revision, str(step.kind), step.rung)
