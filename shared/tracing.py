"""Where a fact belongs among traces (W3C Trace Context), derived from the fact itself: every process agrees.

A fact names its trace. The span of its append has an id that follows from the ledger and the command, so whoever
reads the fact knows its parent: on both buses, after any loss of Kafka, and years later.
Without a provider nothing is recorded, and what is asked here costs one comparison.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import sha256
from typing import Protocol

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, NonRecordingSpan, SpanContext, SpanKind, Status, StatusCode, TraceFlags
from opentelemetry.util.types import AttributeValue

NAME = "bihuan"
_TRACE = re.compile(r"(?!0{32})[0-9a-f]{32}")
_SAMPLED = TraceFlags(TraceFlags.SAMPLED)


class Stored(Protocol):
    """What is needed of a stored fact."""

    @property
    def ledger(self) -> str: ...
    @property
    def position(self) -> int: ...
    @property
    def type(self) -> str: ...
    @property
    def body(self) -> bytes: ...


next_span: ContextVar[tuple[int, int | None] | None] = ContextVar("next_span", default=None)
"""The trace and, if it is given, the id that the next span takes; read by the provider's generator of ids."""


def on() -> bool:
    """Whether this process records traces."""
    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)


def current_trace() -> str | None:
    """The id of the trace that is being recorded here, as facts and log lines name it."""
    context = trace.get_current_span().get_span_context()
    return trace.format_trace_id(context.trace_id) if context.is_valid else None


def append_span(ledger: str, trace_id: str, command: str) -> SpanContext | None:
    """The span that appended a command's facts; None when they name no trace."""
    if not _TRACE.fullmatch(trace_id):
        return None
    span = int.from_bytes(sha256(f"{ledger}\x1f{command}".encode()).digest()[:8], "big") or 1
    return SpanContext(int(trace_id, 16), span, is_remote=True, trace_flags=_SAMPLED)


def traceparent(fact: Stored) -> str | None:
    """The W3C header that names a fact's append as parent; None when nothing is recorded."""
    if not on() or (span := _origin(fact)) is None:
        return None
    flags = f"{int(_sampled(span.trace_id)):02x}"
    return f"00-{trace.format_trace_id(span.trace_id)}-{trace.format_span_id(span.span_id)}-{flags}"


def appended(ledger: str, trace_id: str, command: str, began_ns: int, outcome: str) -> None:
    """Record an append that is over; `began_ns`: nanoseconds since 1970.

    It belongs to the trace that its facts name. A step of the clock is taken in another one: the two are linked.
    """
    if not on() or (span := append_span(ledger, trace_id, command)) is None:
        return
    around = trace.get_current_span().get_span_context()
    within = around.is_valid and around.trace_id == span.trace_id
    # Only the append that made the facts has the id that they lead to; a failed one has any.
    token = next_span.set((span.trace_id, span.span_id if outcome == "success" else None))
    try:
        record = trace.get_tracer(NAME).start_span(
            "ledger.append",
            context=None if within else Context(),
            links=() if within or not around.is_valid else (Link(around),),
            attributes={"bihuan.ledger": ledger, "bihuan.outcome": outcome},
            start_time=began_ns,
        )
    finally:
        next_span.reset(token)
    if outcome == "error":
        record.set_status(Status(StatusCode.ERROR))
    record.end()


@contextmanager
def following(facts: Sequence[Stored], name: str) -> Iterator[None]:
    """A span of what is done because of facts: below the append of the last, linked to those of the others."""
    found = [_origin(fact) for fact in facts] if on() else []
    origins = {span.span_id: span for span in found if span is not None}
    if not origins:
        yield
        return
    last, (_, parent) = facts[-1], origins.popitem()
    about: dict[str, AttributeValue] = {
        "bihuan.ledger": last.ledger,
        "bihuan.position": last.position,
        "bihuan.fact": last.type,
    }
    with trace.get_tracer(NAME).start_as_current_span(
        name,
        context=trace.set_span_in_context(NonRecordingSpan(parent), Context()),
        kind=SpanKind.CONSUMER,
        attributes=about,
        links=[Link(span) for span in origins.values()],
    ):
        yield


def _origin(fact: Stored) -> SpanContext | None:
    try:
        context = json.loads(fact.body)
        return append_span(fact.ledger, context["trace"], context["command"])
    except (ValueError, KeyError, TypeError):
        return None  # whoever handles the fact says what is wrong with it


def _sampled(trace_id: int) -> bool:
    # Imported where it is used: whoever records nothing need not have it.
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.sampling import Decision

    provider = trace.get_tracer_provider()
    if not isinstance(provider, TracerProvider):
        return False
    return provider.sampler.should_sample(None, trace_id, "").decision is Decision.RECORD_AND_SAMPLE
