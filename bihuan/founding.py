"""The demonstration installation: its township and visits, the county above, and the tokens that it hands out."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

from bihuan.composition import Composition
from bihuan.installation import FILE, Installation, Kafka, make_installation, open_installation
from bihuan.loading.catalogue import read_catalogue
from bihuan.loading.clock import advance_for
from bihuan.loading.load import carry_out, prepare
from bihuan.loading.registry_folder import read_registry
from bihuan.loading.shipped import CATALOGUE, REGISTRIES, VISITS
from bihuan.loading.visits_file import read_visits
from bihuan.parts.folder import private
from bihuan.parts.telling import Teller
from bihuan.town import founding as township
from services.registry.handlers import register
from services.registry.records import within
from shared.ledger.installation import Installation as Kind
from shared.runtime import access
from shared.runtime.access import PrincipalKind
from shared.vocabulary.refusals import BadInput

LEDGER, COUNTY = REGISTRIES
TOKENS = "demonstration-tokens.json"
TOWN = "town.json"
"""Marks a demonstration that is the township of the reports: begun, and whether it is all there."""
SHOWN = {
    "p-001": (LEDGER, "应急办主任 office head"),
    "p-002": (LEDGER, "分管领导 deputy head"),
    "p-004": (LEDGER, "执法人员 officer"),
    "p-005": (LEDGER, "执法人员 officer"),
    "x-002": (COUNTY, "县局分管领导 county deputy head"),
    "x-004": (COUNTY, "县局承办人 county case handler"),
}
"""The people whose tokens a demonstration hands out; a real installation hands out none by itself."""


@dataclass(frozen=True, slots=True)
class Step:
    """Says what is done and, afterwards, how long it took."""

    teller: Teller
    what: str
    began: float

    @classmethod
    def begin(cls, teller: Teller, what: str) -> Step:
        """From now on."""
        return cls(teller, what, time.monotonic())

    def done(self, found: str = "") -> None:
        """It is done."""
        took = time.monotonic() - self.began
        self.teller.line(f"✓ {self.what}{'：' + found if found else ''}({took:.1f}秒)")


def demonstration(
    folder: Path, teller: Teller, *, database: str = "", kafka: Kafka | None = None, town: bool = False
) -> Installation:
    """The installation with its township and visits; made on the first run, carried on by every later one.

    `town`: with the whole campaign of the reports instead of the shipped visits; decided once.
    """
    known, mark = (folder / FILE).exists(), folder / TOWN
    if town and known and not mark.exists():
        raise BadInput(
            f"{folder}里已有另一份演示资料", f"{folder} already holds another demonstration", where="--home",
            do_zh="请另选目录:--home .bihuan/town", do_en="choose another folder: --home .bihuan/town",
        )  # fmt: skip
    town = town or mark.exists()
    step = Step.begin(teller, "打开安装" if known else "新建演示安装")
    begins = township.BEGINS if town else max(event.row.at for event in read_visits(VISITS).visits)
    installation = make_installation(
        folder, Kind.DEMONSTRATION, (LEDGER, COUNTY), database, begins=begins, kafka=kafka
    )
    step.done()
    house = Composition(installation)
    try:
        _register(house, COUNTY)
        if _town(house, mark, teller) if town else _visits(house, teller):
            house.clock.run()  # also after a first run that was stopped in the middle of loading
    finally:
        house.close()
    return installation


def _register(house: Composition, ledger: str) -> int:
    """A ledger's shipped registry; answers how many records."""
    entries, _none = read_registry(REGISTRIES[ledger], ledger)
    entries = within(entries, house.installation.ledgers)
    register(house.desk("registry", ledger), entries, trace="demonstration")
    return len(entries)


def _visits(house: Composition, teller: Teller) -> int:
    """The shipped registry and visits; answers how many acts were new."""
    step = Step.begin(teller, "登记资料")
    step.done(f"{_register(house, LEDGER)}条登记资料")
    step = Step.begin(teller, "导入检查记录")
    new = _load(house, teller)
    step.done(f"新增{new}项办理(检查、送达、复查等;已有的不重复)")
    return new


def _town(house: Composition, mark: Path, teller: Teller) -> int:
    """The township with its campaign; answers how many commands were new, 0 once it is all there."""
    if mark.exists() and json.loads(mark.read_text("utf-8"))["complete"]:
        return 0
    mark.write_text(json.dumps({"complete": False}), "utf-8")
    step = Step.begin(teller, "演示镇:专项行动的检查、整改、复查和案件")
    new = township.found(house, LEDGER, lambda what, n, of: teller.progress(f"  {what} {n}/{of}"))
    mark.write_text(json.dumps({"complete": True}), "utf-8")
    step.done(f"{new}项办理")
    return new


def refuse_another(folder: Path) -> None:
    """The demonstration is not founded inside somebody's own installation."""
    if not (folder / FILE).exists():
        return
    there = open_installation(folder)
    if there.kind is not Kind.DEMONSTRATION or LEDGER not in there.ledgers:
        raise BadInput(
            f"{folder}中是另一个安装({there.kind},账本{'、'.join(there.ledgers)}),不是演示安装",
            f"{folder} holds another installation, not the demonstration",
            where="--home",
            do_zh="用 bihuan serve 运行它;演示请另选目录:bihuan run --home 目录",
            do_en="run it with bihuan serve; for the demonstration choose another folder: bihuan run --home FOLDER",
        )


def tokens(house: Composition) -> Path:
    """Tokens of a few people, issued once; the file is readable by its owner only."""
    path = house.installation.folder / TOKENS
    if not path.exists():
        issued = {
            person: {
                "role": role,
                "token": access.issue(house.engine(), ledger, person, PrincipalKind.PERSON),
            }
            for person, (ledger, role) in SHOWN.items()
        }
        issued["ch-grid"] = {
            "role": "网格员手机端 grid app",
            "token": access.issue(house.engine(), LEDGER, "ch-grid", PrincipalKind.CHANNEL),
        }
        private(path, json.dumps(issued, ensure_ascii=False, indent=1))
    return path


def _load(house: Composition, teller: Teller) -> int:
    desk = house.desk("rectification", LEDGER)
    prepared = prepare(VISITS, desk, read_catalogue(CATALOGUE), advance=True)
    if not prepared.plan.acts or len(prepared.done) == len(prepared.plan.acts):
        return 0
    advance_for(prepared, desk.ledger, house.clock)
    return carry_out(
        prepared, desk, house.sealed(LEDGER), lambda n, of: teller.progress(f"  导入检查记录 {n}/{of}")
    )
