"""What a person sees while visits are loaded, and afterwards: on stderr while it lasts, so that stdout is the result."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from bihuan.loading.load import Told

EVERY_SECONDS = 10

WORDS: Mapping[str, tuple[str, str]] = {
    "visits": ("检查", "visits"),
    "hazards": ("隐患", "hazards"),
    "corrected_on_spot": ("当场纠正", "corrected on the spot"),
    "transferred": ("移送", "transferred"),
    "reported_up": ("重大隐患上报", "reported up"),
    "under_order": ("限期整改", "under order"),
    "orders": ("指令书", "orders"),
    "served": ("已送达", "served"),
    "completed": ("已报完成（项）", "items reported done"),
    "passed": ("复查合格（项）", "items passed"),
    "failed": ("复查不合格（次）", "failed results"),
    "not_yet_reinspected": ("尚未复查（项）", "items not yet re-inspected"),
}


@contextmanager
def telling(total: int, english: bool) -> Iterator[Told]:
    """A bar on a terminal, a line every ten seconds elsewhere."""
    console = Console(stderr=True)
    name = "loading" if english else "导入"
    if console.is_terminal:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console) as progress:
            task = progress.add_task(name, total=total)
            yield lambda done, of: progress.update(task, completed=done, total=of)
        return
    last = monotonic()

    def told(done: int, of: int) -> None:
        nonlocal last
        if monotonic() - last >= EVERY_SECONDS:
            last = monotonic()
            sys.stderr.write(f"{name} {done}/{of}\n")
            sys.stderr.flush()

    yield told


def table(counts: Mapping[str, int], english: bool) -> str:
    """The counts as a table."""
    shown = Table("item" if english else "项目", "count" if english else "数量", show_edge=False)
    shown.columns[1].justify = "right"
    for key, count in counts.items():
        shown.add_row(WORDS[key][1 if english else 0], str(count))
    out = Console(file=StringIO(), width=60)
    with out.capture() as captured:
        out.print(shown)
    return captured.get().rstrip()
