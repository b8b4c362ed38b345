"""What every ledger promises to one writer."""

from datetime import UTC

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from shared.ledger.engines import open_ledger
from shared.ledger.port import (
    CommandReused,
    Ledger,
    NewFact,
    Unchanged,
    VersionConflict,
    Write,
)


def noted(n: int) -> NewFact:
    return NewFact("hazard.noted.v1", b'{"n":%d,"type":"hazard.noted.v1"}' % n)


def eleven(expected: int = 0) -> list[Write]:
    return [Write(f"hazard/{n:02}", expected, (noted(n),)) for n in range(11)]


def test_a_new_ledger_is_empty(ledger: Ledger) -> None:
    assert (ledger.head(), ledger.version("order/1"), ledger.read(), ledger.stream("order/1")) == (
        0,
        0,
        [],
        [],
    )


def test_facts_are_read_back_as_they_were_written(ledger: Ledger) -> None:
    words = NewFact("报告.v1", '{"type":"报告.v1","words":"安全出口堵塞 \\u0000"}'.encode())
    ledger.append("c", b"h", [Write("report/甲", 0, (words, noted(2)))])
    first, second = ledger.stream("report/甲")
    assert (first.ledger, first.position, first.stream, first.version) == (ledger.name, 1, "report/甲", 1)
    assert (first.type, first.body, len(first.leaf)) == (words.type, words.body, 32)
    assert (second.position, second.version, second.body) == (2, 2, noted(2).body)
    assert first.recorded_at.tzinfo is UTC


def test_one_append_writes_many_streams_in_the_order_given(ledger: Ledger) -> None:
    appended = ledger.append(
        "visit", b"h", [Write("order/1", 0, (noted(1), noted(2))), Write("hazard/1", 0, (noted(3),))]
    )
    assert (appended.first, appended.last, appended.repeated) == (1, 3, False)
    assert appended.versions == {"order/1": 2, "hazard/1": 1}
    assert [(fact.stream, fact.version) for fact in ledger.read()] == [
        ("order/1", 1),
        ("order/1", 2),
        ("hazard/1", 1),
    ]


def test_facts_of_one_append_share_their_recorded_time(ledger: Ledger) -> None:
    ledger.append("c", b"h", eleven())
    assert len({fact.recorded_at for fact in ledger.read()}) == 1


def test_reading_goes_on_from_a_position_within_bounds(ledger: Ledger) -> None:
    ledger.append("c", b"h", eleven())
    assert [fact.position for fact in ledger.read(after=3, limit=4)] == [4, 5, 6, 7]
    assert [fact.position for fact in ledger.read(after=3, upto=5)] == [4, 5]
    assert ledger.read(after=11) == []


def test_a_stream_is_read_on_from_a_version(ledger: Ledger) -> None:
    ledger.append("c", b"h", [Write("order/1", 0, (noted(1), noted(2), noted(3)))])
    assert [fact.version for fact in ledger.stream("order/1", after=1)] == [2, 3]


@pytest.mark.parametrize("expected", [0, 1, 3])
def test_a_write_on_another_version_is_refused(ledger: Ledger, expected: int) -> None:
    ledger.append("c", b"h", [Write("order/1", 0, (noted(1), noted(2)))])
    with pytest.raises(VersionConflict) as refused:
        ledger.append("d", b"h", [Write("order/1", expected, (noted(3),))])
    assert (refused.value.stream, refused.value.expected, refused.value.found) == ("order/1", expected, 2)
    assert ledger.head() == 2


def test_a_guard_refuses_when_what_was_read_has_moved(ledger: Ledger) -> None:
    ledger.append("c", b"h", [Write("certificate/1", 0, (noted(1),))])
    with pytest.raises(VersionConflict) as refused:
        ledger.append("d", b"h", [Write("order/1", 0, (noted(2),))], [Unchanged("certificate/1", 0)])
    assert (refused.value.stream, refused.value.found) == ("certificate/1", 1)
    ledger.append("d", b"h", [Write("order/1", 0, (noted(2),))], [Unchanged("certificate/1", 1)])
    assert ledger.version("certificate/1") == 1


def test_a_repeated_command_gets_its_first_answer(ledger: Ledger) -> None:
    first = ledger.append("c", b"h", eleven())
    again = ledger.append("c", b"h", eleven())
    assert (again.first, again.last, again.versions) == (first.first, first.last, first.versions)
    assert (again.repeated, ledger.head()) == (True, 11)


def test_a_repeated_command_is_answered_after_its_streams_moved_on(ledger: Ledger) -> None:
    ledger.append("c", b"h", eleven())
    ledger.append("d", b"h", eleven(expected=1))
    assert ledger.append("c", b"h", eleven()).last == 11


def test_a_command_id_with_another_body_is_refused(ledger: Ledger) -> None:
    ledger.append("c", b"h", [Write("order/1", 0, (noted(1),))])
    with pytest.raises(CommandReused):
        ledger.append("c", b"other", [Write("order/2", 0, (noted(1),))])
    with pytest.raises(CommandReused):
        ledger.answer("c", b"other")
    assert ledger.head() == 1


def test_the_answer_to_a_command_can_be_asked_for(ledger: Ledger) -> None:
    assert ledger.answer("c", b"h") is None
    appended = ledger.append("c", b"h", [Write("order/1", 0, (noted(1),))])
    answered = ledger.answer("c", b"h")
    assert answered is not None and answered.versions == appended.versions and answered.repeated


def test_a_refused_command_leaves_nothing_and_may_come_again(ledger: Ledger) -> None:
    ledger.append("c", b"h", [Write("hazard/10", 0, (noted(1),))])
    with pytest.raises(VersionConflict):
        ledger.append("visit", b"h", eleven())
    assert (ledger.head(), ledger.answer("visit", b"h")) == (1, None)
    writes = [*eleven()[:10], Write("hazard/10", 1, (noted(2),))]
    assert ledger.append("visit", b"h", writes).versions["hazard/10"] == 2


def test_a_write_that_the_database_refuses_leaves_nothing(engine: Engine, ledger_name: str) -> None:
    ledger = open_ledger(engine, ledger_name)
    with pytest.raises(DBAPIError):
        ledger.append("c", b"h", [*eleven(), Write(f"hazard/{'9' * 600}", 0, (noted(1),))])
    assert (ledger.head(), ledger.answer("c", b"h")) == (0, None)


@pytest.mark.parametrize(
    ("writes", "unchanged"),
    [
        ([], []),
        ([Write("order/1", 0, ())], []),
        ([Write("order/1", 0, (noted(1),)), Write("order/1", 1, (noted(2),))], []),
        ([Write("order/1", 0, (noted(1),))], [Unchanged("order/1", 0)]),
        ([Write("order", 0, (noted(1),))], []),
        ([Write("/1", 0, (noted(1),))], []),
        ([Write("order/", 0, (noted(1),))], []),
    ],
)
def test_an_append_without_meaning_is_refused(
    ledger: Ledger, writes: list[Write], unchanged: list[Unchanged]
) -> None:
    with pytest.raises(ValueError, match=r"append|stream"):
        ledger.append("c", b"h", writes, unchanged)
