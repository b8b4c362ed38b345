"""Spans as they leave a process, kept in memory behind the real door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bihuan.spans import provider


@dataclass(frozen=True)
class Recording:
    """What a provider recorded for as long as a test runs."""

    made: TracerProvider
    exporter: InMemorySpanExporter

    def finished(self) -> tuple[ReadableSpan, ...]:
        """All spans that have ended, in that order."""
        self.made.force_flush()
        return self.exporter.get_finished_spans()


def recording(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recording]:
    """Record everything; afterwards the process records nothing again, which OpenTelemetry itself does not offer."""
    exporter = InMemorySpanExporter()
    made = provider("test", exporter)
    with monkeypatch.context() as patch:
        patch.setattr(trace, "_TRACER_PROVIDER", made)
        yield Recording(made, exporter)
    made.shutdown()
