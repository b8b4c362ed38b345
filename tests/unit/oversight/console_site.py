"""The console of a small town, served to people with real tokens, beside another township that is none of their business."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import unescape

from fastapi import FastAPI
from starlette.testclient import TestClient

from services.oversight import api
from services.oversight.console.pages import Console
from services.oversight.console.sessions import Sessions
from shared.ledger.engines import open_ledger
from shared.ledger.installation import Installation, found
from shared.runtime import access
from shared.runtime.access import Principal, PrincipalKind
from shared.runtime.desk import Desk
from shared.runtime.doors import Doors
from shared.runtime.http import service_app
from shared.runtime.throttle import Throttle
from shared.vocabulary.case_facts import (
    CaseFiled,
    DecisionMade,
    Party,
    PartyKind,
    Penalty,
    PenaltyOutcome,
    Procedure,
    Tier,
)
from shared.vocabulary.hazard_facts import HazardReported, Source
from shared.vocabulary.registry_facts import PersonRegistered
from shared.vocabulary.report_facts import ReportReceived
from shared.vocabulary.source_facts import Ground, Outcome, SourceDisposed, SourceOpened
from tests.unit.oversight.town import Town

HOSTILE = """<script>alert(1)</script>"'><img src=x onerror=alert(1)>{{31337*31337}}</dd>&lt;\u202e𠮷"""
"""What somebody wrote into every field that is free text."""
SERIOUS = "危险化学品仓库东侧安全出口被大量成品货物堵塞且应急照明损坏" * 4
"""As long as officers write when it matters."""


@dataclass
class Seconds:
    """Real time as a test has it."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Served:
    """The town, its console, and the tokens of its people."""

    town: Town
    app: FastAPI
    tokens: dict[str, str]
    seconds: Seconds
    others_hazard: str
    things: dict[str, str] = field(default_factory=dict)

    def client(self, base_url: str = "http://console.test") -> TestClient:
        """A browser that nobody is signed in with."""
        return TestClient(self.app, base_url=base_url, follow_redirects=False, raise_server_exceptions=False)

    def signed_in(self, who: str = "p1") -> TestClient:
        """A browser with which somebody is signed in."""
        client = self.client()
        answer = sign_in(client, self.tokens[who])
        assert answer.status_code == 303, answer.text
        return client

    def story(self, kind: str, lang: str = "zh") -> str:
        """Where the story of the town's thing of a kind is."""
        return f"/console/{lang}/things/{kind}/{self.things[kind]}"


def sign_in(client: TestClient, token: str, *, to: str = "", lang: str = "zh", **headers: str):
    """Open the form and send it."""
    form = client.get(f"/console/{lang}/sign-in", params={"to": to} if to else {})
    fields = {"proof": proof_in(form.text), "to": to, "token": token}
    return client.post(f"/console/{lang}/sign-in", data=fields, headers=headers)


def proof_in(html: str) -> str:
    """The proof that a page's form carries."""
    found_proof = re.search(r'name="proof" value="([0-9a-f]{64})"', html)
    assert found_proof, html
    return found_proof[1]


def text_of(html: str) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html)))


def serve(town: Town, *, attempts: int = 1000) -> Served:
    """The town's console; a person of another township has a token too, and a hazard there."""
    found(town.engine, Installation.DEMONSTRATION)
    other = Town(town.engine, Desk(open_ledger(town.engine, "t-2"), town.desk.law, town.clock), town.clock)
    other.record("person/q1", PersonRegistered("q1", "外镇人员", ("enforcement_officer",), "off2"))
    other.record(
        "hazard/h-other", HazardReported("h-other", Source.VISIT, "v-other", "c9", "别处", "外镇的隐患", "e9")
    )
    other.catch_up()
    town.record("person/grid", PersonRegistered("grid", "网格员", ("enterprise_grid_member",), "off"))
    tokens = {
        who: access.issue(town.engine, ledger, who, kind)
        for ledger, who, kind in (
            ("t-1", "p1", PrincipalKind.PERSON),
            ("t-1", "h", PrincipalKind.PERSON),
            ("t-1", "grid", PrincipalKind.PERSON),
            ("t-1", "gone", PrincipalKind.PERSON),
            ("t-1", "hotline", PrincipalKind.CHANNEL),
            ("t-2", "q1", PrincipalKind.PERSON),
        )
    }
    desks = {"t-1": town.desk, "t-2": other.desk}
    seconds = Seconds()

    def who(token: str) -> Principal | None:
        return access.who(town.engine, token)

    doors = Doors(desks.get, who)
    sessions, throttle = Sessions(town.engine, seconds), Throttle(attempts)
    console = Console(doors, town.engine, sessions, demonstration=True, throttle=throttle)
    routers = [console.router(), api.router(doors, town.engine)]
    app = service_app("oversight", who, routers, dialects=[console.pages()])
    return Served(town, app, tokens, seconds, "h-other")


def live(served: Served) -> None:
    """Let the town have something of everything: orders late and running, a case, hostile and very long texts."""
    town = served.town
    order = town.visit("通道堵塞", HOSTILE, SERIOUS)
    town.serve(order)
    town.clock.shown += timedelta(days=15)
    town.reinspect(order, item1=False, item3=True)
    running = town.visit("油桶无标签", "电气线路老化")
    town.serve(running)
    [hazard, *_] = [
        stored.stream.removeprefix("hazard/")
        for stored in town.desk.ledger.read(limit=500)
        if stored.stream.startswith("hazard/") and stored.version == 1
    ]
    reinspected = next(
        stored.position
        for stored in town.desk.ledger.read(limit=500)
        if stored.type == "order.reinspected.v1"
    )
    town.record(
        "source/s1",
        SourceOpened(
            "s1",
            Ground.FAILED_REINSPECTION,
            f"order/{order}",
            reinspected,
            "e1",
            ("AQ105(2)",),
            order,
            (1,),
            (hazard,),
        ),
    )
    _case(town, order, hazard)
    town.record("report/r1", ReportReceived("r1", "hotline", "c1", True, "承诺", "e1"))
    visit = next(
        stored.stream.removeprefix("visit/")
        for stored in town.desk.ledger.read(limit=500)
        if stored.stream.startswith("visit/")
    )
    town.catch_up()
    served.things = {
        "hazard": hazard, "order": order, "source": "s1", "case": "s1", "report": "r1", "visit": visit,
    }  # fmt: skip


def _case(town: Town, order: str, hazard: str) -> None:
    filed = CaseFiled(
        "s1",
        "(清)应急罚立〔2025〕1号",
        Procedure.ORDINARY,
        "s1",
        "e1",
        ("AQ105(2)",),
        (hazard,),
        order,
        True,
        "县应急局",
    )
    penalty = Penalty(
        Party("e1", PartyKind.ENTITY),
        "AQ105(2)",
        Tier.FIRST,
        3_000_000,
        0,
        10_000_000,
        "安全生产法第105条",
        "一处",
        ("初次",),
    )
    decided = DecisionMade(
        "s1", "e1", "(清)应急罚〔2025〕1号", Procedure.ORDINARY, PenaltyOutcome.PENALTY, PartyKind.ENTITY, penalty,
        "县应急局", True, HOSTILE,
    )  # fmt: skip
    town.record(
        "source/s1", SourceDisposed("s1", Outcome.FILED, "逾期未改", "行政处罚法第54条", filed.number)
    )
    town.record("case/s1", filed)
    town.record("case/s1", decided)


FIRST_DAY = date(2025, 9, 15)
"""On which the town's first visit was."""
