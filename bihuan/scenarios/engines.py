"""What can run a scenario: one port, and a registry of those who answer it.

To plug in another engine: write a class with the members of `Engine`, and enter a function that makes one for
the ledgers' names, the law and the first moment under its name in `ENGINES`. Its promise: `enter`, `do` and `advance`
return when the reactions have run and each touched watch has looked, so that `facts` holds all that follows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any, Protocol

from bihuan.simulator import Simulator
from shared.ledger.port import Appended
from shared.runtime.deeds import Deed
from shared.runtime.desk import Call
from shared.runtime.law_files import Law
from shared.runtime.lookout import CLOCK
from shared.vocabulary.fact import Actor, Fact, Recorded


class Engine(Protocol):
    """One installation with one or more offices' books and a clock that can be advanced; no book named: the first."""

    def now(self) -> datetime:
        """The installation's time."""
        ...

    def enter(self, stream: str, fact: Fact, by: Actor = CLOCK, *, book: str | None = None) -> str:
        """Enter a fact that comes from outside any act, of the registry or of a channel.

        Answers its stream, which an installation that is asked from outside names itself.
        """
        ...

    def do(self, deed: Deed, call: Call, thing: str | None, ask: Any, *, book: str | None = None) -> Appended:
        """Carry out an act and everything that follows from it now; raises its Refusal."""
        ...

    def advance(self, to: datetime) -> None:
        """Go from due moment to due moment, taking the clock's steps at each, up to and including `to`."""
        ...

    def facts(self, after: int = 0, *, book: str | None = None) -> Sequence[Recorded]:
        """Everything recorded in a book beyond a position, in order."""
        ...


Making = Callable[[Sequence[str], Law, datetime], AbstractContextManager[Engine]]
"""An engine for the ledgers' names, the law and the first moment; leaving the context ends what it started."""


def _simulator(books: Sequence[str], law: Law, start: datetime) -> AbstractContextManager[Engine]:
    return nullcontext(Simulator(books[0], law, start, *books[1:]))


def _temporal(books: Sequence[str], law: Law, start: datetime) -> AbstractContextManager[Engine]:
    # Imported when asked for: it brings the engine's client and a server.
    from bihuan.scenarios.temporal import temporal

    return temporal(books, law, start)


ENGINES: dict[str, Making] = {"simulator": _simulator, "temporal": _temporal}
"""Engines by the name that `bihuan scenario --engine` takes."""
