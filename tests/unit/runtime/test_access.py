"""Tokens: shown once, kept as digests, revoked at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from shared.ledger.engines import open_engine
from shared.ledger.schema import migrate
from shared.runtime.access import TOKEN, Principal, PrincipalKind, issue, revoke, who


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path}/ledger.db")
    migrate(engine)
    yield engine
    engine.dispose()


def test_a_token_stands_for_its_principal_until_revoked(engine: Engine) -> None:
    token = issue(engine, "t-1", "p-1", PrincipalKind.PERSON)
    assert who(engine, token) == Principal("t-1", "p-1", PrincipalKind.PERSON)
    assert revoke(engine, "t-1", "p-1", PrincipalKind.PERSON) == 1
    assert who(engine, token) is None
    assert revoke(engine, "t-1", "p-1", PrincipalKind.PERSON) == 0


def test_revoking_one_principal_leaves_the_others(engine: Engine) -> None:
    kept = [
        issue(engine, "t-1", "p-2", PrincipalKind.PERSON),
        issue(engine, "t-2", "p-1", PrincipalKind.PERSON),
        issue(engine, "t-1", "p-1", PrincipalKind.CHANNEL),
    ]
    issue(engine, "t-1", "p-1", PrincipalKind.PERSON)
    revoke(engine, "t-1", "p-1", PrincipalKind.PERSON)
    assert all(who(engine, token) for token in kept)


def test_only_the_digest_is_kept(engine: Engine) -> None:
    token = issue(engine, "t-1", "p-1", PrincipalKind.PERSON)
    assert token.startswith("bh_")
    assert len(token) == 46
    with engine.connect() as connection:
        row = connection.execute(select(TOKEN)).one()
    assert token not in str(row)


@pytest.mark.parametrize("principal", ["", "a:b", "a b", "张三", "x" * 121])
def test_an_id_that_could_be_mistaken_gets_no_token(engine: Engine, principal: str) -> None:
    with pytest.raises(ValueError, match="principal"):
        issue(engine, "t-1", principal, PrincipalKind.PERSON)


@pytest.mark.parametrize("text", ["", "bh_", "x" * 46, "bh_" + "x" * 43, "bh_" + "é" * 43])
def test_anything_else_stands_for_nobody(engine: Engine, text: str) -> None:
    assert who(engine, text) is None
