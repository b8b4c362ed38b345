"""Three hazards, told as they happen: asked over HTTP, watched by Temporal, with kill -9 in between.

The story is a scenario like any other; here it runs on an installation in processes of its own.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from bihuan.apart import Apart
from bihuan.composition import Composition
from bihuan.demo import embedded
from bihuan.demo.narrating import Narrated, Tell
from bihuan.full_profile import Found
from bihuan.full_profile import opened as opened_full
from bihuan.installation import Installation, Kafka, make_installation
from bihuan.loading.shipped import DATA
from bihuan.parts.telling import Teller
from bihuan.reconciling.differences import Difference
from bihuan.reconciling.once import reconcile
from bihuan.scenarios.engines import Engine
from bihuan.scenarios.loading import load_scenario
from bihuan.scenarios.over_http import HttpEngine
from bihuan.scenarios.running import Result, run_scenario
from services.oversight.words import Language
from shared.law.periods import SHANGHAI
from shared.ledger.installation import Installation as Kind
from shared.runtime.law_files import Law, load_law
from workflows.address import Address

STORY = DATA / "demo.yaml"
GRACE_S = 300.0
"""Real seconds that what is under way at the end may take."""

Opened = Callable[[Path, Teller, Found], AbstractContextManager[Apart]]
Kills = Sequence[tuple[datetime, str]]
"""Moments of the story, in order, each with the name of the part that is killed just before it."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A shape in which the story can be played, and the names there of what is killed."""

    opened: Opened
    interface: str
    worker: str

    @property
    def kills(self) -> Kills:
        """The interface before an order is issued, the worker before a deadline passes, Temporal before the next."""
        return (
            (datetime(2025, 9, 12, 14, 30, tzinfo=SHANGHAI), self.interface),
            (datetime(2025, 9, 27, 9, tzinfo=SHANGHAI), self.worker),
            (datetime(2025, 10, 27, 10, tzinfo=SHANGHAI), "temporal"),
        )


EMBEDDED = Stage(embedded.opened, embedded.SITE, embedded.WORK)
FULL = Stage(opened_full, "rectification", "rectification-worker")


@dataclass(frozen=True, slots=True)
class Played:
    """How the story ended: whether all was as expected, and what does not agree."""

    result: Result
    found: Sequence[Difference]

    @property
    def difference(self) -> int:
        """How many facts, rows and watches are off."""
        return sum(one.count for one in self.found)


def play(
    stage: Stage, folder: Path, language: Language, tell: Tell, kills: Callable[[Apart], Kills] | None = None
) -> Played:
    """Play it in an empty folder, with the stage's kills unless others are chosen; raises MissingPart."""
    law = load_law()
    scenario = load_scenario(STORY, law)
    reconciled: list[Difference] = []

    @contextmanager
    def making(books: Sequence[str], law: Law, start: datetime) -> Iterator[Engine]:
        with stage.opened(folder, Teller(), partial(_found, books=tuple(books), begins=start)) as apart:
            words = _WORDS[language]
            engine = HttpEngine(
                apart.house,
                apart.addresses,
                Address(apart.addresses["temporal"]),
                lambda: tell(words["again"]),
            )
            chosen = stage.kills if kills is None else kills(apart)
            killing = [(at, partial(_kill, apart, what, tell, words["kill"])) for at, what in chosen]
            yield Narrated(engine, law, language, tell, killing)
            for book in books:
                ledger = apart.house.desk("oversight", book).ledger
                done = reconcile(apart.house, ledger, grace=GRACE_S, newest=None, told=lambda *_: None)
                reconciled.extend(done.found)

    return Played(run_scenario(scenario, law, making), reconciled)


def emptied(folder: Path) -> Path:
    """The folder without what an earlier demonstration left: nothing but demonstrations ever stands in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o711)
    return folder


def _kill(apart: Apart, what: str, tell: Tell, words: str) -> None:
    if what in apart.parts:  # an engine of somebody else's is not ours to kill
        tell(words.format(what=what))
        apart.parts[what].kill()


def _found(
    folder: Path,
    _teller: Teller,
    database: str,
    kafka: Kafka | None,
    *,
    books: tuple[str, ...],
    begins: datetime,
) -> Installation:
    """An empty installation whose clock stands: the story moves it."""
    made = make_installation(folder, Kind.DEMONSTRATION, books, database, begins=begins, kafka=kafka)
    house = Composition(made)
    house.clock.freeze()
    house.close()
    return made


_WORDS = {
    Language.ZH: {
        "kill": "  ⚡ kill -9 {what}，随后自动重启",
        "again": "  ↻ 接口没有应答：同一请求（同一 Idempotency-Key）再发，直到办成，只办一次",
    },
    Language.EN: {
        "kill": "  ⚡ kill -9 {what}; it is started again by itself",
        "again": "  ↻ no answer: the same request under the same Idempotency-Key is sent until it is done, once",
    },
}
