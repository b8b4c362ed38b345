"""What is counted, under which labels; and every metric is in the page that people read."""

from __future__ import annotations

import hashlib
import io
import logging
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import structlog
from fastapi.testclient import TestClient

from services.oversight.api import router
from shared.law.periods import SHANGHAI
from shared.ledger.memory import MemoryLedger
from shared.ledger.port import Appended, CommandReused, VersionConflict
from shared.runtime import metrics
from shared.runtime.access import Principal, PrincipalKind
from shared.runtime.desk import Acting, Call, Change, Desk, Loaded
from shared.runtime.doors import Doors
from shared.runtime.http import service_app
from shared.runtime.law_files import load_law
from shared.runtime.telemetry import configure
from shared.vocabulary.fact import Actor
from shared.vocabulary.refusals import NotAllowed
from shared.vocabulary.registry_facts import CommunityRegistered

PAGE = (Path(__file__).parents[3] / "docs/monitoring.md").read_text("utf-8")
MORNING = datetime(2025, 9, 15, 9, tzinfo=SHANGHAI)


def value(name: str, **labels: str) -> float:
    return metrics.REGISTRY.get_sample_value(name, labels) or 0.0


class Hands:
    def now(self) -> datetime:
        return MORNING


@pytest.fixture
def desk(request: pytest.FixtureRequest) -> Desk:
    """A book that no other test counts for."""
    return Desk(MemoryLedger(request.node.name, Hands().now), load_law(), Hands())


def call(command: str, body: str = "") -> Call:
    return Call(command, hashlib.sha256((body or command).encode()).digest(), "p1", "0" * 32)


def add(desk: Desk, command: str, expected: int, body: str = "") -> Appended:
    acting = Acting((Actor("p1", "registrar", "o"),), MORNING, None, ())
    on = Loaded("community/c1", desk.load("community/c1").records[:expected])
    return desk.append(call(command, body), acting, Change(on, (CommunityRegistered("c1", "某社区"),)))


def appends(desk: Desk, outcome: str) -> float:
    name = "bihuan_ledger_append_duration_seconds_count"
    return value(name, ledger=desk.ledger.name, outcome=outcome)


def test_each_append_is_counted_by_ledger_and_outcome(desk: Desk) -> None:
    add(desk, "a", 0)
    add(desk, "a", 0)
    with pytest.raises(VersionConflict):
        add(desk, "b", 0)
    with pytest.raises(CommandReused):
        add(desk, "a", 0, body="other")
    assert [appends(desk, outcome) for outcome in ("success", "repeated", "conflict", "refusal", "error")] == [
        1, 1, 1, 1, 0,
    ]  # fmt: skip


def test_an_append_that_fails_for_another_reason_is_an_error(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> Appended:
        raise ConnectionError

    monkeypatch.setattr(desk.ledger, "append", away)
    with pytest.raises(ConnectionError):
        add(desk, "a", 0)
    assert appends(desk, "error") == 1


def test_a_refused_command_is_counted_by_its_code(desk: Desk) -> None:
    def refuse() -> Appended:
        raise NotAllowed("不可", "no", basis="x")

    with pytest.raises(NotAllowed):
        desk.run(call("a"), refuse)
    assert value("bihuan_command_refusals_total", ledger=desk.ledger.name, code=NotAllowed.code) == 1


def test_requests_are_counted_by_template_never_by_address_or_invented_method(tmp_path: Path) -> None:
    who = {"officer": Principal("t-1", "p1", PrincipalKind.PERSON)}
    doors = Doors(lambda _ledger: None, who.get)
    app = service_app("oversight", who.get, [router(doors, None)])  # type: ignore[arg-type]
    template, name = "/things/{kind}/{thing}/timeline", "bihuan_http_requests_total"
    before = value(name, method="GET", route=template, status="401")
    with TestClient(app) as client:
        client.get("/things/hazard/canary-4711/timeline")
        client.get("/canary-4711")
        client.request("CANARY", "/register")
    assert value(name, method="GET", route=template, status="401") == before + 1
    shown = [str(sample.labels) for one in metrics.REGISTRY.collect() for sample in one.samples]
    assert not any("canary" in labels.lower() for labels in shown)


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level, logging_as = list(root.handlers), root.level, structlog.get_config()
    out = io.StringIO()
    configure("test", as_json=True, level="ERROR", out=out)
    yield out
    root.handlers[:], root.level = before, level
    structlog.configure(**logging_as)


def test_a_log_line_that_asks_for_a_person_is_counted(logged: io.StringIO) -> None:
    structlog.get_logger("x").error("test.alarm", alarm=True)
    structlog.get_logger("x").error("test.alarm")
    assert value("bihuan_alarms_total", event="test.alarm") == 1
    assert logged.getvalue().count("\n") == 2


def documented() -> set[str]:
    return set(re.findall(r"`((?:bihuan|process)_[a-z_]+)`", PAGE))


def test_every_metric_is_in_the_page_and_the_page_has_no_other() -> None:
    shown = {
        f"{one.name}_total" if one.type == "counter" and not one.name.endswith("_total") else one.name
        for one in metrics.REGISTRY.collect()
    }
    assert documented() == shown


def test_names_say_their_unit_and_labels_are_from_closed_sets() -> None:
    for metric in metrics.REGISTRY.collect():
        if metric.name.startswith("bihuan") and metric.type == "histogram":
            assert metric.name.endswith("_seconds")
    labels = {
        label
        for metric in vars(metrics).values()
        if hasattr(metric, "_labelnames")
        for label in metric._labelnames
    }
    assert labels == {"ledger", "outcome", "code", "method", "route", "status", "event", "consumer", "side"}


def test_every_alarm_of_the_code_is_in_the_page() -> None:
    sources = [
        file.read_text("utf-8")
        for folder in ("bihuan", "services", "shared", "workflows")
        for file in (Path(__file__).parents[3] / folder).rglob("*.py")
    ]
    alarm = re.compile(r'log\.(\w+)\(\s*"([\w.]+)"[^()]*(?:\([^()]*\)[^()]*)*?\balarm=True')
    alarms = {found for source in sources for found in alarm.findall(source)}
    assert {event for _, event in alarms} <= set(re.findall(r"^\| `([\w.]+)` \|", PAGE, re.M))
    assert len(alarms) == sum(source.count("alarm=True") for source in sources)
    assert {level for level, _ in alarms} <= {"error", "exception"}, (
        "a quieter line may not be written at all"
    )
