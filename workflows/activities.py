"""The two activities that every owning service answers: look, and take steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from temporalio import activity

from shared.vocabulary.watching import Errand, Seen, StepName, Thing
from workflows.steps import LOOK, TAKE


class Service(Protocol):
    """What a service answers to its watches; failures are recorded by the service itself."""

    def look(self, ledger: str, stream: str, run: str) -> Seen:
        """What is owed by the thing, read from the ledger."""
        ...

    def take(self, ledger: str, stream: str, run: str, steps: Sequence[StepName]) -> Seen:
        """Take those of the steps that are still owed, then look."""
        ...


class WatchActivities:
    """Binds one service to its task queue."""

    def __init__(self, service: Service) -> None:
        self._service = service

    @activity.defn(name=LOOK)
    def look(self, thing: Thing) -> Seen:
        """A look at the thing as the ledger has it."""
        return self._service.look(thing.ledger, thing.stream, activity.info().workflow_run_id or "")

    @activity.defn(name=TAKE)
    def take(self, errand: Errand) -> Seen:
        """The steps, each once however often this runs, and a look."""
        thing = errand.thing
        run = activity.info().workflow_run_id or ""
        return self._service.take(thing.ledger, thing.stream, run, errand.steps)

    @property
    def all(self) -> list[Callable[..., Any]]:
        """Both, for a worker."""
        return [self.look, self.take]
