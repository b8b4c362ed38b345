"""What spans may say, to which trace a fact belongs, and that nothing happens where nothing is recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bihuan import traces
from bihuan.spans import provider
from shared import tracing
from shared.bus.cloudevents import message, stored
from shared.ledger.port import StoredFact
from shared.vocabulary.fact import Actor, Context
from shared.vocabulary.paper_facts import MessageOwed
from shared.vocabulary.refusals import BadInput
from shared.wire.codec import encode
from tests.fakes.leaves import stored_fact
from tests.fakes.recording import Recording, recording

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recording]:
    yield from recording(monkeypatch)


def fact(command: str = "c1", trace_id: str = TRACE) -> StoredFact:
    context = Context((Actor("p", "office_head", "o"),), NOW, command, command, "r", "k", trace_id)
    body = encode(MessageOwed("m", ("office_head",), "order/1", "2026-03-02", "text"), context)
    return stored_fact("t-1", 7, "message/m", 1, MessageOwed.TYPE, NOW, body)


def appended(command: str = "c1", outcome: str = "success", trace_id: str = TRACE) -> None:
    tracing.appended("t-1", trace_id, command, 1, outcome)


def test_what_is_done_because_of_a_fact_stands_below_its_append_in_its_trace(spans: Recording) -> None:
    appended()
    with tracing.following([fact()], "consume register@1"):
        pass
    append, consume = spans.finished()
    assert trace.format_trace_id(append.context.trace_id) == TRACE
    assert consume.parent is not None
    assert (consume.context.trace_id, consume.parent.span_id) == (
        append.context.trace_id,
        append.context.span_id,
    )


def test_several_facts_of_a_thing_are_followed_below_the_last_and_linked_to_the_others(
    spans: Recording,
) -> None:
    with tracing.following([fact("c1"), fact("c1"), fact("c2")], "consume"):
        pass
    [span] = spans.finished()
    first, last = (tracing.append_span("t-1", TRACE, command) for command in ("c1", "c2"))
    assert first is not None
    assert (span.parent, [link.context.span_id for link in span.links]) == (last, [first.span_id])


def test_the_message_on_the_bus_names_the_append_as_parent_and_is_still_the_fact(spans: Recording) -> None:
    appended()
    [append] = spans.finished()
    sent = message(fact())
    headers = dict(sent.headers)
    expected = f"00-{TRACE}-{trace.format_span_id(append.context.span_id)}-01"
    assert headers["ce_traceparent"].decode() == expected
    assert stored(sent.key, sent.value, sent.headers) == fact()


def test_an_append_within_its_trace_stands_below_the_request_and_another_is_linked(spans: Recording) -> None:
    with trace.get_tracer("t").start_as_current_span("request") as request:
        appended("own", trace_id=trace.format_trace_id(request.get_span_context().trace_id))
        appended("step of the clock")
    own, step, _ = spans.finished()
    here = request.get_span_context()
    assert own.parent is not None
    assert own.parent.span_id == here.span_id
    assert (step.parent, [link.context.span_id for link in step.links]) == (None, [here.span_id])
    assert trace.format_trace_id(step.context.trace_id) == TRACE


def test_only_the_append_that_made_the_facts_has_the_id_that_they_lead_to(spans: Recording) -> None:
    for outcome in ("conflict", "success", "repeated"):
        appended(outcome=outcome)
    ids = [span.context.span_id for span in spans.finished()]
    derived = tracing.append_span("t-1", TRACE, "c1")
    assert derived is not None
    assert [one == derived.span_id for one in ids] == [False, True, False]


def test_no_span_leaves_with_an_address_or_the_words_of_an_error(spans: Recording) -> None:
    secret = "张某某 13800009999"
    with (
        pytest.raises(ValueError, match="张"),
        trace.get_tracer("t").start_as_current_span(
            "GET /reports/by-tracking/{number}", attributes={"url.path": secret, "http.route": "/reports"}
        ),
    ):
        raise ValueError(secret)
    [span] = spans.finished()
    assert secret not in span.to_json().encode().decode("unicode_escape").encode("latin-1", "ignore").decode(
        "utf-8", "ignore"
    )
    assert secret not in str((span.attributes, [e.attributes for e in span.events], span.status.description))
    assert (dict(span.attributes or {}), dict(span.events[0].attributes or {})) == (
        {"http.route": "/reports"},
        {"exception.type": "ValueError"},
    )


def test_without_a_provider_nothing_is_recorded_and_no_header_is_sent() -> None:
    assert not tracing.on()
    assert "ce_traceparent" not in dict(message(fact()).headers)
    with tracing.following([fact()], "consume"):
        assert not trace.get_current_span().get_span_context().is_valid


def test_a_fact_without_a_well_formed_trace_is_followed_untraced(spans: Recording) -> None:
    with tracing.following([fact(trace_id="registry")], "consume"):
        pass
    assert spans.finished() == ()


def test_every_process_chooses_the_same_traces_by_their_id(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also below a fact, whose parent is not there to ask."""
    kept: dict[str, int] = {}
    for ratio in (0.0, 0.5, 1.0):
        exporter = InMemorySpanExporter()
        made = provider("test", exporter, ratio)
        monkeypatch.setattr(trace, "_TRACER_PROVIDER", made)
        for number in range(200):
            random = hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest()
            with tracing.following([fact(trace_id=random)], "consume"):
                pass
            flags = dict(message(fact(trace_id=random)).headers)["ce_traceparent"].decode()[-2:]
            kept[f"{ratio} {flags}"] = kept.get(f"{ratio} {flags}", 0) + 1
        made.force_flush()
        assert len(exporter.get_finished_spans()) == kept.get(f"{ratio} 01", 0)
        made.shutdown()
    assert kept["0.0 00"] == kept["1.0 01"] == 200
    assert 50 < kept["0.5 01"] < 150


def test_an_endpoint_in_the_environment_goes_before_that_of_the_installation() -> None:
    assert traces.endpoint("", {}) is None
    assert traces.endpoint("http://a:4318/", {}) == "http://a:4318/v1/traces"
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://b:4318"}
    assert traces.endpoint("http://a:4318", environment) == "http://b:4318/v1/traces"
    exact = {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c/traces"}
    assert traces.endpoint("http://a:4318", environment | exact) == "http://c/traces"
    for off in ({"OTEL_SDK_DISABLED": "true"}, {"OTEL_TRACES_EXPORTER": "none"}):
        assert traces.endpoint("http://a:4318", environment | off) is None


@pytest.mark.parametrize("said", ["all", "2", "-0.1", "nan"])
def test_a_sampling_ratio_that_is_none_is_refused(said: str) -> None:
    with pytest.raises(BadInput):
        traces.ratio({"OTEL_TRACES_SAMPLER_ARG": said})


def test_nothing_is_begun_without_an_endpoint() -> None:
    assert traces.begin("intake", "", {}) is None
    assert not isinstance(trace.get_tracer_provider(), TracerProvider)
