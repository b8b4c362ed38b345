"""What an installation is made of: processes, each with what it does; the embedded default is all of it in one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from shared.vocabulary.refusals import BadInput


class Duty(StrEnum):
    """What a process may do besides answering for services."""

    WATCH = "watch"
    """Run the loops of the watches; it knows neither law nor tables."""
    START = "start"
    """Start and nudge watches behind the facts, recover what an engine lost, patrol."""
    PROJECT = "project"
    """Keep the read models."""
    SWEEP = "sweep"
    """Look for what nobody noticed, in the database alone, and alarm."""
    DELIVER = "deliver"
    """Hand owed messages to their channels."""
    RELAY = "relay"
    """Publish the ledgers on Kafka."""


@dataclass(frozen=True, slots=True)
class Process:
    """Which services' interfaces it answers, whose looks, steps and reactions it carries out, and its duties."""

    name: str
    zh: str
    answers: tuple[str, ...] = ()
    works: tuple[str, ...] = ()
    duties: frozenset[Duty] = frozenset()

    @property
    def label(self) -> str:
        """Its name in logs and traces; several in one are simply the system."""
        return "bihuan" if "+" in self.name else self.name

    @property
    def meets_engine(self) -> bool:
        """Whether it talks to Temporal."""
        return bool(self.works) or not self.duties.isdisjoint({Duty.WATCH, Duty.START})


SERVICES = ("intake", "rectification", "enforcement")
"""The services that own watched things."""

PROCESSES: dict[str, Process] = {
    process.name: process
    for process in (
        Process("intake", "受理接口", answers=("intake",)),
        Process("rectification", "整改接口", answers=("rectification",)),
        Process("enforcement", "执法接口", answers=("enforcement",)),
        Process("oversight", "监督接口", answers=("oversight",)),
        Process("intake-worker", "受理办理", works=("intake",)),
        Process("rectification-worker", "整改办理", works=("rectification",)),
        Process("enforcement-worker", "执法办理", works=("enforcement",)),
        Process("watch-worker", "跟踪流程", duties=frozenset({Duty.WATCH})),
        Process("starter", "跟踪启动", duties=frozenset({Duty.START})),
        Process("projector", "台账更新", duties=frozenset({Duty.PROJECT})),
        Process("courier", "消息送达与漏办报警", duties=frozenset({Duty.DELIVER, Duty.SWEEP})),
        Process("relay", "账本发布到 Kafka", duties=frozenset({Duty.RELAY})),
    )
}

ALL = "all"


def process(names: Iterable[str]) -> Process:
    """The process that does all that these do; `all` is everything but the relay. Raises BadInput."""
    chosen: list[Process] = []
    for name in names:
        if name == ALL:
            chosen += [one for one in PROCESSES.values() if one.name != "relay"]
        elif name in PROCESSES:
            chosen.append(PROCESSES[name])
        else:
            known = "、".join((ALL, *PROCESSES))
            raise BadInput(
                f"没有这个进程:{name}", f"no such process: {name}", where="--process",
                do_zh=f"可选:{known}", do_en=f"choose from {known}",
            )  # fmt: skip
    return Process(
        "+".join(one.name for one in chosen),
        "、".join(one.zh for one in chosen),
        tuple(dict.fromkeys(service for one in chosen for service in one.answers)),
        tuple(dict.fromkeys(service for one in chosen for service in one.works)),
        frozenset[Duty]().union(*(one.duties for one in chosen)),
    )
