"""What a log line holds, and what it never does."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from shared.runtime.telemetry import (
    SECRET_KEYS,
    configure,
    current_trace,
    drop_secrets,
    new_trace,
    trace_from,
    traced,
)

CANARY = "canary-张三-110101199003070000"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level, logging_as = list(root.handlers), root.level, structlog.get_config()
    out = io.StringIO()
    configure("intake", as_json=True, out=out)
    yield out
    root.handlers[:], root.level = before, level
    structlog.configure(**logging_as)
    structlog.contextvars.clear_contextvars()


def last(out: io.StringIO) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    return found


def test_a_line_is_an_event_with_time_level_and_service(lines: io.StringIO) -> None:
    structlog.get_logger("x").info("notice.served", hazard="h1")
    line = last(lines)
    assert (line["event"], line["level"], line["service"], line["hazard"]) == (
        "notice.served",
        "info",
        "intake",
        "h1",
    )
    assert line["timestamp"].endswith("Z")


def test_chinese_stays_readable_in_json(lines: io.StringIO) -> None:
    structlog.get_logger("x").info("order.issued", place="镇政府")
    assert "镇政府" in lines.getvalue()


def test_every_line_inside_a_trace_carries_it(lines: io.StringIO) -> None:
    with traced() as trace:
        structlog.get_logger("x").info("inside")
        assert last(lines)["trace"] == trace == current_trace()
        logging.getLogger("uvicorn.error").warning("from a library")
        assert last(lines)["trace"] == trace
    structlog.get_logger("x").info("outside")
    assert "trace" not in last(lines)


def test_a_library_line_is_told_apart_and_formatted(lines: io.StringIO) -> None:
    logging.getLogger("temporalio.worker").warning("poll failed %d times", 3)
    line = last(lines)
    assert (line["event"], line["message"], line["logger"]) == (
        "library",
        "poll failed 3 times",
        "temporalio.worker",
    )


def test_the_access_log_with_its_tracking_numbers_is_silent(lines: io.StringIO) -> None:
    logging.getLogger("uvicorn.access").info("GET /reports/%s", CANARY)
    assert lines.getvalue() == ""


def test_an_exception_shows_type_and_place_not_its_words(lines: io.StringIO) -> None:
    try:
        raise ValueError(CANARY) from KeyError(CANARY)
    except ValueError:
        structlog.get_logger("x").exception("look.failed")
        logging.getLogger("uvicorn.error").exception("in a library")
    assert CANARY not in lines.getvalue()
    line = last(lines)
    assert line["error"] == ["ValueError", "KeyError"]
    assert "test_telemetry.py" in line["at"][-1]


def test_an_operating_system_error_tells_its_reason(lines: io.StringIO) -> None:
    try:
        Path("/no/such/file").read_text()
    except OSError:
        structlog.get_logger("x").exception("read.failed")
    assert last(lines)["error"] == ["FileNotFoundError: No such file or directory"]


nested = st.recursive(
    st.just(CANARY),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*sorted(SECRET_KEYS), "Authorization", "ID-Number"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


@given(st.sampled_from(sorted(SECRET_KEYS)), nested)
def test_secret_keys_are_dropped_whatever_they_hold(key: str, value: object) -> None:
    event = drop_secrets(
        None, "info", {"event": "e", key: value, "deep": [{key.upper(): value}, {"kept": 1}]}
    )
    assert event == {"event": "e", "deep": [{}, {"kept": 1}]}


def test_a_well_formed_traceparent_is_carried_on() -> None:
    trace = new_trace()
    assert trace_from(f"00-{trace}-00f067aa0ba902b7-01") == trace


@pytest.mark.parametrize("header", [None, "", "00-xyz-1-01", f"00-{'0' * 32}-00f067aa0ba902b7-01", CANARY])
def test_a_bad_traceparent_gives_a_new_trace(header: str | None) -> None:
    assert len(trace_from(header)) == 32
    assert trace_from(header) != trace_from(header)
