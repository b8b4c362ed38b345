"""Who reported, and who is to be punished, is in no file of a running installation: ledger, lists, logs, engine, messages."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from bihuan.composition import Composition
from bihuan.installation import make_installation
from bihuan.parts.ladder import Binary
from bihuan.parts.temporal import TemporalServer
from services.registry.handlers import register
from services.registry.records import Entry
from shared.law.periods import SHANGHAI
from shared.ledger.installation import Installation as Kind
from shared.runtime import access, armed
from shared.runtime.access import PrincipalKind
from shared.vocabulary.hand_over_facts import HandOverReceived
from shared.vocabulary.obligation_facts import ObligationLapsed
from shared.vocabulary.registry_facts import ChannelRegistered, OfficeRegistered
from shared.vocabulary.source_facts import SourceOpened
from tests.fakes.office import LEDGER, found_office
from tests.journeys.chaos.campaign import wait_until

CANARIES = (
    "canary-words 油罐漏油", "canary-place 东墙外", "canary-name 张某某", "13800009999",
    "canary-party 欧阳某某", "11010119900101123X",
)  # fmt: skip
WORDS, PLACE, NAME, PHONE, PARTY, NUMBER = CANARIES
COUNTY = "c-test"
REPORT = {
    "community": "c1",
    "serious": True,
    "words": WORDS,
    "place": PLACE,
    "reporter": {"name": NAME, "phone": PHONE},
}


@dataclass
class Served:
    """An installation served by a process of its own, and a way to ask it."""

    folder: Path
    house: Composition
    client: httpx.Client
    tokens: dict[str, str]

    def post(self, path: str, body: Any, who: str, second: str | None = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.tokens[who]}", "Idempotency-Key": os.urandom(8).hex()}
        if second:
            headers["Second-Officer"] = f"Bearer {self.tokens[second]}"
        return self.client.post(path, json=body, headers=headers)


@pytest.fixture
def served(parts_folder: Path, temporal_binary: Binary) -> Iterator[Served]:
    """Everything in one folder: database, files, messages, the engine's store and both logs."""
    folder = parts_folder / "identities"
    begins = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
    house = Composition(
        make_installation(folder / "home", Kind.DEMONSTRATION, (LEDGER, COUNTY), "", begins=begins)
    )
    house.clock.freeze()
    desk = house.desk("registry", LEDGER)
    found_office(desk)
    county = OfficeRegistered("county_emb", "县局", "county_bureau", None, COUNTY)
    entries = [Entry("channel/ch", ChannelRegistered("ch", "热线", "hotline_12350"))]
    register(desk, [*entries, Entry("office/county_emb", county)], trace="t")
    people = ("p1", "p2", "head", "deputy")
    tokens = {p: access.issue(house.engine(), LEDGER, p, PrincipalKind.PERSON) for p in people}
    tokens["ch"] = access.issue(house.engine(), LEDGER, "ch", PrincipalKind.CHANNEL)
    temporal, port = TemporalServer(temporal_binary, folder / "temporal"), _free_port()
    temporal.start()
    command = [str(Path(sys.executable).with_name("bihuan")), "serve", "--home", str(folder / "home"),
               "--engine", temporal.address, "--port", str(port)]  # fmt: skip
    with (folder / "served.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        yield Served(folder, house, client, tokens)
    process.terminate()
    process.wait(30)
    temporal.stop()
    house.close()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/reports/by-tracking/none").status_code > 0
    except httpx.TransportError:
        return False


def _done(answer: httpx.Response) -> Any:
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def _punish_a_person(served: Served) -> None:
    """A violation, a case, a penalty proposed for a person, and the whole handed to the county."""
    item = {"defect": "报警装置被关闭", "place": "喷涂车间", "legal_item": "AQ99(4)", "measure": "none"}
    visit = {"enterprise": "e1", "community": "c1", "items": [item]}
    made = _done(served.post("/visits", visit, "p1", "p2"))
    hazard = next(stream for stream in made["versions"] if stream.startswith("hazard/"))
    found = {"legal_item": "AQ99(4)", "finding": "关闭报警装置"}
    _done(served.post(f"/hazards/{hazard.partition('/')[2]}/find_violation", found, "p1"))
    ledger = served.house.desk("oversight", LEDGER).ledger
    wait_until(lambda: any(f.type == SourceOpened.TYPE for f in ledger.read(limit=1000)))
    source = next(f.stream for f in ledger.read(limit=1000) if f.type == SourceOpened.TYPE).partition("/")[2]
    filing = {"outcome": "filed", "reasons": "事实清楚", "basis": "安全生产法第99条"}
    _done(served.post(f"/sources/{source}/propose_disposition", filing, "p1"))
    _done(served.post(f"/sources/{source}/dispose_source", filing, "deputy"))
    evidence = {"record": "询问笔录1", "kind": "询问", "summary": "承认"}
    _done(served.post(f"/cases/{source}/take_evidence", evidence, "p1", "p2"))
    person = {"id": "e1-boss", "kind": "person", "post": "主要负责人", "name": PARTY, "id_number": NUMBER}
    penalty = {
        "party": person,
        "item": "AQ94",
        "tier": "first",
        "fine": 3_000_000,
        "cell": "c",
        "factors": ["f"],
    }
    proposal = {"report": "成立", "penalties": [penalty]}
    served.post(f"/cases/{source}/propose_penalty", proposal | {"report": f"{PARTY}未履职"}, "p1", "p2")
    served.post(f"/cases/{source}/propose_penalty", proposal | {PARTY: NUMBER}, "p1", "p2")
    _done(served.post(f"/cases/{source}/propose_penalty", proposal, "p1", "p2"))
    asked = {"party": "e1-boss", "reason": "制作移交书"}
    assert PARTY in served.post(f"/cases/{source}/open_party", asked, "p1").text
    _done(
        served.post(f"/cases/{source}/hand_over_case", {"to": "county_emb", "reasons": "超出权限"}, "deputy")
    )
    county = served.house.desk("oversight", COUNTY).ledger
    wait_until(lambda: any(f.type == HandOverReceived.TYPE for f in county.read(limit=1000)))


@pytest.mark.timeout(300)
def test_no_file_of_a_running_installation_says_who_reported_or_is_punished(served: Served) -> None:
    wait_until(lambda: _answers(served.client))
    received = served.post("/reports", REPORT, "ch")
    assert received.status_code == 201, received.text
    served.post("/reports", REPORT | {"community": WORDS}, "ch")
    served.post("/reports", REPORT | {NAME: PHONE}, "ch")
    report = received.json()["id"]
    assert NAME in served.post(f"/reports/{report}/open", {"reason": "核实情况"}, "head").text
    triage = {
        "outcome": "accepted",
        "community": "c1",
        "reasons": "属实",
        "defect": "储罐渗漏",
        "place": "罐区",
    }
    assert served.post(f"/reports/{report}/triage", triage, "head").status_code == 200
    _punish_a_person(served)
    engine, ledger = served.house.engine("oversight"), served.house.desk("oversight", LEDGER).ledger
    for book in (LEDGER, COUNTY):
        wait_until(lambda book=book: armed.count(engine, book) > 0 and not armed.behind(engine, book))
    # Nobody goes to see: the engine wakes, writes rungs and a lapse, and messages are sent.
    served.house.clock.set_forward(served.house.clock.now() + timedelta(days=20))
    served.house.clock.run(1)
    wait_until(lambda: any(f.type == ObligationLapsed.TYPE for f in ledger.read(limit=1000)))
    wait_until(lambda: any((served.folder / "home/messages").glob("*")))
    files = [path for path in served.folder.rglob("*") if path.is_file()]
    assert {"temporal.db", "served.log"} <= {path.name for path in files}
    found = {
        (str(path.relative_to(served.folder)), canary)
        for path in files
        for canary in CANARIES
        for form in (canary.encode(), canary.encode("unicode_escape"))
        if form in path.read_bytes()
    }
    assert found == set()
