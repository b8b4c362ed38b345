"""A thing is found by the beginning of its id, without a look at the rest of the book."""

from sqlalchemy import Engine, event, text

from shared.ledger.engines import open_ledger
from shared.ledger.port import Ledger, NewFact, Write

NOTED = NewFact("hazard.noted.v1", b"{}")


def write(ledger: Ledger, *streams: str) -> None:
    ledger.append(f"c:{streams[0]}", b"h", [Write(stream, 0, (NOTED, NOTED)) for stream in streams])


def test_streams_are_found_by_the_beginning_of_their_names(ledger: Ledger) -> None:
    write(ledger, "hazard/3f2a-1", "hazard/3f2b", "hazard/3F2a", "hazard/3f2", "order/3f2a", "hazard/3f2a-0")
    assert ledger.streams("hazard/3f2a", 9) == ["hazard/3f2a-0", "hazard/3f2a-1"]
    assert ledger.streams("hazard/3f2", 2) == ["hazard/3f2", "hazard/3f2a-0"]
    assert ledger.streams("hazard/4", 9) == []


def test_streams_of_another_ledger_are_not_found(engine: Engine, ledger_name: str) -> None:
    write(open_ledger(engine, f"{ledger_name}-other"), "hazard/3f2a")
    assert open_ledger(engine, ledger_name).streams("hazard/3f2a", 9) == []


def test_finding_a_stream_reads_an_index_and_not_the_book(own_engine: Engine) -> None:
    ledger = open_ledger(own_engine, "book")
    for hundred in range(30):
        write(ledger, *(f"hazard/{hundred:02}{n:02}" for n in range(100)))
    asked: list[tuple[str, object]] = []

    @event.listens_for(own_engine, "before_cursor_execute")
    def _keep(_connection: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        asked.append((statement, values))

    assert ledger.streams("hazard/2999", 9) == ["hazard/2999"]
    plan = _plan(own_engine, *asked[-1])
    assert "SEARCH fact USING" in plan or "fact_stream_name" in plan, plan
    assert "stream" in plan.replace("fact_stream_name", ""), plan  # the name bounds the search


def _plan(engine: Engine, statement: str, values: object) -> str:
    explain = "explain " if engine.dialect.name == "postgresql" else "explain query plan "
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("analyze fact"))
        rows = connection.exec_driver_sql(explain + statement, values)  # type: ignore[arg-type]
        return "\n".join(str(row) for row in rows)
