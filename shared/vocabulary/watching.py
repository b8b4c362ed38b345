"""What a watch and a service say to each other: ids and versions only, no personal data."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Thing:
    """What one watch watches."""

    ledger: str
    stream: str


@dataclass(frozen=True)
class StepName:
    """A step by its identity alone; the service decides afresh whether it is still owed."""

    obligation: str
    revision: int
    kind: str
    rung: str = ""


@dataclass(frozen=True)
class Seen:
    """What a look saw: the version, whether anything is open, what is owed now and what comes next.

    `seconds`: real seconds until the next step falls due; None when only news can change anything.
    """

    version: int
    open: bool
    steps: list[StepName] = field(default_factory=list)
    seconds: float | None = None
    coming: list[StepName] = field(default_factory=list)
    waits_for: str = ""


@dataclass(frozen=True)
class Errand:
    """Steps to take for a thing; the answer is a fresh look."""

    thing: Thing
    steps: list[StepName]
