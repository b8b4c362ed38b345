"""Duplicates from report to result, each service under its own role in the database, through a crash of the reaction."""

from __future__ import annotations

from bihuan.composition import Composition
from bihuan.processes import SERVICES
from bihuan.reacting import reactions
from services.intake import reactions as intake
from services.oversight import lists
from services.oversight.lists import Window
from services.oversight.views import read_models
from services.oversight.words import Language
from shared.bus import cursors
from shared.bus.projection import live
from shared.bus.tail import catch_up
from shared.law.reckoning import open_obligations
from shared.runtime.desk import Acting, Call, Change
from shared.vocabulary.fact import Actor
from shared.vocabulary.hazard_facts import HazardReported
from shared.vocabulary.report_facts import ReportAnswered, ReportReceived
from shared.wire.codec import recorded
from tests.fakes.office import LEDGER, act

TRIAGE = {"outcome": "accepted", "community": "c1", "enterprise": "e1", "reasons": "受理", "defect": "出口堵塞",
          "place": "一车间"}  # fmt: skip


def report(house: Composition, name: str) -> None:
    """A channel reports; an officer accepts it."""
    desk = house.desk("intake", LEDGER)
    fact = ReportReceived(name, "hotline", "c1", False, "0" * 64, "e1")
    acting = Acting((Actor("hotline", "channel", "hotline"),), house.clock.now(), None, ())
    desk.append(
        Call(name, name.encode(), "hotline", "trace"), acting, Change(desk.load(f"report/{name}"), (fact,))
    )
    act(desk, f"triage-{name}", "triage_report", name, **TRIAGE)


def follow(house: Composition) -> None:
    """Every service reacts and the read models follow, until nothing is new."""
    oversight, ledger = house.engine("oversight"), house.desk("oversight", LEDGER).ledger
    models = read_models(ledger, house.law)
    moved = True
    while moved:
        own = [catch_up(house.engine(s), ledger, reactions(house, LEDGER, [s])) for s in SERVICES]
        kept = catch_up(oversight, ledger, [live(oversight, ledger, model) for model in models])
        moved = bool(sum(own) + kept)
    assert cursors.parked(oversight, LEDGER) == []


def proposed(house: Composition) -> list[tuple[str, str]]:
    """The pairs that wait for a decision."""
    page = lists.duplicates(house.engine("oversight"), LEDGER, None, None, Window(), Language.ZH)
    return [(row["duplicate"]["hazard"], row["survivor"]["hazard"]) for row in page.rows]


def test_duplicates_are_proposed_merged_and_answered_once_through_a_crash(house: Composition) -> None:
    report(house, "r1")
    report(house, "r2")
    follow(house)
    desk = house.desk("rectification", LEDGER)
    facts = [recorded(stored).fact for stored in desk.ledger.read(limit=1000)]
    survivor, duplicate = [fact.hazard for fact in facts if isinstance(fact, HazardReported)]
    assert proposed(house) == [(duplicate, survivor)]
    act(desk, "merge", "merge_hazard", duplicate, into=survivor, reasons="同一出口")
    follow(house)
    assert proposed(house) == []
    records = desk.load(f"hazard/{duplicate}").records
    assert open_obligations(records, house.law.rulebook, house.law.calendar) == ()
    act(desk, "look", "find_unfounded", survivor, reasons="出口畅通")
    follow(house)
    # The worker died after it had answered and before its cursor moved: everything comes again.
    with house.engine("intake").begin() as tx:
        cursors.move(tx, intake.NAME, LEDGER, 0)
    follow(house)
    told = [recorded(stored).fact for stored in desk.ledger.read(limit=1000)]
    answers = [(fact.report, fact.result) for fact in told if isinstance(fact, ReportAnswered)]
    assert answers == [("r1", "unfounded"), ("r2", "unfounded")]
    assert [fact.to for fact in told if fact.TYPE == "message.owed.v1"] == [("hotline",)] * 2
