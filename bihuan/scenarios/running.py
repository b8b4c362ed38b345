"""Runs a scenario on an engine and compares what happened with what it expects."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bihuan.repertoire import DEEDS
from bihuan.scenarios.cast import registry_facts
from bihuan.scenarios.checks import (
    BOOKKEEPING,
    Check,
    Spot,
    check_due,
    check_facts,
    check_not_due,
    check_refused,
    check_thing,
)
from bihuan.scenarios.engines import Engine, Making
from bihuan.scenarios.loading import REPORT, WAIT, Path_, Scenario, parse_ask, with_ids, with_photos
from bihuan.scenarios.shapes import Header, Step
from bihuan.scenarios.things import Book
from shared.ledger.port import Appended
from shared.runtime.desk import Call
from shared.runtime.law_files import Law
from shared.vocabulary.fact import Actor, Recorded
from shared.vocabulary.identities import kind_of, report_id, stream_of, thing_of
from shared.vocabulary.refusals import Refusal
from shared.vocabulary.report_facts import ReportReceived

TRACE = "scenario"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a scenario: every check, and every fact that was recorded."""

    scenario: Scenario
    checks: tuple[Check, ...]
    facts: tuple[Recorded, ...]

    @property
    def ok(self) -> bool:
        """Whether everything was as expected."""
        return all(check.ok for check in self.checks)


def run_scenario(scenario: Scenario, law: Law, making: Making) -> Result:
    """Enter the cast, take every step, compare; a step that fails unexpectedly ends the run."""
    header = scenario.header
    start = header.start or header.steps[0].at
    if start is None:
        raise AssertionError("a scenario that was loaded has a first moment")
    books = tuple(scenario.profiles)
    with making(books, law, start) as engine:
        for book, profile in scenario.profiles.items():
            added = _added(header) if book == header.ledger else {}
            for stream, fact in registry_facts(profile, books, **added):
                engine.enter(stream, fact, book=book)
        return _Run(scenario, law, engine).whole()


def _added(header: Header) -> dict[str, Any]:
    """Whom the scenario itself names: they belong to its first ledger."""
    return {name: getattr(header, name) for name in ("people", "communities", "enterprises", "channels")}


class _Run:
    """One run: the aliases known so far and the checks made."""

    def __init__(self, scenario: Scenario, law: Law, engine: Engine) -> None:
        self._scenario, self._law, self._engine = scenario, law, engine
        self._aliases: dict[str, str] = {}
        self._facts: list[Recorded] = []
        self._read_upto = dict.fromkeys(scenario.profiles, 0)
        self._read()
        self._checks: list[Check] = []

    def whole(self) -> Result:
        """Take the steps one by one, then compare the end."""
        steps = self._scenario.header.steps
        for index, step in enumerate(steps):
            if not self._step(index, step):
                left = len(steps) - index - 1
                spot = Spot(self._scenario.line("steps", index), index + 1)
                found = [f"其后{left}步和最终期望未执行 the rest was not run"]
                self._checks.append(spot.check("继续 go on", ["执行到最后 run to the end"], found))
                return self._result()
        for alias, wanted in self._scenario.header.expect.items():
            spot = Spot(self._scenario.line("expect", alias))
            for check in check_thing(spot, wanted, self._book(), self._stream(("expect", alias), alias)):
                self._checks.append(spot.check(f"{alias} {check.about}", check.expected, check.found))
        return self._result()

    def _result(self) -> Result:
        return Result(self._scenario, tuple(self._checks), tuple(self._facts))

    def _step(self, index: int, step: Step) -> bool:
        """Take a step and compare; False when it was not done although it should have been."""
        if step.at is not None:
            self._engine.advance(step.at)
            self._read()
        before = len(self._facts)
        spot = Spot(self._scenario.line("steps", index), index + 1)
        if step.do == WAIT and step.until is not None:
            self._engine.advance(step.until)
            self._read()
            scope: Sequence[str] = self._book().things()
        else:
            stream, refusal = (self._report if step.do == REPORT else self._act)(index, step)
            self._read()
            if check := check_refused(spot, step.refused, refusal):
                self._checks.append(check)
            if refusal is not None:
                written = [record.name for record in self._facts[before:]]
                self._checks.append(spot.check("未写入 nothing written", [], written))
                if step.refused is None:
                    return False
            scope = self._book().relatives(stream) if stream else self._book().things()
        self._expectations(index, step, before, scope)
        return True

    def _act(self, index: int, step: Step) -> tuple[str | None, Refusal | None]:
        """Do what the step says; the stream it is about, and the refusal if there was one."""
        deed, path = DEEDS[step.do], ("steps", index)
        on = self._stream((*path, "on"), step.on) if step.on else None
        if on and kind_of(on) != deed.kind:
            self._scenario.bad(
                (*path, "on"), f"“{step.on}”是{kind_of(on)}，“{step.do}”只能用于{deed.kind}",
                f"{step.on} is of kind {kind_of(on)}, {step.do} takes {deed.kind}",
                "请核对别名", "check the alias",
            )  # fmt: skip
        given = with_ids(step.given, lambda alias: thing_of(self._stream((*path, "with"), alias)))
        ask = parse_ask(self._scenario, index, with_photos(given))
        who = step.who or ()
        command = f"step-{index + 1}"
        call = Call(
            command, hashlib.sha256(f"{command}\x00{ask.model_dump_json()}".encode()).digest(), who[0], TRACE,
            who[1] if len(who) > 1 else None, effective=step.effective, reason=step.reason, expected=step.version,
        )  # fmt: skip
        try:
            answer = self._engine.do(deed, call, thing_of(on) if on else None, ask, book=step.book)
        except Refusal as refusal:
            return on, refusal
        if deed.new:
            on = _created(answer, deed.kind)
            if step.named:
                self._aliases[step.named] = on
        return on, None

    def _report(self, index: int, step: Step) -> tuple[str | None, Refusal | None]:
        """A channel reports; what it would seal stands here as the commitment of nothing."""
        ask = parse_ask(self._scenario, index, step.given)
        channel, report = (step.who or ("",))[0], report_id(f"step-{index + 1}")
        fact = ReportReceived(report, channel, words=hashlib.sha256(b"").hexdigest(), **ask.model_dump())
        by = Actor(channel, "channel", channel)
        stream = self._engine.enter(stream_of("report", report), fact, by, book=step.book)
        if step.named:
            self._aliases[step.named] = stream
        return stream, None

    def _expectations(self, index: int, step: Step, before: int, scope: Sequence[str]) -> None:
        def spot(key: str) -> Spot:
            return Spot(self._scenario.line("steps", index, key), index + 1)

        def near(path: Path_, alias: str | None) -> Sequence[str]:
            return self._book().relatives(self._stream(path, alias)) if alias else scope

        if step.facts is not None:
            self._checks.append(check_facts(spot("facts"), step.facts, self._facts[before:], BOOKKEEPING))
        for row, due in step.due.items():
            scope_of = near(("steps", index, "due", row), due.on)
            self._checks.append(check_due(spot("due"), row, due, self._book(), scope_of))
        for gone in step.not_due:
            scope_of = near(("steps", index, "not_due"), gone.on)
            self._checks.append(check_not_due(spot("not_due"), gone, self._book(), scope_of))

    def _stream(self, path: Path_, alias: str) -> str:
        """The stream of an alias such as `v1`, `v1.order` or `v1.order.item1`."""
        name, *parts = alias.split(".")
        stream = self._aliases.get(name)
        for part in parts:
            stream = self._book().part(stream, part) if stream else None
        if stream is None:
            self._scenario.bad(
                path, f"找不到“{alias}”所指的事项", f"nothing stands behind {alias!r}",
                "请核对别名和它前面的步骤", "check the alias and the steps before",
            )  # fmt: skip
        return stream

    def _read(self) -> None:
        """What is new, book by book."""
        for book, upto in self._read_upto.items():
            new = self._engine.facts(upto, book=book)
            self._facts += new
            self._read_upto[book] = new[-1].position if new else upto

    def _book(self) -> Book:
        return Book(self._facts, self._law)


def _created(answer: Appended, kind: str) -> str:
    """The stream that an act created: the one of its kind that begins with this answer."""
    return next(stream for stream in answer.versions if kind_of(stream) == kind)
