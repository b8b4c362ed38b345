"""The integrators' guide is carried out as it stands: its calls on a served office, its reader on facts as they are published."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bihuan.cli import run
from bihuan.composition import Composition
from bihuan.installation import make_installation
from bihuan.loading.shipped import DATA
from bihuan.parts.folder import choose_ports
from shared.bus.cloudevents import Message, message
from shared.law.periods import SHANGHAI
from shared.ledger.installation import Installation
from shared.runtime import access
from shared.runtime.access import PrincipalKind
from tests.fakes.documents import marked

LEDGER = "t-qinghe"
BLOCKS = marked("docs/integrating.md")
CALLS = "\n".join(block for name, block in BLOCKS.items() if name != "follow")
PEOPLE = {"OFFICER": "p-004", "SECOND": "p-005", "HEAD": "p-001"}
NOBODY = "127.0.0.1:1"
"""No engine is needed to call an office."""


@dataclass(frozen=True)
class Called:
    """What came of the guide's calls: what they printed and the files that they left."""

    code: int
    out: list[str]
    folder: Path

    def file(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text("utf-8"))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composition]:
    """An office with the registry that comes with the project, on a day that is long past."""
    home = tmp_path_factory.mktemp("home")
    begins = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
    house = Composition(make_installation(home, Installation.DEMONSTRATION, (LEDGER,), begins=begins))
    assert run(["load", "registry", str(DATA / "registry"), "--home", str(home)]) == 0
    yield house
    house.close()


@pytest.fixture(scope="module")
def called(house: Composition, tmp_path_factory: pytest.TempPathFactory) -> Called:
    """All calls of the guide, one after the other, on the office as it is served."""
    programs = Path(sys.executable).parent
    folder, engine = tmp_path_factory.mktemp("guide"), house.engine()
    shutil.copy(next((DATA / "photos").glob("*.jpg")), folder / "photo.jpg")
    tokens = {name: access.issue(engine, LEDGER, who, PrincipalKind.PERSON) for name, who in PEOPLE.items()}
    tokens["CHANNEL"] = access.issue(engine, LEDGER, "ch-grid", PrincipalKind.CHANNEL)
    port = choose_ports(["site"])["site"]
    served = ["serve", "--home", str(house.installation.folder), "--engine", NOBODY, "--port", str(port)]
    path = os.pathsep.join([str(programs), os.environ["PATH"]])
    environment = {**os.environ, **tokens, "PATH": path, "A": f"http://127.0.0.1:{port}"}
    with subprocess.Popen([programs / "bihuan", *served], stdout=subprocess.DEVNULL) as process:
        try:
            _await(process, environment["A"])
            shell = ["bash", "-euc", CALLS]
            done = subprocess.run(
                shell, env=environment, cwd=folder, capture_output=True, text=True, timeout=120, check=False
            )
        finally:
            process.terminate()
    return Called(done.returncode, [*done.stdout.splitlines(), done.stderr], folder)


def _await(process: subprocess.Popen[bytes], site: str) -> None:
    ask = ["curl", "-sf", "-o", os.devnull, f"{site}/livez"]
    while subprocess.run(ask, check=False).returncode != 0:
        assert process.poll() is None, "the office is not served"
        time.sleep(0.1)


def test_every_call_of_the_guide_is_answered_as_it_says(called: Called) -> None:
    assert called.code == 0, called.out
    assert called.file("receipt.json") == called.file("again.json")
    assert called.file("receipt.json")["tracking_number"] in called.out
    assert len(called.file("batch.json")["reports"]) == 2
    assert called.file("status.json")["status"] == "received"


def test_the_second_write_on_the_same_version_is_the_stale_one(called: Called) -> None:
    assert called.out[called.out.index("200") + 1] == "412"
    assert called.file("answer.json")["type"] == "/problems/stale-version"


def test_what_was_just_done_is_read_back(called: Called) -> None:
    done = {name.partition("/")[0]: name for name in called.file("visit.json")["versions"]}
    assert done["order"] in json.dumps(called.file("timeline.json"))
    assert done["hazard"].partition("/")[2] in json.dumps(called.file("register.json"))


def test_a_refusal_names_its_page_which_is_there(called: Called) -> None:
    assert called.file("problem.json")["type"] == "/problems/invalid-request"
    assert "422" in called.out and "invalid-request" in (called.folder / "page.html").read_text("utf-8")


def test_the_reader_of_the_guide_takes_each_fact_once_and_notices_damage(
    house: Composition, called: Called
) -> None:
    assert called.code == 0
    guide: dict[str, Any] = {}
    exec(BLOCKS["follow"], guide)
    facts = house.desk("oversight", LEDGER).ledger.read(0, 10_000)
    sent = [message(fact) for fact in facts]
    taken: list[tuple[Any, ...]] = []
    guide["follow"]([*sent, *sent[-3:]], {}, lambda *fact: taken.append(fact))
    assert taken == [(LEDGER, fact.position, fact.type, fact.body) for fact in facts]
    damaged = Message(sent[0].key, sent[0].value.replace(b"t-qinghe", b"t-qingha") + b" ", sent[0].headers)
    with pytest.raises(ValueError, match="damaged"):
        guide["follow"]([damaged], {}, lambda *_fact: None)
