"""How far a Go build is, read from what Go prints: pure.

Packages differ a thousandfold in size, so progress is the share of source bytes, not of packages.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

# Go says so of a program that it only has to copy or link.
BUILT_ALREADY = "not installed but available in build cache"
ENOUGH_TO_ESTIMATE = 0.05
FIRST_BUILD = "首次约 4–10 分钟 / a first build takes 4-10 min"


@dataclass(slots=True)
class BuildProgress:
    """Fed line by line with what `go install -v` prints; `weights` are bytes of source of what must be compiled."""

    weights: Mapping[str, int]
    modules: int = 0
    started: set[str] = field(default_factory=set)
    latest: str = ""

    def feed(self, line: str) -> None:
        if line.startswith("go: downloading "):
            self.modules += 1
        elif line in self.weights:
            self.started.add(line)
            self.latest = line

    @property
    def fraction(self) -> float:
        """Between 0 and 1; the package that Go named last is counted half, for it is still being compiled."""
        total = sum(self.weights.values())
        if not total:
            return 0.0
        half = self.weights.get(self.latest, 0) / 2
        return (sum(self.weights[name] for name in self.started) - half) / total

    def remaining_s(self, elapsed_s: float) -> float | None:
        """Seconds to go at the pace so far; None while too little is done to say."""
        if self.fraction < ENOUGH_TO_ESTIMATE:
            return None
        return elapsed_s * (1 - self.fraction) / self.fraction

    def in_words(self, elapsed_s: float) -> str:
        left = self.remaining_s(elapsed_s)
        estimate = FIRST_BUILD if left is None else f"约剩 {max(1, round(left / 60))} 分钟 / min left"
        clock = f"{int(elapsed_s) // 60}:{int(elapsed_s) % 60:02d}"
        count = f"{len(self.started)}/{len(self.weights)} 包 / packages"
        return f"  构建中 / building {clock} · {self.fraction:4.0%} · {count} · {estimate}"


def packages(listing: str) -> Iterator[Mapping[str, Any]]:
    """The objects that `go list -json` prints one after another."""
    decoder, at = json.JSONDecoder(), 0
    while (at := _skip_blank(listing, at)) < len(listing):
        found, at = decoder.raw_decode(listing, at)
        yield found


def to_compile(found: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The packages that Go's own cache does not hold yet."""
    return [each for each in found if each.get("Stale") and each.get("StaleReason") != BUILT_ALREADY]


def _skip_blank(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
