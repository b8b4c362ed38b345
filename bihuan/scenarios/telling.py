"""A scenario's result in lines for a reader, and as plain values for a program."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import ndiff
from typing import Any

from bihuan.scenarios.running import Result

WORDS = {
    False: {"step": "第{}步", "end": "最终", "line": "第{}行", "ok": "符合", "differs": "不符", "-": "期望", "+": "实际", " ": "相同"},
    True: {"step": "step {}", "end": "end", "line": "line {}", "ok": "as expected", "differs": "differs",
           "-": "expected", "+": "found", " ": "same"},
}  # fmt: skip


def told(result: Result, english: bool = False) -> Iterator[str]:
    """One line for each expectation, and the difference line by line where there is one."""
    words = WORDS[english]
    header = result.scenario.header
    met = sum(check.ok for check in result.checks)
    verdict = words["ok" if result.ok else "differs"]
    yield f"{'✓' if result.ok else '✗'} {header.scenario}  {met}/{len(result.checks)} {verdict}  {result.scenario.file}"
    for check in result.checks:
        where = words["step"].format(check.step) if check.step else words["end"]
        line = words["line"].format(check.line)
        told_ = "; ".join(check.expected) if check.ok else ""
        yield f"  {'✓' if check.ok else '✗'} {where} ({line}) {check.about} {told_}".rstrip()
        if not check.ok:
            for entry in ndiff(check.expected, check.found):
                if entry[0] in "-+ ":
                    yield f"      {entry[0]} {words[entry[0]]}: {entry[2:]}"


def as_json(result: Result) -> dict[str, Any]:
    """The same as plain values."""
    return {
        "file": result.scenario.file,
        "scenario": result.scenario.header.scenario,
        "number": result.scenario.header.number,
        "ok": result.ok,
        "facts": len(result.facts),
        "checks": [
            {
                "ok": check.ok,
                "step": check.step,
                "line": check.line,
                "about": check.about,
                "expected": list(check.expected),
                "found": list(check.found),
            }
            for check in result.checks
        ],
    }
