"""Connections that the server ended while they rested are noticed before they are used."""

from contextlib import ExitStack
from time import sleep

import pytest
from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.exc import OperationalError

from shared.ledger.engines import RESTED_S, open_engine

MANY = 3


def ended(engine: Engine, server: URL) -> None:
    """As a restart does: every connection of the pool is gone, and nobody told us."""
    with ExitStack() as stack:
        many = [stack.enter_context(engine.connect()) for _ in range(MANY)]
        backends = [one.exec_driver_sql("select pg_backend_pid()").scalar_one() for one in many]
    operator = create_engine(server)
    with operator.begin() as tx:
        for backend in backends:
            tx.exec_driver_sql(f"select pg_terminate_backend({backend}, 5000)")
    operator.dispose()


def test_no_command_fails_although_all_connections_were_ended(postgres_url: URL) -> None:
    engine = open_engine(postgres_url)
    ended(engine, postgres_url)
    sleep(2 * RESTED_S)
    with ExitStack() as stack:
        for _ in range(MANY):
            connection = stack.enter_context(engine.connect())
            assert connection.exec_driver_sql("select 1").scalar_one() == 1
    engine.dispose()


def test_an_engine_that_tries_none_would_fail(postgres_url: URL) -> None:
    engine = create_engine(postgres_url)
    ended(engine, postgres_url)
    with pytest.raises(OperationalError), engine.connect() as connection:
        connection.exec_driver_sql("select 1")
    engine.dispose()
