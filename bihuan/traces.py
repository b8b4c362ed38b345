"""Whether a process records traces, and where they go; without an endpoint nothing is even imported."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from shared.vocabulary.refusals import BadInput


def begin(
    service: str, configured: str, environment: Mapping[str, str] = os.environ
) -> Callable[[], None] | None:
    """Record from now on, if an endpoint is configured; answers how to end it. Raises BadInput."""
    to = endpoint(configured, environment)
    if to is None:
        return None
    from bihuan.spans import record

    return record(service, to, ratio(environment))


def endpoint(configured: str, environment: Mapping[str, str]) -> str | None:
    """Where spans go: the standard variables, else the installation's base address; None: nowhere."""
    if (
        environment.get("OTEL_SDK_DISABLED", "").lower() == "true"
        or environment.get("OTEL_TRACES_EXPORTER") == "none"
    ):
        return None
    if exact := environment.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"):
        return exact
    base = environment.get("OTEL_EXPORTER_OTLP_ENDPOINT") or configured
    return f"{base.rstrip('/')}/v1/traces" if base else None


def ratio(environment: Mapping[str, str]) -> float:
    """The share of all traces that is recorded, 0 to 1: OTEL_TRACES_SAMPLER_ARG, else all. Raises BadInput."""
    said = environment.get("OTEL_TRACES_SAMPLER_ARG") or "1"
    try:
        share = float(said)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise BadInput(
            f"采样比例应为0到1之间的数,不是{said}", f"the sampling ratio is a number from 0 to 1, not {said}",
            where="OTEL_TRACES_SAMPLER_ARG", do_zh="改正或去掉该环境变量", do_en="correct or remove it",
        )  # fmt: skip
    return share
