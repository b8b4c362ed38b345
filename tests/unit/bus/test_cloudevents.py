"""What is read from a message: our facts, byte for byte, and of anything else that it is none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shared.bus.cloudevents import Headers, NotAFact, message, stored
from tests.fakes.leaves import stored_fact

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
BODY = b'{"type":"message.owed.v1"}'
FACT = stored_fact("book", 7, "message/a", 2, "message.owed.v1", AT, BODY)
SENT = message(FACT)


def test_a_fact_is_read_from_its_message_as_it_was_stored() -> None:
    assert stored(SENT.key, SENT.value, SENT.headers) == FACT


def test_a_moment_is_read_in_utc_whatever_zone_it_was_written_in() -> None:
    read = stored(SENT.key, SENT.value, changed("ce_time", b"2026-03-02T17:30:00+08:00"))
    assert (read, read.recorded_at.tzinfo) == (FACT, UTC)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("ce_type", None, id="a header without a value"),
        pytest.param("ce_time", b"2026-03-02T09:30:00", id="a time without a zone"),
        pytest.param("ce_time", b"0001-01-01T00:00:00+23:00", id="a time before all times"),
        pytest.param("ce_id", b"-1", id="a position below zero"),
        pytest.param("ce_id", b"9" * 30, id="a position beyond all positions"),
        pytest.param("ce_streamversion", b"4294967296", id="a version beyond all versions"),
        pytest.param("ce_id", b"7" * 5000, id="a number too long to be read"),
        pytest.param("ce_subject", b"m" * 70_000, id="a stream with a name too long to be hashed"),
        pytest.param("ce_subject", b"\xff", id="a stream that is no text"),
        pytest.param("ce_source", b"/ledgers/other", id="another ledger than the key's"),
        pytest.param("ce_specversion", b"0.3", id="another version of the format"),
        pytest.param("ce_leaf", b"00", id="another leaf"),
        pytest.param("ce_type", b"obligation.lapsed.v1", id="a type that is not the body's"),
    ],
)
def test_what_cannot_be_read_is_no_fact(name: str, content: bytes | None) -> None:
    with pytest.raises(NotAFact):
        stored(SENT.key, SENT.value, changed(name, content))


@pytest.mark.parametrize(
    ("key", "value"),
    [(None, SENT.value), (b"", SENT.value), (b"\xff", SENT.value), (SENT.key, None), (SENT.key, b"\xff")],
)
def test_a_message_without_key_or_body_is_no_fact(key: bytes | None, value: bytes | None) -> None:
    with pytest.raises(NotAFact):
        stored(key, value, SENT.headers)


@pytest.mark.parametrize("missing", [name for name, _ in SENT.headers if name != "content-type"])
def test_a_message_that_lacks_an_attribute_is_no_fact(missing: str) -> None:
    with pytest.raises(NotAFact):
        stored(SENT.key, SENT.value, [(name, value) for name, value in SENT.headers if name != missing])


def changed(name: str, content: bytes | None) -> Headers:
    """The headers of the message with one of them replaced."""
    return [(known, content if known == name else value) for known, value in SENT.headers]  # type: ignore[misc]
