"""Append-only is granted: what a service's role can and cannot do, and the second lock behind it."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from shared.ledger.engines import open_ledger
from shared.ledger.grants import ROLES, grant
from shared.ledger.port import ForeignKind, Ledger, NewFact, Unchanged, Write
from shared.ledger.verify import verify

BODY = b'{"type":"report.noted.v1"}'
FACT = NewFact("report.noted.v1", BODY)
Login = Callable[[Engine, str], Engine]
INSERT = (
    "insert into fact (ledger, stream, version, type, body) values (:ledger, :stream, :version, 'x.v1', 'x')"
)


@pytest.fixture
def ledger(engine: Engine, ledger_name: str, as_role: Login) -> Ledger:
    """A ledger as the intake's role sees it: it may write reports in it, and nothing elsewhere."""
    open_ledger(engine, ledger_name).append("c", b"h", [Write("order/1", 0, (FACT,))])
    grant(engine, "bihuan_intake", ledger_name, {"report"})
    return open_ledger(as_role(engine, "bihuan_intake"), ledger_name, "bihuan_intake")


@pytest.fixture
def intake(postgres: Engine, ledger_name: str, as_role: Login) -> Engine:
    """The intake's own login: granted reports in this ledger, nothing in the neighbouring one."""
    for name in (ledger_name, f"{ledger_name}-neighbour"):
        open_ledger(postgres, name).append(
            "c", b"h", [Write("report/1", 0, (FACT,)), Write("order/1", 0, (FACT,))]
        )
    grant(postgres, "bihuan_intake", ledger_name, {"report"})
    return as_role(postgres, "bihuan_intake")


def test_a_role_writes_the_kinds_that_it_was_granted(ledger: Ledger) -> None:
    appended = ledger.append("d", b"h", [Write("report/1", 0, (FACT,))], [Unchanged("order/1", 1)])
    assert (appended.first, verify(ledger.read()).sound) == (2, 2)


def test_a_role_is_refused_another_kind(ledger: Ledger) -> None:
    with pytest.raises(ForeignKind) as refused:
        ledger.append("d", b"h", [Write("report/1", 0, (FACT,)), Write("order/1", 1, (FACT,))])
    assert refused.value.stream == "order/1"
    assert (ledger.head(), ledger.answer("d", b"h")) == (1, None)


def test_a_new_grant_takes_the_place_of_the_old(engine: Engine, ledger: Ledger, as_role: Login) -> None:
    grant(engine, "bihuan_intake", ledger.name, {"order"})
    now = open_ledger(as_role(engine, "bihuan_intake"), ledger.name, "bihuan_intake")
    assert now.append("d", b"h", [Write("order/1", 1, (FACT,))]).last == 2
    with pytest.raises(ForeignKind):
        now.append("e", b"h", [Write("report/1", 0, (FACT,))])


def test_a_role_without_a_grant_sees_nothing_and_writes_nothing(
    postgres: Engine, intake: Engine, ledger_name: str
) -> None:
    neighbour = open_ledger(intake, f"{ledger_name}-neighbour")
    assert (neighbour.head(), neighbour.read(), neighbour.answer("c", b"h")) == (0, [], None)
    with pytest.raises(ForeignKind):
        neighbour.append("d", b"h", [Write("report/2", 0, (FACT,))])


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_be_granted_to_read_only(
    postgres: Engine, ledger_name: str, as_role: Login, role: str
) -> None:
    open_ledger(postgres, ledger_name).append("c", b"h", [Write("order/1", 0, (FACT,))])
    grant(postgres, role, ledger_name, ())
    reader = open_ledger(as_role(postgres, role), ledger_name)
    assert reader.head() == 1
    with pytest.raises(ForeignKind):
        reader.append("d", b"h", [Write("order/1", 1, (FACT,))])


@pytest.mark.parametrize(("other", "stream"), [("", "order/2"), ("-neighbour", "report/2")])
def test_raw_sql_of_a_role_cannot_write_elsewhere(
    intake: Engine, ledger_name: str, other: str, stream: str
) -> None:
    with pytest.raises(DBAPIError, match="row-level security"), intake.begin() as connection:
        connection.execute(text(INSERT), {"ledger": ledger_name + other, "stream": stream, "version": 1})


def test_raw_sql_of_a_role_cannot_read_elsewhere(intake: Engine, ledger_name: str) -> None:
    with intake.connect() as connection:
        for table in ("fact", "command", "ledger_grant"):
            seen = set(connection.execute(text(f"select ledger from {table}")).scalars())
            assert ledger_name in seen and f"{ledger_name}-neighbour" not in seen


@pytest.mark.parametrize(
    "statement",
    [
        "update fact set body = 'x'",
        "delete from fact",
        "truncate fact",
        "update command set last = 1",
        "delete from command",
        "insert into ledger_grant values ('bihuan_intake', 'elsewhere', array['report'])",
        "update clock set mode = 'frozen'",
        "insert into installation (kind, created) values ('demonstration', 0)",
        "delete from sealed",
        "update sealed_read set reader = 'x'",
        "alter table fact disable trigger fact_append_only",
    ],
)
def test_a_role_has_no_right_to_change_anything(intake: Engine, statement: str) -> None:
    with pytest.raises(DBAPIError, match=r"permission denied|must be owner"), intake.begin() as connection:
        connection.execute(text(statement))


def test_raw_sql_cannot_choose_position_time_kind_or_leaf(intake: Engine, ledger_name: str) -> None:
    statement = (
        "insert into fact (ledger, position, stream, kind, version, type, recorded_at, body, leaf)"
        " values (:ledger, 99, 'report/2', 'report', 1, 'report.noted.v1', 0, cast(:body as bytea), 'x')"
    )
    with intake.begin() as connection:
        connection.execute(text(statement), {"ledger": ledger_name, "body": BODY})
    report = verify(open_ledger(intake, ledger_name).read())
    assert (report.sound, report.flaw) == (3, None)


def test_raw_sql_cannot_skip_a_version(intake: Engine, ledger_name: str) -> None:
    with pytest.raises(DBAPIError, match="is at version 1"), intake.begin() as connection:
        connection.execute(text(INSERT), {"ledger": ledger_name, "stream": "report/1", "version": 3})


@pytest.mark.parametrize("table", ["fact", "command", "installation", "sealed", "sealed_read"])
def test_even_the_owner_is_stopped_by_the_second_lock(postgres: Engine, table: str) -> None:
    for statement in (f"delete from {table}", f"truncate {table}"):
        with pytest.raises(DBAPIError, match="only grows"), postgres.begin() as connection:
            connection.execute(text(statement))


def test_even_the_owner_cannot_update_facts(engine: Engine, ledger: Ledger) -> None:
    for table, column in (("fact", "type"), ("command", "id")):
        with pytest.raises(DBAPIError, match="only grows"), engine.begin() as connection:
            connection.execute(
                text(f"update {table} set {column} = 'x' where ledger = :name"), {"name": ledger.name}
            )


def test_sqlite_refuses_to_delete_or_replace_facts(sqlite: Engine, ledger_name: str) -> None:
    ledger = open_ledger(sqlite, ledger_name)
    ledger.append("c", b"h", [Write("order/1", 0, (FACT,))])
    for statement in (
        "delete from fact where ledger = :name",
        "insert or replace into fact select ledger, position, stream, kind, version, 'x', recorded_at, body,"
        " leaf from fact where ledger = :name",
        "insert into fact select ledger, 9, stream, kind, 2, type, recorded_at, body, leaf"
        " from fact where ledger = :name",
        "insert or replace into command select * from command where ledger = :name",
        "delete from command where ledger = :name",
    ):
        with pytest.raises(IntegrityError), sqlite.begin() as connection:
            connection.execute(text(statement), {"name": ledger_name})
    assert verify(ledger.read()).sound == 1


def test_the_grants_are_read_once_per_query_and_not_per_fact(intake: Engine, ledger_name: str) -> None:
    query = "explain select * from fact where ledger = :name and position > 0 order by position limit 500"
    with intake.begin() as connection:
        connection.execute(text("set local enable_seqscan = off"))
        plan = "\n".join(connection.execute(text(query), {"name": ledger_name}).scalars())
    assert "InitPlan" in plan
    assert "SubPlan" not in plan
    assert "Index Cond" in plan
