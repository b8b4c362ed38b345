"""Scenario files, read and checked as far as that is possible without running them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from bihuan.repertoire import DEEDS
from bihuan.scenarios.cast import Profile
from bihuan.scenarios.document import BadScenario, Table, line_of, read_document
from bihuan.scenarios.shapes import FactWanted, Header, Report, Step
from bihuan.scenarios.wording import wrong_value
from shared.runtime.law_files import Law
from shared.vocabulary.fact import CATALOGUE
from shared.vocabulary.refusals import Refusal

WAIT = "wait"
REPORT = "report"
OWN = {WAIT: None, REPORT: Report}
"""Steps that are no act of a service: time passes, a channel reports."""
ALIAS = "$"
PHOTOS = frozenset({"evidence", "before", "after"})
"""The fields of asks that hold files: a name in them stands for a photo derived from it."""
PROFILES = "profiles"

M = TypeVar("M", bound=BaseModel)
Path_ = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A checked file: its parts and where they stand."""

    file: str
    header: Header
    profiles: Mapping[str, Profile]
    """The authority profile and cast of each ledger, the scenario's first one first."""
    tree: Table

    def line(self, *path: int | str) -> int:
        """The line on which a part stands."""
        return line_of(self.tree, path)

    def bad(self, path: Path_, zh: str, en: str, do_zh: str, do_en: str) -> NoReturn:
        """Raise BadScenario for a part; a part of a step says which step."""
        if len(path) > 1 and path[0] == "steps" and isinstance(path[1], int):
            zh, en = f"第{path[1] + 1}步：{zh}", f"step {path[1] + 1}: {en}"
        raise BadScenario(self.file, self.line(*path), zh, en, do_zh=do_zh, do_en=do_en)


def load_scenario(path: Path, law: Law) -> Scenario:
    """The scenario in a file; raises BadScenario with the line."""
    tree = read_document(path)
    header = _parse(str(path), tree, Header)
    books = {header.ledger: header.profile, **header.also}
    profiles = {book: _profile(path, given) for book, given in books.items()}
    scenario = Scenario(str(path), header, profiles, tree)
    _check(scenario, law)
    return scenario


def parse_ask(scenario: Scenario, index: int, given: dict[str, Any]) -> BaseModel:
    """What a step asks, in the shape of its act; names of photos are evidence by now, aliases ids."""
    name = scenario.header.steps[index].do
    try:
        return (OWN.get(name) or DEEDS[name].ask).model_validate(given)
    except ValidationError as error:
        where, zh, en = wrong_value(error)
        scenario.bad(
            ("steps", index, "with", *where), zh, en,
            f"请参照 docs/scenarios.md 中“{name}”的数据项", f"see the fields of {name} in docs/scenarios.md",
        )  # fmt: skip


def photo(name: str) -> dict[str, Any]:
    """The evidence that a short name stands for: the same name is the same file."""
    digest = hashlib.sha256(f"bihuan.scenario.photo\x00{name}".encode()).hexdigest()
    return {"sha256": digest, "size": 1024, "media_type": "image/jpeg", "shows": name}


def with_photos(value: Any, within: str = "") -> Any:
    """The data with every name of a photo made into evidence."""
    if isinstance(value, dict):
        return {key: with_photos(entry, key) for key, entry in value.items()}
    if within in PHOTOS and isinstance(value, str):
        return [photo(value)]
    if isinstance(value, list):
        as_photos = within in PHOTOS
        return [photo(e) if as_photos and isinstance(e, str) else with_photos(e) for e in value]
    return value


def with_ids(value: Any, resolve: Any) -> Any:
    """The data with every `$alias` replaced by what `resolve` makes of it."""
    if isinstance(value, dict):
        return {key: with_ids(entry, resolve) for key, entry in value.items()}
    if isinstance(value, list):
        return [with_ids(entry, resolve) for entry in value]
    return resolve(value[1:]) if isinstance(value, str) and value.startswith(ALIAS) else value


def _parse(file: str, tree: Table, shape: type[M]) -> M:
    try:
        return shape.model_validate(tree)
    except ValidationError as error:
        where, zh, en = wrong_value(error)
        if len(where) > 1 and where[0] == "steps" and isinstance(where[1], int):
            zh, en = f"第{where[1] + 1}步：{zh}", f"step {where[1] + 1}: {en}"
        raise BadScenario(
            file, line_of(tree, where), zh, en,
            do_zh="请参照 docs/scenarios.md 的键名和写法", do_en="see the keys in docs/scenarios.md",
        ) from error  # fmt: skip


def _profile(path: Path, given: str | Profile) -> Profile:
    if isinstance(given, Profile):
        return given
    shipped = files("bihuan.scenarios").joinpath(PROFILES, f"{given}.yaml")
    beside = path.parent / f"{given}.profile.yaml"
    if not shipped.is_file() and not beside.is_file():
        raise BadScenario(
            str(path), 1, f"没有名为“{given}”的授权档案", f"there is no profile {given!r}",
            do_zh=f"请写 profile: demo，或在同一目录放置 {beside.name}",
            do_en=f"write profile: demo, or put {beside.name} beside the file",
        )  # fmt: skip
    chosen = beside if beside.is_file() else Path(str(shipped))
    return _parse(str(chosen), read_document(chosen), Profile)


def _check(scenario: Scenario, law: Law) -> None:
    header = scenario.header
    if header.calendar not in (None, law.calendar.version):
        scenario.bad(
            ("calendar",), f"日历版本应为{law.calendar.version}", f"the calendar is {law.calendar.version}",
            "请删去 calendar 或改为该版本", "leave calendar out, or give this version",
        )  # fmt: skip
    given: set[str] = set()
    clock = header.start
    for index, step in enumerate(header.steps):
        for moment in (step.at, step.until):
            if moment is not None and clock is not None and moment < clock:
                scenario.bad(
                    ("steps", index, "at" if moment == step.at else "until"),
                    f"时间{moment:%Y-%m-%d %H:%M}早于前一步{clock:%Y-%m-%d %H:%M}",
                    f"{moment:%Y-%m-%d %H:%M} lies before {clock:%Y-%m-%d %H:%M}",
                    "请按时间先后排列；补记用 effective", "put steps in order; use effective for what is entered late",
                )  # fmt: skip
            clock = moment or clock
        _check_step(scenario, index, step, given)
        _check_names(scenario, law, index, step)
        if step.named:
            given.add(step.named)
    if header.start is None and header.steps[0].at is None:
        scenario.bad(
            ("steps", 0),
            "没有起始时间",
            "there is no first moment",
            "请给第一步写 at",
            "give the first step its at",
        )
    for alias, thing in header.expect.items():
        _known(scenario, ("expect", alias), alias, given)
        _facts(scenario, ("expect", alias, "facts"), thing.facts or ())
        for row in (*(thing.open or ()), *(thing.lapsed or ())):
            _row(scenario, law, ("expect", alias), row)


def _check_step(scenario: Scenario, index: int, step: Step, given: set[str]) -> None:
    path: Path_ = ("steps", index)
    if step.do == WAIT:
        if step.until is None:
            scenario.bad(path, "wait 须写 until", "wait needs until", "请写 until: 日期", "add until")
        return
    if step.book is not None and step.book not in scenario.profiles:
        books = "、".join(scenario.profiles)
        scenario.bad(
            (*path, "in"), f"没有账本“{step.book}”", f"there is no ledger {step.book!r}",
            f"可用：{books}；另一账本在 also 中写明", f"use one of {books}; name another under also",
        )  # fmt: skip
    deed = DEEDS.get(step.do)
    if deed is None and step.do not in OWN:
        scenario.bad(
            (*path, "do"), f"没有“{step.do}”这个行为", f"there is no act {step.do!r}",
            f"可用：{'、'.join((*DEEDS, *OWN))}", f"use one of {', '.join((*DEEDS, *OWN))}",
        )  # fmt: skip
    new = deed is None or deed.new
    if step.who is None:
        scenario.bad(path, "缺少 who（由谁办理）", "who is missing", "请写 who: [人员id]", "add who")
    if step.until is not None:
        scenario.bad((*path, "until"), "until 只用于 wait", "until belongs to wait", "请删去", "remove it")
    if new == (step.on is not None):
        scenario.bad(
            path, f"“{step.do}”{'不写' if new else '须写'} on", f"{step.do} {'takes no' if new else 'needs'} on",
            "请用 as 给新事项取名" if new else "请写 on: 别名",
            "name the new thing with as" if new else "add on: alias",
        )  # fmt: skip
    if step.named and not new:
        scenario.bad(
            (*path, "as"),
            "as 只用于产生新事项的行为",
            "only an act that creates takes as",
            "请删去",
            "remove it",
        )
    if step.on:
        _known(scenario, (*path, "on"), step.on, given)

    def known(alias: str) -> str:
        _known(scenario, (*path, "with"), alias, given)
        return "alias"

    parse_ask(scenario, index, with_photos(with_ids(step.given, known)))


def _check_names(scenario: Scenario, law: Law, index: int, step: Step) -> None:
    path: Path_ = ("steps", index)
    _facts(scenario, (*path, "facts"), step.facts or ())
    for row in step.due:
        _row(scenario, law, (*path, "due", row), row)
    for gone in step.not_due:
        _row(scenario, law, (*path, "not_due"), gone.row)
    if step.refused and step.refused.code not in (codes := sorted(refusal_codes())):
        scenario.bad(
            (*path, "refused", "code"), f"没有“{step.refused.code}”这个拒绝代码", f"no code {step.refused.code!r}",
            f"可用：{'、'.join(codes)}", f"use one of {', '.join(codes)}",
        )  # fmt: skip


def refusal_codes() -> dict[str, type[Refusal]]:
    """Every code of refusal with its class."""

    def below(kind: type[Refusal]) -> Iterator[type[Refusal]]:
        for sub in kind.__subclasses__():
            yield sub
            yield from below(sub)

    return {kind.code: kind for kind in below(Refusal)}


def fact_names() -> frozenset[str]:
    """The names of all facts, without their versions."""
    return frozenset(name.rpartition(".")[0] for name in CATALOGUE)


def _facts(scenario: Scenario, path: Path_, wanted: tuple[FactWanted, ...]) -> None:
    for n, one in enumerate(wanted):
        name = one if isinstance(one, str) else next(iter(one), "")
        if name not in fact_names() or (isinstance(one, dict) and len(one) != 1):
            scenario.bad(
                (*path, n), f"没有名为“{name}”的事实", f"there is no fact {name!r}",
                "请参照 docs/scenarios.md 的事实名称", "see the names of facts in docs/scenarios.md",
            )  # fmt: skip


def _row(scenario: Scenario, law: Law, path: Path_, row: str) -> None:
    rows = [r.id for r in law.rulebook.rows]
    if row not in rows:
        scenario.bad(
            path, f"没有期限“{row}”", f"there is no timer {row!r}", f"可用：{'、'.join(rows)}", f"use {rows}"
        )


def _known(scenario: Scenario, path: Path_, alias: str, given: set[str]) -> None:
    if alias.partition(".")[0] not in given:
        scenario.bad(
            path, f"别名“{alias}”此前没有出现", f"the alias {alias!r} was not given before",
            "请在前面的步骤用 as 命名", "name the thing with as in an earlier step",
        )  # fmt: skip
