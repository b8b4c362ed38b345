"""Commands and appends as they are counted, timed and traced."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from shared import tracing
from shared.ledger.port import Appended, LedgerError, VersionConflict
from shared.runtime import metrics
from shared.vocabulary.refusals import Refusal


def appending(ledger: str, trace: str, command: str, append: Callable[[], Appended]) -> Appended:
    """Append and measure it; what the ledger raises is raised."""
    began, began_ns, outcome = time.perf_counter(), time.time_ns(), "error"
    try:
        done = append()
        outcome = "repeated" if done.repeated else "success"
    except VersionConflict:
        outcome = "conflict"
        raise
    except LedgerError:
        outcome = "refusal"
        raise
    finally:
        metrics.APPEND.labels(ledger, outcome).observe(time.perf_counter() - began)
        tracing.appended(ledger, trace, command, began_ns, outcome)
    return done


@contextmanager
def refusals_counted(ledger: str) -> Iterator[None]:
    """Count what a command is refused for."""
    try:
        yield
    except Refusal as refusal:
        metrics.REFUSALS.labels(ledger, refusal.code).inc()
        raise
