"""`python -m bench [NAME...]`: measure, write `bench/results.json` and `docs/performance.md`."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from bench import appends, auditing, carrying, growth, intake, watching
from bench.figures import Figure, read
from bench.page import number, page
from bihuan.parts.places import PROJECT

RESULTS, PAGE = PROJECT / "bench" / "results.json", PROJECT / "docs" / "performance.md"
BENCHMARKS: dict[str, Callable[[], Iterator[Figure]]] = {
    "append": appends.figures,
    "audit": auditing.figures,
    "intake": intake.figures,
    "watch": watching.figures,
    "bus": carrying.figures,
    "growth": growth.figures,
}


def main(names: list[str]) -> int:
    """Measure these, or all; the others keep what was measured last."""
    if unknown := set(names) - set(BENCHMARKS):
        print(
            f"没有 / no such benchmark: {', '.join(sorted(unknown))}; {', '.join(BENCHMARKS)}",
            file=sys.stderr,
        )
        return 2
    there = read(json.loads(RESULTS.read_text("utf-8"))) if RESULTS.exists() else []
    found = {name: [one for one in there if one.name.startswith(f"{name}.")] for name in BENCHMARKS}
    for name in names or BENCHMARKS:
        begun = monotonic()
        print(f"{name} ...", flush=True)
        found[name] = [_told(one) for one in BENCHMARKS[name]()]
        print(f"{name}: {monotonic() - begun:.0f} s", flush=True)
        _write([one for many in found.values() for one in many])
    return 0


def _told(one: Figure) -> Figure:
    beside = "" if one.ratio is None else f" / {number(one.baseline or 0)} = {one.ratio:.2f}"
    aim = "" if one.aim is None else f" ({'✓' if one.met else '✗'} {'≤' if one.at_most else '≥'} {one.aim})"
    print(f"  {one.zh} {one.en}: {number(one.ours)}{beside} {one.unit}{aim}", flush=True)
    return one


def _write(figures: list[Figure]) -> None:
    document = json.dumps([one.as_json() for one in figures], ensure_ascii=False, indent=1)
    RESULTS.write_text(document + "\n", "utf-8")
    PAGE.write_text(page(figures, _machine()), "utf-8")


def _machine() -> str:
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    model = next(
        (line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines()
         if line.startswith("model name")), platform.machine(),
    )  # fmt: skip
    day = datetime.now(UTC).date()
    return f"{day}: {os.cpu_count()} × {model}, {pages:.0f} GiB, Python {platform.python_version()}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
