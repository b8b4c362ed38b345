"""Spans as they leave a process: cleaned, in batches, and never in anyone's way. Only for those who record them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Thread

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased
from opentelemetry.trace import Status
from opentelemetry.util.types import AttributeValue

from shared.tracing import next_span

SHOWN = frozenset(
    {
        "bihuan.fact",
        "bihuan.ledger",
        "bihuan.outcome",
        "bihuan.position",
        "error.type",
        "exception.type",
        "http.request.method",
        "http.response.status_code",
        "http.route",
        "temporalActivityID",
        "temporalRunID",
        "temporalWorkflowID",
    }
)
"""What a span may say. Addresses hold tracking numbers, and messages of errors whatever was sent in."""

LAST_WORDS = 3.0
"""Real seconds that a process which ends may spend on handing over its last spans."""


class Door(SpanExporter):
    """The one way out for spans: attributes that are not known to be harmless, and words of errors, stay here."""

    def __init__(self, outside: SpanExporter) -> None:
        self._outside = outside

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Hand on what may be shown."""
        return self._outside.export([_shown(span) for span in spans])

    def shutdown(self) -> None:
        """Close the way out."""
        self._outside.shutdown()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Nothing waits here."""
        return self._outside.force_flush(timeout_millis)


class Ids(RandomIdGenerator):
    """Random ids, but for an append: its trace and span follow from its facts."""

    def generate_trace_id(self) -> int:
        """The trace that the facts name."""
        named = next_span.get()
        return named[0] if named else super().generate_trace_id()

    def generate_span_id(self) -> int:
        """The span to which the facts lead back."""
        named = next_span.get()
        return named[1] if named and named[1] else super().generate_span_id()


def provider(service: str, exporter: SpanExporter, ratio: float = 1.0) -> TracerProvider:
    """Records this share of all traces, the same ones in every process: chosen by their id alone.

    Whether a caller sampled is not asked: a fact does not carry the answer, and outlives the question.
    """
    made = TracerProvider(
        sampler=TraceIdRatioBased(ratio),
        resource=Resource.create({"service.namespace": "bihuan", "service.name": service}),
        id_generator=Ids(),
        shutdown_on_exit=False,
    )
    made.add_span_processor(BatchSpanProcessor(Door(exporter)))
    return made


def record(service: str, endpoint: str, ratio: float) -> Callable[[], None]:
    """Record this process's spans from now on; answers how to end it."""
    made = provider(service, OTLPSpanExporter(endpoint=endpoint), ratio)
    trace.set_tracer_provider(made)

    def end() -> None:
        last = Thread(target=made.shutdown, name="last-spans", daemon=True)
        last.start()
        last.join(LAST_WORDS)

    return end


def _shown(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_among_shown(span.attributes),
        events=[Event(one.name, _among_shown(one.attributes), one.timestamp) for one in span.events],
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _among_shown(attributes: Mapping[str, AttributeValue] | None) -> dict[str, AttributeValue]:
    return {name: value for name, value in (attributes or {}).items() if name in SHOWN}
