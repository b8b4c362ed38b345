"""What really happens when the scenario files are played on the simulator: facts as they are stored, and refusals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

from bihuan.scenarios.engines import ENGINES
from bihuan.scenarios.loading import load_scenario
from bihuan.scenarios.running import run_scenario
from bihuan.simulator import Simulator
from shared.ledger.port import Appended
from shared.runtime.deeds import Deed
from shared.runtime.desk import Call
from shared.runtime.law_files import Law
from shared.vocabulary.refusals import Refusal
from shared.wire.codec import encode


class Overheard(Simulator):
    """A simulator that enters in a list what it refused."""

    def __init__(self, refused: list[Refusal], law: Law, start: datetime, *books: str) -> None:
        super().__init__(books[0], law, start, *books[1:])
        self._refused = refused

    def do(self, deed: Deed, call: Call, thing: str | None, ask: Any, *, book: str | None = None) -> Appended:
        """Carry out an act; a refusal is entered and raised."""
        try:
            return super().do(deed, call, thing, ask, book=book)
        except Refusal as refusal:
            self._refused.append(refusal)
            raise


def bodies(scenarios: Iterable[Path], law: Law) -> Iterator[tuple[str, bytes]]:
    """Each fact of the scenarios as it is stored, with its wire name."""
    for path in scenarios:
        for record in run_scenario(load_scenario(path, law), law, ENGINES["simulator"]).facts:
            yield record.fact.TYPE, encode(record.fact, record.context)


def refusals(scenarios: Iterable[Path], law: Law) -> list[Refusal]:
    """What the scenarios were refused, in order."""
    refused: list[Refusal] = []

    def making(books: Sequence[str], law: Law, start: datetime) -> AbstractContextManager[Overheard]:
        return nullcontext(Overheard(refused, law, start, *books))

    for path in scenarios:
        run_scenario(load_scenario(path, law), law, making)
    return refused
