"""What any consumer parked is set going again from the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bihuan.composition import Composition
from bihuan.installation import make_installation
from bihuan.tails import deliveries
from shared.bus.consumer import run_once
from shared.ledger.installation import Installation
from shared.ledger.port import NewFact, Write
from shared.vocabulary.fact import Actor, Context, Recorded
from shared.vocabulary.paper_facts import MessageOwed
from shared.wire.codec import encode
from tests.unit.cli.conftest import LEDGER, Ask

OWED = MessageOwed("m1", ("office_head",), "order/1", "2026-03-02", "有到期事项")
CONTEXT = Context(
    (Actor("p", "office_head", "o"),), datetime(2026, 3, 2, tzinfo=UTC), "c", "c", "r", "k", "t"
)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Composition]:
    """An installation that owes one message, which its deliveries could not take."""
    made = Composition(make_installation(tmp_path, Installation.DEMONSTRATION, (LEDGER,)))
    book = made.desk("rectification", LEDGER).ledger
    book.append("c", b"h" * 32, [Write("message/m1", 0, (NewFact(OWED.TYPE, encode(OWED, CONTEXT)),))])

    def failing(_tx: Connection, _streams: Sequence[Sequence[Recorded]]) -> None:
        raise ValueError("no channel takes this")

    consumer = replace(deliveries(made, LEDGER).consumer, handle=failing)
    run_once(made.engine("rectification"), book, consumer)
    yield made
    made.close()


def test_what_the_deliveries_parked_is_driven_again_and_then_waits_to_be_sent(
    bihuan: Ask, house: Composition, tmp_path: Path
) -> None:
    [parked] = json.loads(bihuan("bus", "parked", "--home", tmp_path, "--json").out)
    said = bihuan("bus", "redrive", parked["consumer"], parked["stream"], "--home", tmp_path)
    assert said.code == 0
    assert json.loads(bihuan("bus", "parked", "--home", tmp_path, "--json").out) == []
    assert [one.message for one in deliveries(house, LEDGER).pending()] == ["m1"]


def test_a_consumer_that_is_not_there_is_answered_with_those_that_are(
    bihuan: Ask, house: Composition, tmp_path: Path
) -> None:
    said = bihuan("bus", "redrive", "delivery", "message/m1", "--home", tmp_path)
    assert said.code == 2
    assert "deliveries" in said.err
