"""What reading for an audit costs: proving stored bytes, decoding and folding them, and how much memory it takes."""

from __future__ import annotations

import multiprocessing
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import URL

from bench import places
from bench.figures import Figure, measured
from bench.township import LEDGER, GrowingBook, township
from services.enforcement import case, source
from services.rectification import hazard, order
from shared.ledger.engines import open_engine, open_ledger
from shared.ledger.port import StoredFact
from shared.ledger.verify import verify
from shared.vocabulary.fact import Fact
from shared.vocabulary.identities import kind_of
from shared.wire.codec import recorded

_REPLAY: dict[str, Callable[[Iterable[Fact]], Any]] = {
    "hazard": hazard.replay, "order": order.replay, "source": source.replay, "case": case.replay,
}  # fmt: skip
_SLICE = 2000
_SMALL, _LARGE = 20_000, 200_000


def figures() -> Iterator[Figure]:
    """Proofs and folds of the township's facts, then the memory that proving a ledger takes."""
    facts = township()
    yield measured(
        "audit.verify", "核验账本原始字节，每核", "verify stored bytes, one core", "facts/s",
        lambda: len(facts) / _timed(lambda: verify(facts)), aim=100_000,
    )  # fmt: skip
    by_stream = _by_stream(facts)
    yield measured(
        "audit.fold", "解码并重放状态，每核（各核并行）", "decode and fold, each of the cores in parallel", "facts/s",
        lambda: _folded(by_stream), aim=25_000,
    )  # fmt: skip
    with places.postgres() as server, places.migrated(server, "audit") as (url, engine):
        book = GrowingBook(engine)
        peaks = []
        for size in (_SMALL, _LARGE):
            book.grow(size)
            peaks.append(_peak(url))
    yield Figure(
        "audit.memory", f"核验{_LARGE}条事实的内存峰值，与{_SMALL}条比",
        f"peak memory of verifying {_LARGE} facts beside {_SMALL}", "MiB", peaks[1], peaks[0],
        "verifying a tenth of them", aim=1.2, at_most=True, rounds=((peaks[1], peaks[0]),),
    )  # fmt: skip


def _timed(what: Callable[[], object]) -> float:
    begun = perf_counter()
    what()
    return perf_counter() - begun


def _by_stream(facts: Sequence[StoredFact]) -> list[list[StoredFact]]:
    streams: dict[str, list[StoredFact]] = {}
    for fact in facts:
        if kind_of(fact.stream) in _REPLAY:
            streams.setdefault(fact.stream, []).append(fact)
    return list(streams.values())


def _folded(streams: Sequence[list[StoredFact]]) -> float:
    """Facts a second and core, with all cores at work."""
    cores = os.cpu_count() or 1
    shares = [streams[first::cores] for first in range(cores)]
    with multiprocessing.get_context("fork").Pool(cores) as pool:
        pool.map(_fold, [share[:50] for share in shares])  # what is built once is built
        seconds = pool.map(_fold, shares)
    return sum(len(one) for one in streams) / cores / max(seconds)


def _fold(streams: Sequence[list[StoredFact]]) -> float:
    begun = perf_counter()
    for stored in streams:
        _REPLAY[kind_of(stored[0].stream)](recorded(one).fact for one in stored)
    return perf_counter() - begun


def _peak(url: URL) -> float:
    """MiB, in a process that does nothing else."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_verify_all, (url.render_as_string(hide_password=False),))


def _verify_all(address: str) -> float:
    ledger = open_ledger(open_engine(address), LEDGER)

    def stored() -> Iterator[StoredFact]:
        position = 0
        while facts := ledger.read(position, _SLICE):
            yield from facts
            position = facts[-1].position

    report = verify(stored())
    if report.flaw:
        raise ValueError(report.flaw)
    # Of this program's own pages: what getrusage tells may be the parent's.
    told = Path("/proc/self/status").read_text("utf-8")
    return int(re.findall(r"VmHWM:\s+(\d+) kB", told)[0]) / 1024
