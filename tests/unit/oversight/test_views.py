"""Read models are what the ledger's facts make, however they came to be built."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text

from services.oversight import lists
from services.oversight.filters import LateFilter, RegisterFilter
from services.oversight.hazard_entry import entry
from services.oversight.lists import Window
from services.oversight.tables import HAZARD_REGISTER
from services.oversight.views import HazardRegister, read_models
from services.oversight.words import Language
from shared.bus import projection
from shared.bus.projection import Overtaken, rebuild
from shared.law.reckoning import open_obligations
from shared.runtime import armed
from shared.runtime.armed import OPEN_OBLIGATION
from shared.vocabulary.hazard_facts import HazardCaseEnded, HazardCaseLinked
from tests.unit.oversight.town import make_town

ACTS = st.lists(st.sampled_from(["visit", "serve", "pass", "fail", "day", "read"]), min_size=3, max_size=14)


def rows(engine: Engine, table: str) -> list[dict[str, object]]:
    """Every row of a read model but for its generation, in a fixed order."""
    with engine.connect() as connection:
        found = connection.execute(text(f"select * from {table}")).mappings()
        kept = [{key: value for key, value in row.items() if key != "generation"} for row in found]
    return sorted(kept, key=repr)


def live_history(town, acts: list[str]) -> None:
    """Let the acts happen, as far as the law allows each of them; some of them while the models follow."""
    orders: list[str] = []
    for n, act in enumerate(acts):
        try:
            match act:
                case "visit":
                    orders.append(town.visit(f"隐患{n}", f"隐患{n}乙"))
                case "serve" if orders:
                    town.serve(orders[-1])
                case "pass" if orders:
                    town.reinspect(orders[-1], item1=True)
                case "fail" if orders:
                    town.reinspect(orders[-1], item2=False)
                case "day":
                    town.clock.shown += timedelta(days=9)
                case "read":
                    town.catch_up()
                case _:
                    pass
        except Exception as refusal:
            if not type(refusal).__module__.startswith("shared.vocabulary"):
                raise


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=ACTS)
def test_read_models_equal_a_fold_of_the_ledger(tmp_path_factory, law, acts):
    town = make_town(tmp_path_factory.mktemp("town"), law)
    live_history(town, acts)
    town.catch_up()
    streams = {stored.stream for stored in town.desk.ledger.read(limit=10_000)}
    histories = {stream: town.desk.load(stream).records for stream in streams}
    lines = {line for stream in streams if stream.startswith("hazard/") if (line := entry(histories[stream]))}
    with town.engine.connect() as connection:
        shown = {
            (r.hazard, r.stage, r.under_order, r.item) for r in connection.execute(select(HAZARD_REGISTER))
        }
        owed = {
            (r.stream, r.obligation, r.legal, r.revision)
            for r in connection.execute(select(OPEN_OBLIGATION).where(OPEN_OBLIGATION.c.state == "open"))
        }
    assert shown == {(line.hazard, str(line.stage), line.order, line.item) for line in lines}
    assert owed == {
        (o.stream, o.id, o.due.legal.isoformat(), o.revision)
        for records in histories.values()
        for o in open_obligations(records, law.rulebook, law.calendar)
    }
    town.engine.dispose()


@pytest.mark.parametrize(
    ("table", "index"),
    [("hazard_register", 0), ("open_obligation", 1), ("thing_link", 2), ("hazard_likeness", -1)],
)
def test_a_rebuilt_model_equals_the_one_that_followed(town, table, index):
    live_history(town, ["visit", "read", "serve", "read", "day", "day", "fail", "read", "visit", "serve"])
    town.catch_up()
    followed = rows(town.engine, table)
    rebuild(
        town.engine, town.desk.ledger, read_models(town.desk.ledger, town.desk.law)[index], lambda *_: None
    )
    assert followed
    assert rows(town.engine, table) == followed


def test_the_old_generation_serves_until_the_new_one_is_whole(town):
    town.visit("通道堵塞", "油桶无标签")
    town.catch_up()
    ledger, during = town.desk.ledger, []

    def told(_position: int, _head: int) -> None:
        page = lists.register(town.engine, ledger.name, town.desk.law, RegisterFilter(), Window())
        during.append((len(page.rows), page.reflects))

    model = read_models(ledger, town.desk.law)[0]
    generation = rebuild(town.engine, ledger, model, told)
    assert (generation, during) == (2, [(2, ledger.head())])


def test_a_follower_of_a_removed_generation_writes_nothing(town):
    town.visit("通道堵塞")
    town.catch_up()
    ledger = town.desk.ledger
    model = read_models(ledger, town.desk.law)[0]
    old = projection.live(town.engine, ledger, model)
    rebuild(town.engine, ledger, model, lambda *_: None)
    town.visit("油桶无标签")
    assert projection.run_once(town.engine, ledger, old) == 0
    assert len(rows(town.engine, "hazard_register")) == 1


def test_a_rebuild_that_another_overtakes_ends_without_effect(town):
    town.visit("通道堵塞")
    town.catch_up()
    ledger = town.desk.ledger

    def model() -> HazardRegister:
        return read_models(ledger, town.desk.law)[0]

    def overtake(_position: int, _head: int) -> None:
        rebuild(town.engine, ledger, model(), lambda *_: None)

    with pytest.raises(Overtaken):
        rebuild(town.engine, ledger, model(), overtake)
    assert len(rows(town.engine, "hazard_register")) == 1


def test_the_sweep_finds_an_obligation_past_due_without_a_lapse(town):
    town.serve(town.visit("通道堵塞"))
    town.catch_up()
    town.clock.shown += timedelta(days=16)
    found = armed.overdue(town.engine, "t-1", town.clock.now(), timedelta(hours=1))
    assert "T07/1#1" in {one.obligation for one in found}


def test_the_sweep_is_silent_before_the_grace_is_over(town):
    town.serve(town.visit("通道堵塞"))
    town.catch_up()
    town.clock.shown = town.clock.shown.replace(hour=0, minute=30) + timedelta(days=15)
    assert armed.overdue(town.engine, "t-1", town.clock.now(), timedelta(hours=1)) == []


def test_a_thing_that_owes_is_unarmed_until_a_look(town):
    order = town.visit("通道堵塞")
    town.catch_up()
    assert [one.stream for one in armed.unarmed(town.engine, "t-1")] == [f"order/{order}"]
    armed.record_look(town.engine, "t-1", f"order/{order}", "run", 1, None, town.clock.now())
    assert armed.unarmed(town.engine, "t-1") == armed.behind(town.engine, "t-1") == []


def test_a_watch_that_saw_less_is_behind(town):
    order = town.visit("通道堵塞")
    armed.record_look(town.engine, "t-1", f"order/{order}", "run", 1, None, town.clock.now())
    town.serve(order)
    town.catch_up()
    [behind] = armed.behind(town.engine, "t-1")
    assert (behind.version, behind.seen) == (2, 1)


def test_an_older_look_does_not_hide_a_newer_one(town):
    at = town.clock.now()
    armed.record_failure(town.engine, "t-1", "order/x", "run", "boom", at)
    armed.record_look(town.engine, "t-1", "order/x", "run", 5, None, at)
    armed.record_look(town.engine, "t-1", "order/x", "run", 4, at, at)
    assert rows(town.engine, "armed")[0]["seen_version"] == 5
    assert armed.stuck(town.engine, "t-1") == []


def test_failing_looks_show_as_stuck_since_the_first(town):
    at = town.clock.now()
    armed.record_failure(town.engine, "t-1", "order/x", "run", "boom", at)
    armed.record_failure(town.engine, "t-1", "order/x", "run", "boom again", at + timedelta(hours=1))
    [stuck] = armed.stuck(town.engine, "t-1")
    assert (stuck.failing_since, stuck.failure) == (at, "boom again")


def test_the_late_list_says_whose_duty_and_why_red(town):
    town.serve(town.visit("通道堵塞"))
    town.catch_up()
    town.clock.shown += timedelta(days=15)
    at = town.clock.now()
    wanted = LateFilter(role="enforcement_officer", bearer="party")
    [row] = lists.late(town.engine, "t-1", town.desk.law, wanted, Window(), at, Language.ZH).rows
    assert (row["row"], row["state"], row["colour"], row["why"]) == ("T07", "late", "red", "已逾期1个工作日")


def test_the_register_is_paged_without_loss_or_repetition(town):
    town.visit("甲", "乙", "丙")
    town.catch_up()
    seen, after = [], None
    while True:
        page = lists.register(town.engine, "t-1", town.desk.law, RegisterFilter(open=True), Window(1, after))
        seen += [row["defect"] for row in page.rows]
        if (after := page.next) is None:
            break
    assert seen == ["甲", "乙", "丙"]


def test_the_register_says_whether_a_case_about_a_hazard_runs(town):
    town.visit("甲")
    [hazard] = {f.stream[7:] for f in town.desk.ledger.read(limit=500) if f.stream.startswith("hazard/")}

    def shown():
        town.catch_up()
        return lists.register(town.engine, "t-1", town.desk.law, RegisterFilter(), Window()).rows[0][
            "penalty_case"
        ]

    said = [shown()]
    for fact in (
        HazardCaseLinked(hazard, "a", "1号"),
        HazardCaseLinked(hazard, "b", "2号"),
        HazardCaseEnded(hazard, "a", "给予行政处罚;已履行"),
        HazardCaseEnded(hazard, "b", "移交县局"),
    ):
        town.record(f"hazard/{hazard}", fact)
        said.append(shown())
    assert said == [None, "under_way", "under_way", "under_way", "ended"]
