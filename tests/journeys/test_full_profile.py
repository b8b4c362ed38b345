"""The production shape: every process apart, killed with -9 at random or long without Kafka, and no report is lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from bihuan.apart import Apart
from bihuan.composition import Composition
from bihuan.demo.story import FULL, Kills, emptied, play
from bihuan.founding import LEDGER
from bihuan.full_profile import opened
from bihuan.installation import Installation, Kafka, make_installation
from bihuan.loading.registry_folder import read_registry
from bihuan.loading.shipped import REGISTRY, VISITS
from bihuan.loading.visits_file import read_visits
from bihuan.parts.telling import Teller
from bihuan.reconciling.differences import differences
from bihuan.reconciling.once import reconcile
from bihuan.reconciling.snapshot import snapshot
from services.oversight.words import Language
from services.registry.handlers import register
from services.registry.records import within
from shared.law.periods import SHANGHAI
from shared.ledger.installation import Installation as Kind
from shared.runtime import access
from shared.runtime.access import PrincipalKind
from tests.fakes.chance import LONG, chance
from tests.journeys.chaos.campaign import wait_until
from tests.journeys.told import assert_told_as_simulated

PATIENCE_S = 600.0
BEGINS = datetime(2025, 9, 12, 9, tzinfo=SHANGHAI)
ENDS = datetime(2025, 11, 21, 15, tzinfo=SHANGHAI)
"""Of the demonstration's story."""
OUTAGE_S = 300 if LONG else 20


@pytest.mark.timeout(3000)
def test_the_story_in_the_production_shape_is_the_same_whatever_is_killed_when(parts_folder: Path) -> None:
    lines: list[str] = []
    played = play(FULL, emptied(parts_folder / "demo-full"), Language.EN, lines.append, at_random(6))
    assert sum("kill -9" in line for line in lines) == 6
    assert_told_as_simulated(played)


def at_random(count: int) -> Callable[[Apart], Kills]:
    """So many kills of different parts, at moments between the story's first step and its last."""
    luck = chance()

    def kills(apart: Apart) -> Kills:
        moments = sorted(BEGINS + luck.random() * (ENDS - BEGINS) for _ in range(count))
        return list(zip(moments, luck.sample(sorted(apart.parts), count), strict=True))

    return kills


@pytest.fixture(scope="module")
def full(parts_folder: Path) -> Iterator[Apart]:
    folder = parts_folder / "full"
    folder.mkdir(mode=0o711)
    with opened(folder, Teller(), founded) as full:
        yield full


def founded(folder: Path, _teller: Teller, database: str, kafka: Kafka | None) -> Installation:
    """The demonstration's township without its visits: whom it registers, on the day after the last of them."""
    begins = max(event.row.at for event in read_visits(VISITS).visits)
    made = make_installation(folder, Kind.DEMONSTRATION, (LEDGER,), database, begins=begins, kafka=kafka)
    house = Composition(made)
    entries, _none = read_registry(REGISTRY, LEDGER)
    register(house.desk("registry", LEDGER), within(entries, made.ledgers), trace="test")
    house.clock.run()
    house.close()
    return made


class Town:
    """The interfaces of the separate services, asked as channels and officers would."""

    def __init__(self, full: Apart) -> None:
        self._addresses, engine, self._asked = full.addresses, full.house.engine(), 0
        kinds = {"p-004": PrincipalKind.PERSON, "ch-grid": PrincipalKind.CHANNEL}
        self._tokens = {who: access.issue(engine, LEDGER, who, kind) for who, kind in kinds.items()}

    def post(self, service: str, path: str, who: str, body: dict[str, Any]) -> dict[str, Any]:
        """Ask until the service answers: a repetition under the same key is harmless."""
        self._asked += 1
        headers = self._as(who) | {"Idempotency-Key": f"full-{self._asked}"}
        found: list[httpx.Response] = []

        def answered() -> bool:
            try:
                found.append(
                    httpx.post(self._addresses[service] + path, json=body, headers=headers, timeout=30)
                )
            except httpx.TransportError:
                return False
            return found[-1].status_code < 500

        wait_until(answered, PATIENCE_S)
        assert found[-1].status_code in (200, 201), found[-1].text
        answer: dict[str, Any] = found[-1].json()
        return answer

    def register(self, who: str) -> list[dict[str, Any]]:
        """All pages of the register; nothing while oversight is away."""
        rows: list[dict[str, Any]] = []
        after: str | None = ""
        while after is not None:
            params = {"limit": "200"} | ({"after": after} if after else {})
            try:
                url = self._addresses["oversight"] + "/register"
                answer = httpx.get(url, params=params, headers=self._as(who), timeout=30)
            except httpx.TransportError:
                return []
            if answer.status_code != 200:
                return []
            rows += answer.json()["rows"]
            after = answer.json()["next"]
        return rows

    def report(self, place: str) -> str:
        """A grid member's report of this place; answers its id."""
        made = self.post(
            "intake", "/reports", "ch-grid",
            {"community": "sq-01", "serious": False, "words": "仓库门口堵了", "place": place},
        )  # fmt: skip
        return str(made["id"])

    def accept(self, report: str, place: str) -> None:
        """An officer finds that it is a hazard."""
        self.post(
            "intake", f"/reports/{report}/triage", "p-004",
            {"outcome": "accepted", "community": "sq-01", "reasons": "属实待查", "defect": "门口堵塞", "place": place},
        )  # fmt: skip

    def _as(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._tokens[who]}"}


@pytest.fixture(scope="module")
def town(full: Apart) -> Town:
    return Town(full)


@pytest.mark.timeout(3600)
def test_a_report_becomes_a_listed_and_watched_hazard_while_processes_are_killed(
    full: Apart, town: Town
) -> None:
    victims = sorted(full.parts)
    chance().shuffle(victims)
    places = {f"东门仓库{number}": victim for number, victim in enumerate(victims)}
    for place, victim in places.items():
        report = town.report(place)
        full.parts[victim].kill()
        town.accept(report, place)
    assert_each_is_listed_once_and_all_agree(full, town, set(places))


@pytest.mark.timeout(3600)
def test_what_is_reported_during_a_long_outage_of_kafka_is_listed_and_watched_afterwards(
    full: Apart, town: Town
) -> None:
    """300 seconds in a long run (BIHUAN_LONG=1)."""
    places, end = set[str](), time.monotonic() + OUTAGE_S
    while time.monotonic() < end:
        full.parts["kafka"].kill()  # again and again: it is always being started
        place = f"西门仓库{len(places)}"
        town.accept(town.report(place), place)
        places.add(place)
    assert_each_is_listed_once_and_all_agree(full, town, places)


def assert_each_is_listed_once_and_all_agree(full: Apart, town: Town, places: set[str]) -> None:
    """The reports' hazards are in the register, and ledger, bus, read models and watches agree in every row."""
    wait_until(lambda: {row["place"] for row in town.register("p-004")} >= places, PATIENCE_S)
    listed = [row["place"] for row in town.register("p-004") if row["place"] in places]
    assert sorted(listed) == sorted(places), "each report became one hazard, once"
    ledger = full.house.desk("oversight", LEDGER).ledger
    wait_until(lambda: not differences([snapshot(full.house, ledger)]), PATIENCE_S * 3)
    done = reconcile(full.house, ledger, grace=PATIENCE_S, newest=None, told=lambda _done, _of: None)
    assert done.found == ()
