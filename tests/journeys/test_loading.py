"""From a folder of files to a ledger: all of a file or nothing, once, and through a kill -9."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bihuan.composition import Composition
from bihuan.installation import make_installation, open_installation
from bihuan.loading.catalogue import read_catalogue
from bihuan.loading.load import prepare
from bihuan.loading.shipped import CATALOGUE, DATA, VISITS
from shared.ledger.installation import Installation
from shared.vocabulary.hazard_facts import HazardCorrectedOnSpot
from shared.vocabulary.order_facts import VisitMade
from shared.wire.codec import recorded

LEDGER = "t-qinghe"
CHOSEN = ("V-2026-001", "V-2026-018", "V-2026-022")
COMMAND = """
import typer
from bihuan.cli import init, load
app = typer.Typer()
load.register(app)
init.register(app)
"""


def _run(*arguments: str | Path) -> Result:
    names: dict[str, Any] = {}
    exec(COMMAND, names)
    return CliRunner().invoke(names["app"], [str(argument) for argument in arguments])


def _done(*arguments: str | Path) -> dict[str, Any]:
    result = _run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three visits: completions and re-inspections, an extension, a major hazard, transfers."""
    folder = tmp_path_factory.mktemp("file")
    shutil.copytree(DATA / "photos", folder / "photos")
    lines = [line for line in VISITS.read_text("utf-8").splitlines() if json.loads(line)["visit"] in CHOSEN]
    (folder / "visits.jsonl").write_text("\n".join(lines), "utf-8")
    return folder / "visits.jsonl"


def _home(folder: Path) -> Path:
    make_installation(folder, Installation.DEMONSTRATION, (LEDGER,))
    assert _done("load", "registry", "--home", folder)["changed"] == 227
    return folder


def _facts(home: Path) -> list[Any]:
    composition = Composition(open_installation(home))
    stored = composition.desk("rectification", LEDGER).ledger.read(0, 100_000)
    composition.close()
    return [(fact.position, fact.stream, fact.version, fact.type, fact.body) for fact in stored]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, visits: Path) -> Path:
    """An installation with the three visits, loaded without a hitch."""
    home = _home(tmp_path_factory.mktemp("home"))
    found = _done("load", "visits", visits, "--home", home)
    assert (found["visits"], found["orders"], found["served"], found["reported_up"]) == (3, 3, 3, 1)
    return home


def test_a_second_run_changes_nothing(loaded: Path, visits: Path) -> None:
    before = _facts(loaded)
    assert _done("load", "visits", visits, "--home", loaded)["new"] == 0
    assert _done("load", "registry", "--home", loaded)["changed"] == 0
    assert _facts(loaded) == before


def test_every_fact_is_imported_on_its_own_day(loaded: Path) -> None:
    composition = Composition(open_installation(loaded))
    records = [recorded(s) for s in composition.desk("rectification", LEDGER).ledger.read(0, 100_000)]
    composition.close()
    days = {str(r.effective.date()) for r in records if isinstance(r.fact, VisitMade)}
    assert days == {"2026-03-02", "2026-04-13", "2026-04-22"}
    assert {r.context.reason for r in records if r.context.command.startswith("import:")} == {"imported"}


def test_original_photos_are_sealed_under_their_visit(loaded: Path) -> None:
    composition = Composition(open_installation(loaded))
    desk = composition.desk("rectification", LEDGER)
    records = [recorded(s) for s in desk.ledger.read(0, 100_000)]
    visit = next(r.fact for r in records if isinstance(r.fact, VisitMade))
    corrected = next(r.fact for r in records if isinstance(r.fact, HazardCorrectedOnSpot))
    photo = composition.sealed(LEDGER).get(
        f"visit:{visit.visit}", corrected.before[0].sha256, "p-001", "test"
    )
    composition.close()
    assert photo == (DATA / "photos" / "v-2026-001-01-a.jpg").read_bytes()


def test_the_same_visits_in_another_file_are_refused(loaded: Path, visits: Path) -> None:
    other = visits.with_name("copy.jsonl")
    other.write_bytes(visits.read_bytes() + b"\n")
    result = _run("load", "visits", other, "--home", loaded)
    assert result.exit_code == 2
    assert "账本中已有该企业同一时间的检查" in result.stderr


def test_one_error_and_nothing_is_written(loaded: Path, visits: Path) -> None:
    before = _facts(loaded)
    bad = visits.with_name("bad.jsonl")
    line = json.loads(VISITS.read_text("utf-8").splitlines()[1])
    bad.write_text(
        json.dumps(line) + "\n" + json.dumps(line | {"visit": "V-9", "officers": ["p-001", "p-777"]}), "utf-8"
    )
    result = _run("load", "visits", bad, "--home", loaded, "--lang", "en")
    assert result.exit_code == 2
    assert "line 2, officers[1]: p-777 is not registered" in result.stderr
    assert "nothing was written" in result.stderr
    assert _facts(loaded) == before


def test_killed_half_way_and_run_again_leaves_the_same_ledger(
    loaded: Path, visits: Path, tmp_path: Path
) -> None:
    home = _home(tmp_path / "home")
    start = len(_facts(home))
    whole = len(_facts(loaded))
    arguments = ["load", "visits", str(visits), "--home", str(home)]
    for share in (0.3, 0.7):
        process = subprocess.Popen(
            [sys.executable, "-c", COMMAND + "app()", *arguments], stderr=subprocess.DEVNULL
        )
        while process.poll() is None and len(_facts(home)) < start + share * (whole - start):
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert start < len(_facts(home)) < whole
    _done(*arguments)
    assert _facts(home)[start:] == _facts(loaded)[start:]
    composition = Composition(open_installation(home))
    desk = composition.desk("rectification", LEDGER)
    prepared = prepare(visits, desk, read_catalogue(CATALOGUE))
    composition.close()
    assert len(prepared.done) == len(prepared.plan.acts)


def test_a_clock_moves_only_on_an_empty_demonstration(visits: Path, tmp_path: Path) -> None:
    shutil.copytree(DATA / "registry", tmp_path / "registry")
    for path in (tmp_path / "registry").iterdir():
        path.write_text(re.sub(r"valid_to: \S+", "valid_to: 2099-12-31", path.read_text("utf-8")), "utf-8")
    visit = json.loads(VISITS.read_text("utf-8").splitlines()[8])
    for name, day in (("ahead", "2098-11-28"), ("further", "2098-12-28")):
        visits.with_name(name).write_text(json.dumps(visit | {"date": day}), "utf-8")
    ahead, further = visits.with_name("ahead"), visits.with_name("further")
    real, fresh = tmp_path / "real", tmp_path / "fresh"
    assert _run("init", real, "--ledger", LEDGER).exit_code == 0
    assert _run("init", fresh, "--ledger", LEDGER, "--demonstration").exit_code == 0
    for home in (real, fresh):
        _done("load", "registry", tmp_path / "registry", "--home", home)
        assert "晚于现在" in _run("load", "visits", ahead, "--home", home).stderr
    assert "正式安装的时钟不能拨动" in _run("load", "visits", ahead, "--home", real, "--advance-clock").stderr
    assert _done("load", "visits", ahead, "--home", fresh, "--advance-clock")["new"] > 0
    assert "账本中已有检查" in _run("load", "visits", further, "--home", fresh, "--advance-clock").stderr
    composition = Composition(open_installation(fresh))
    assert str(composition.clock.now().date()) == "2098-11-29"
    composition.close()


def test_a_broken_registry_is_told_by_file_and_record(loaded: Path, tmp_path: Path) -> None:
    for path in (DATA / "registry").glob("*.yaml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    people = (tmp_path / "people.yaml").read_text("utf-8")
    (tmp_path / "people.yaml").write_text(
        people.replace("office: township_emergency_office", "office: none", 1), "utf-8"
    )
    (tmp_path / "channels.yaml").write_text("channels:\n  - {id: a, id: b}\n", "utf-8")
    result = _run("load", "registry", tmp_path, "--home", loaded)
    assert result.exit_code == 2
    assert "channels.yaml" in result.stderr
    assert "twice" in result.stderr
    (tmp_path / "channels.yaml").write_bytes((DATA / "registry/channels.yaml").read_bytes())
    result = _run("load", "registry", tmp_path, "--home", loaded)
    assert "people.yaml 第1条" in result.stderr
    assert "没有写入任何内容" in result.stderr


def test_making_an_installation_again_changes_nothing(tmp_path: Path) -> None:
    first = _done("init", tmp_path / "a", "--ledger", LEDGER)
    assert _done("init", tmp_path / "a", "--ledger", LEDGER) == first
    assert first["kind"] == "real"
    other = _run("init", tmp_path / "a", "--ledger", LEDGER, "--demonstration")
    assert (other.exit_code, "已有安装" in other.stderr) == (1, True)
