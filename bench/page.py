"""The figures as people read them: a table and a chart, generated from what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from bench.figures import Figure
from bihuan.contracts.text import table

_HEADS = ("项目 figure", "我方 ours", "基准 baseline", "比值 ratio", "目标 aim", "达到 met")
_MET = {True: "✓", False: "✗", None: "报告 report"}


def page(figures: Sequence[Figure], machine: str) -> str:
    """`docs/performance.md`: the words that stand, then the chart and the table of the last run."""
    words = files("bench").joinpath("performance.md").read_text("utf-8")
    return words.format(machine=machine, chart=_chart(figures), table=_table(figures))


def _table(figures: Sequence[Figure]) -> str:
    return table(_HEADS, [_row(one) for one in figures])


def _row(one: Figure) -> list[str]:
    sign = "≤" if one.at_most else "≥"
    baseline = "" if one.baseline is None else f"{number(one.baseline)} ({one.against})"
    return [
        f"{one.zh} {one.en} (`{one.name}`)",
        f"{number(one.ours)} {one.unit}",
        baseline,
        "" if one.ratio is None else f"{one.ratio:.2f}",
        "" if one.aim is None else f"{sign} {number(one.aim)}",
        _MET[one.met],
    ]


def _chart(figures: Sequence[Figure]) -> str:
    """How far each aim is reached: 1 is the aim itself, above it is better."""
    reached = [(one.name, _reached(one)) for one in figures if one.aim is not None]
    names = ", ".join(f'"{name}"' for name, _ in reached)
    values = ", ".join(f"{value:.2f}" for _, value in reached)
    line = ", ".join("1" for _ in reached)
    return (
        "```mermaid\nxychart-beta horizontal\n"
        f'    x-axis [{names}]\n    y-axis "1 = 目标 the aim" 0 --> 4\n    bar [{values}]\n    line [{line}]\n```'
    )


def _reached(one: Figure) -> float:
    held = one.ours if one.ratio is None else one.ratio
    aim = one.aim or 1.0
    # Cut at four times the aim: the chart is about what is near it.
    return min(4.0, (aim / held if one.at_most else held / aim) if held else 4.0)


def number(value: float) -> str:
    """Three figures that count, thousands apart."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
