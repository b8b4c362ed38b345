"""One town in which every operation of every service is called: the acts as a scenario, the rest by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bihuan.scenarios.loading import load_scenario
from bihuan.scenarios.running import run_scenario
from services.oversight.figures import FIGURES
from shared.ledger.engines import open_ledger
from shared.runtime import armed
from shared.runtime.law_files import Law, load_law
from shared.vocabulary.identities import kind_of, thing_of
from shared.vocabulary.registry_facts import OfficeRegistered
from tests.contracts.http.asked import Answered, Asked
from tests.contracts.http.test_reports import photo

STORY = Path(__file__).with_name("every-act.yaml")
REPORT = {
    "community": "sq-01",
    "serious": False,
    "words": "一车间东侧消防通道被成品货物堵住，人走不过去",
    "place": "宏泽机械加工厂一车间东侧",
}
REPORTER = {"name": "李某某", "phone": "13800000000"}
CHANNEL, OFFICERS = "ch-grid", ("zhang", "li")
ON_PAPER = OfficeRegistered("county_fire_rescue", "临水县消防救援大队", "transfer_target")
"""An office that keeps no book here and answers on paper."""
_NAMED = {"last_name": "李", "first_name": "某某", "phone": "13800000000"}


def every_answer(folder: Path) -> tuple[dict[str, Any], list[Answered]]:
    """The description of the interface, and what it answered to each request."""
    answers: list[Answered] = []
    described: dict[str, Any] = {}

    @contextmanager
    def making(books: Sequence[str], law: Law, start: datetime) -> Iterator[Asked]:
        asked = Asked(folder, answers, books, start)
        described.update(asked.client.app.openapi())  # type: ignore[attr-defined]
        asked.enter("office/county_fire_rescue", ON_PAPER)
        yield asked
        _on_cases(asked)
        _on_reports(asked)
        _by_open311(asked)
        _on_lists(asked)
        asked.client.close()
        asked.house.close()

    law = load_law()
    result = run_scenario(load_scenario(STORY, law), law, making)
    assert result.ok, [check for check in result.checks if not check.ok]
    return described, answers


def _on_cases(asked: Asked) -> None:
    """What the scenario cannot name: a preservation by its id, and who a party is."""
    facts = [record.fact for record in asked.facts()]
    kept = next(fact for fact in facts if fact.TYPE == "case.evidence_preserved.v1")
    body = {"preservation": kept.preservation, "disposal": "核实后返还企业"}
    asked.ask("POST", f"/cases/{kept.case}/end_preservation", body, "shao")
    asked.ask(
        "POST", f"/cases/{kept.case}/open_party", {"party": "e-001-staff", "reason": "制作告知书"}, "fang"
    )
    taken = next(
        stored.stream
        for stored in open_ledger(asked.house.engine(), "county").read(0, 1000)
        if stored.type == "source.acknowledged.v1"
    )
    body = {"party": "e-001-staff", "reason": "核实当事人身份"}
    asked.ask("POST", f"/{taken.replace('source', 'sources')}/open_party", body, "yan", book="county")


def _on_reports(asked: Asked) -> None:
    """A channel reports with a photo, the reporter looks, officers open, triage and forget."""
    upload = asked.ask("POST", "/attachments", None, CHANNEL, content=photo("PNG"))
    full = REPORT | {"enterprise": "e-001", "reporter": REPORTER, "attachments": [upload["id"]]}
    one = asked.ask("POST", "/reports", full, CHANNEL)
    many = asked.ask("POST", "/reports/batch", {"reports": [REPORT, REPORT]}, CHANNEL)
    seen = asked.ask("GET", f"/reports/by-tracking/{one['tracking_number']}", who="")
    assert (seen["status"], seen["decided_on"]) == ("received", None)
    asked.ask("GET", f"/reports/{one['id']}/attachments/{upload['cleaned']}")
    asked.ask("POST", f"/reports/{one['id']}/open", {"reason": "回访举报人"})
    for report in (one, *many["reports"]):
        asked.ask("POST", f"/reports/{report['id']}/triage", {
            "outcome": "accepted", "community": "sq-01", "enterprise": "e-001", "reasons": "属于安全生产事项",
            "defect": "疏散通道被成品货物占用", "place": "一车间东侧",
        })  # fmt: skip
        asked.settle()
    asked.ask("GET", f"/reports/by-tracking/{one['tracking_number']}", who="")
    found = next(r.stream for r in reversed(asked.facts()) if kind_of(r.stream) == "hazard")
    asked.ask("POST", f"/hazards/{thing_of(found)}/find_unfounded", {"reasons": "未见堆货"}, *OFFICERS)
    asked.settle()
    asked.ask("GET", f"/reports/by-tracking/{many['reports'][1]['tracking_number']}", who="")
    asked.ask("POST", f"/reports/{one['id']}/forget", {})
    asked.refused("GET", "/reports/by-tracking/0000-0000", who="")
    asked.refused("POST", f"/reports/{one['id']}/forget", {})
    asked.refused("POST", f"/reports/{one['id']}/open", {"reason": "回访举报人"})


def _by_open311(asked: Asked) -> None:
    """The same by Open311, in JSON and in XML."""
    sent = urlencode({
        "service_code": "hazard", "attribute[community]": "sq-01", "description": REPORT["words"],
        "address_string": REPORT["place"], "lat": "36.117045", "long": "120.382639", **_NAMED,
    }).encode()  # fmt: skip
    made = asked.ask("POST", "/open311/v2/requests.json", None, CHANNEL, content=sent)
    asked.ask("POST", "/open311/v2/requests.xml", None, CHANNEL, content=sent)
    number = made[0]["service_request_id"]
    for form in ("json", "xml"):
        asked.ask("GET", f"/open311/discovery.{form}", who="")
        asked.ask("GET", f"/open311/v2/services.{form}", who="")
        asked.ask("GET", f"/open311/v2/services/hazard.{form}?jurisdiction_id={asked.ledger.name}", who="")
        asked.ask("GET", f"/open311/v2/requests/{number}.{form}", who="")
        asked.ask("GET", f"/open311/v2/requests.{form}?service_request_id={number}", who=CHANNEL)


def _on_lists(asked: Asked) -> None:
    """Every thing and list is read: in good order, then with something late, unwatched, behind and stuck."""
    asked.read_things()
    now, engine = asked.now() + timedelta(days=30), asked.house.engine()
    asked.clock.set_forward(now)  # nobody looks meanwhile
    owing = armed.owing(engine, asked.ledger.name)
    armed.record_look(engine, asked.ledger.name, owing[0], "run-1", 0, now, now)
    armed.record_failure(engine, asked.ledger.name, owing[1], "run-2", "OperationalError", now)
    for address in (
        "/register", "/register?limit=2", "/late", "/late?lang=en&limit=2", "/duplicates?lang=zh", "/duplicates?lang=en",
        "/monthly", "/monthly?month=2026-03", "/sweep", *(f"/monthly/{figure}" for figure in FIGURES),
    ):  # fmt: skip
        asked.ask("GET", address)
    for address in ("/register?limit=0", "/late?row=T99", "/hazards/none", "/monthly?month=2027-01"):
        asked.refused("GET", address)
    asked.refused("GET", "/register", who="")
    asked.refused("GET", "/register", who=CHANNEL)
