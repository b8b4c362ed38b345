"""Reconciliation finds what was lost, skipped or left undone, on both databases, and nothing while all is well."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import delete, insert, select, text, update

from bihuan.cli import ExitCode, run
from bihuan.composition import Composition
from bihuan.reacting import reactions
from bihuan.reconciling import standing as standing_turns
from bihuan.reconciling.differences import Kind as Trouble
from bihuan.reconciling.differences import Side
from bihuan.reconciling.once import Reconciled, reconcile
from bihuan.reconciling.standing import Standing
from bihuan.recovering import move, starter_name
from services.oversight.tables import HAZARD_REGISTER, THING_LINK
from services.oversight.views import read_models
from shared.bus import cursors
from shared.bus.projection import consumer_name, live
from shared.bus.tail import catch_up
from shared.law.periods import SHANGHAI
from shared.runtime import armed, metrics
from shared.runtime.armed import ARMED, OPEN_OBLIGATION
from shared.runtime.channels import FileChannel
from shared.runtime.deliveries import DELIVERY, Deliveries
from shared.vocabulary.identities import kind_of
from tests.fakes.office import LEDGER, act, ordered
from workflows.steps import QUEUES

IN_A_MOMENT = 0.0


@pytest.fixture
def house(house: Composition) -> Composition:
    """With two orders, watched and in order."""
    desk = house.desk("rectification", LEDGER)
    for name in ("one", "two"):
        act(desk, f"serve-{name}", "serve_order", ordered(desk, name), how="direct", receipt="r")
    settle(house)
    return house


def settle(house: Composition) -> None:
    """What the processes of an installation do until there is nothing more to do."""
    engine, ledger = house.engine("oversight"), house.desk("oversight", LEDGER).ledger
    consumers = [live(engine, ledger, model) for model in read_models(ledger, house.law)]
    channel = FileChannel(house.installation.folder / "messages")
    deliveries = Deliveries(engine, house.desk("rectification", LEDGER), [channel])
    while catch_up(engine, ledger, [*consumers, deliveries.consumer, *reactions(house, LEDGER)]):
        deliveries.deliver()
    for one in armed.unarmed(engine, LEDGER) + armed.behind(engine, LEDGER):
        house.watch_service(QUEUES[kind_of(one.stream)]).look(LEDGER, one.stream, "run-1")
    move(house, starter_name("engine"), LEDGER, ledger.head())


def reconciled(house: Composition, *, newest: int | None = None) -> Reconciled:
    ledger = house.desk("oversight", LEDGER).ledger
    return reconcile(house, ledger, grace=IN_A_MOMENT, newest=newest, told=lambda _done, _of: None)


def found(house: Composition) -> set[tuple[Side, Trouble, str]]:
    return {(one.side, one.kind, one.by or kind_of(one.subject)) for one in reconciled(house).found}


def order_of(house: Composition) -> str:
    return armed.owing(house.engine("oversight"), LEDGER)[0]


def test_nothing_differs_while_all_is_well(house: Composition) -> None:
    assert reconciled(house).found == ()
    assert reconciled(house, newest=5).after == house.desk("oversight", LEDGER).ledger.head() - 5


def lose_a_hazard(house: Composition) -> None:
    rows = HAZARD_REGISTER
    with house.engine("oversight").begin() as tx:
        [hazard, *_] = tx.execute(select(rows.c.hazard)).scalars().all()
        tx.execute(delete(rows).where(rows.c.hazard == hazard))


def lose_one_of_an_orders_obligations(house: Composition) -> None:
    rows = OPEN_OBLIGATION.c
    with house.engine("oversight").begin() as tx:
        [obligation, *others] = tx.execute(
            select(rows.obligation).where(rows.stream == order_of(house))
        ).scalars()
        assert others, "the order still owes something else"
        tx.execute(
            delete(OPEN_OBLIGATION).where(rows.stream == order_of(house), rows.obligation == obligation)
        )


def put_off_a_due(house: Composition) -> None:
    with house.engine("oversight").begin() as tx:
        later = OPEN_OBLIGATION.c.legal_due + 86_400_000_000
        tx.execute(
            update(OPEN_OBLIGATION).where(OPEN_OBLIGATION.c.stream == order_of(house)).values(legal_due=later)
        )


def add_a_link(house: Composition) -> None:
    row = {
        "ledger": LEDGER,
        "generation": 1,
        "stream": order_of(house),
        "other": "hazard/none",
        "position": 1,
    }
    with house.engine("oversight").begin() as tx:
        tx.execute(insert(THING_LINK), row)


def remove_an_armed_row(house: Composition) -> None:
    armed.disarm(house.engine("oversight"), LEDGER, order_of(house))


def let_a_watch_fall_behind(house: Composition) -> None:
    with house.engine("oversight").begin() as tx:
        tx.execute(update(ARMED).where(ARMED.c.stream == order_of(house)).values(seen_version=1))


def lose_all_that_an_order_owes(house: Composition) -> None:
    stream = order_of(house)
    with house.engine("oversight").begin() as tx:
        tx.execute(delete(OPEN_OBLIGATION).where(OPEN_OBLIGATION.c.stream == stream))


def set_a_cursor_beyond_the_head(house: Composition) -> None:
    move(house, "rectification.note_case", LEDGER, 10_000)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (lose_a_hazard, {(Side.READ_MODELS, Trouble.LOST, "register")}),
        (lose_one_of_an_orders_obligations, {(Side.READ_MODELS, Trouble.LOST, "obligations")}),
        (put_off_a_due, {(Side.READ_MODELS, Trouble.WRONG, "obligations")}),
        (add_a_link, {(Side.READ_MODELS, Trouble.STRAY, "links")}),
        (remove_an_armed_row, {(Side.WATCHES, Trouble.UNARMED, "order")}),
        (let_a_watch_fall_behind, {(Side.WATCHES, Trouble.BEHIND, "order")}),
        (
            lose_all_that_an_order_owes,
            {(Side.WATCHES, Trouble.IDLE, "order"), (Side.READ_MODELS, Trouble.LOST, "obligations")},
        ),
        (set_a_cursor_beyond_the_head, {(Side.BUS, Trouble.BEYOND, "rectification.note_case")}),
    ],
    ids=lambda given: getattr(given, "__name__", ""),
)
def test_a_seeded_fault_is_found_and_named(
    house: Composition,
    fault: Callable[[Composition], None],
    expected: set[tuple[Side, Trouble, str]],
) -> None:
    fault(house)
    assert found(house) == expected


def skip(house: Composition, consumer: str) -> None:
    """Set a cursor to the head without passing what lies before it."""
    move(house, consumer, LEDGER, house.desk("oversight", LEDGER).ledger.head())


def test_a_read_model_whose_cursor_was_skipped_ahead_is_found(house: Composition) -> None:
    act(house.desk("rectification", LEDGER), "visit-three", "report_completion",
        order_of(house).partition("/")[2], items=[1], measures="已清理")  # fmt: skip
    skip(house, consumer_name("obligations", 1))
    settle(house)
    assert (Side.READ_MODELS, Trouble.WRONG, "obligations") in found(house)


def test_a_reaction_whose_cursor_was_skipped_ahead_is_found(house: Composition) -> None:
    desk = house.desk("rectification", LEDGER)
    hazard = next(fact.stream for fact in desk.ledger.read(limit=1000) if kind_of(fact.stream) == "hazard")
    act(
        desk, "finding", "find_violation", hazard.partition("/")[2], legal_item="AQ105(2)", finding="封堵出口"
    )
    skip(house, "enforcement.open_source")
    settle(house)
    assert found(house) == {(Side.BUS, Trouble.NOT_DONE, "enforcement.open_source")}
    assert not any(kind_of(fact.stream) == "source" for fact in desk.ledger.read(limit=1000)), (
        "only looked at"
    )


def test_a_message_that_is_neither_sent_nor_queued_is_found(house: Composition) -> None:
    house.clock.set_forward(datetime(2026, 3, 4, 9, tzinfo=SHANGHAI))
    order = order_of(house)
    service = house.watch_service("rectification")
    service.take(LEDGER, order, "run-1", service.look(LEDGER, order, "run-1").steps)
    skip(house, "deliveries")
    settle(house)
    assert found(house) == {(Side.BUS, Trouble.NOT_QUEUED, "deliveries")}
    with house.engine("oversight").begin() as tx:
        tx.execute(delete(DELIVERY))
    move(house, "deliveries", LEDGER, 0)
    settle(house)
    assert found(house) == set()


def test_a_parked_stream_is_no_difference_but_counted_by_itself(house: Composition) -> None:
    engine, stream = house.engine("oversight"), order_of(house)
    with engine.begin() as tx:
        tx.execute(delete(OPEN_OBLIGATION).where(OPEN_OBLIGATION.c.stream == stream))
        cursors.park(tx, consumer_name("obligations", 1), LEDGER, stream, 1, "cannot be folded")
    assert all(one.by != "obligations" for one in reconciled(house).found)
    Standing(house, house.desk("oversight", LEDGER).ledger).turn()
    assert metrics.PARKED.labels(LEDGER, "obligations")._value.get() == 1


def test_a_fact_that_was_altered_is_found(house: Composition) -> None:
    """By someone with the rights of the database's owner, for no role of ours can."""
    with house.engine().begin() as tx:
        if house.engine().dialect.name == "postgresql":
            tx.execute(text("alter table fact disable trigger user"))
        else:
            tx.execute(text("drop trigger fact_no_update"))
        tx.execute(text("update fact set recorded_at = recorded_at + 1 where position = 3"))
    assert (Side.LEDGER, Trouble.DAMAGED) in {(side, kind) for side, kind, _ in found(house)}


def difference(side: Side) -> float:
    return float(metrics.DIFFERENCE.labels(LEDGER, side)._value.get())


def test_what_is_in_flight_counts_only_when_it_lasts(
    house: Composition, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two looks a grace apart, with half of one between."""
    now = [1000.0]
    monkeypatch.setattr("bihuan.reconciling.snapshot.time.monotonic", lambda: now[0])
    turns = Standing(house, house.desk("oversight", LEDGER).ledger)
    grace = house.installation.monitoring.grace_s
    turns.turn()
    remove_an_armed_row(house)
    ordered(house.desk("rectification", LEDGER), "three")  # nobody has passed its facts yet
    counted = []
    for seconds in (0.0, grace / 2, grace / 2):
        now[0] += seconds
        turns.turn()
        counted.append((difference(Side.WATCHES) > 0, difference(Side.BUS) > 0))
    assert counted == [(False, False), (False, False), (True, True)]
    settle(house)
    turns.turn()
    assert [difference(side) for side in Side] == [0, 0, 0, 0]


def test_the_standing_walk_finds_a_lost_row_anywhere_and_drops_it_when_it_is_back(
    house: Composition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing_turns, "WINDOW", 5)
    ledger = house.desk("oversight", LEDGER).ledger
    turns = Standing(house, ledger)
    for _ in range(ledger.head() // 5 + 1):
        turns.turn()
    assert difference(Side.READ_MODELS) == 0
    with house.engine("oversight").begin() as tx:
        [row, *_] = [dict(one) for one in tx.execute(select(HAZARD_REGISTER)).mappings()]
        tx.execute(delete(HAZARD_REGISTER).where(HAZARD_REGISTER.c.hazard == row["hazard"]))
    for _ in range(ledger.head() // 5 + 1):
        turns.turn()
    assert difference(Side.READ_MODELS) == 1
    turns.turn()
    assert difference(Side.READ_MODELS) == 1, "it is not forgotten while the walk is elsewhere"
    with house.engine("oversight").begin() as tx:
        tx.execute(insert(HAZARD_REGISTER), row)
    turns.turn()
    assert difference(Side.READ_MODELS) == 0


def test_the_command_says_which_side_is_off_and_exits_with_1(
    house: Composition, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["reconcile", "--home", str(house.installation.folder), "--grace", "0"]
    assert run(arguments) == ExitCode.DONE
    assert [line.split("：")[0].split(":")[0] for line in capsys.readouterr().out.splitlines()[1:]] == [
        "账本 ledger", "总线 bus", "台账 read models", "跟踪 watches",
    ]  # fmt: skip
    lose_a_hazard(house)
    assert run(arguments) == ExitCode.REFUSED
    said = capsys.readouterr().out
    assert "台账 read models: 相差 1 / off by 1" in said
    assert "跟踪 watches: 一致 / in agreement" in said
    assert "bihuan projection rebuild register" in said
    assert run([*arguments, "--deep", "--json"]) == ExitCode.REFUSED
    told = json.loads(capsys.readouterr().out)
    assert (told["difference"], told["sides"]["read_models"], told["compared"]["from"]) == (1, 1, 1)
    assert run(["projection", "rebuild", "register", "--home", str(house.installation.folder)]) == 0
    assert run(arguments) == ExitCode.DONE
