"""What a process counts and measures, for Prometheus; `docs/monitoring.md` says what each means and what to do.

Labels come from closed sets (ledgers, consumers, routes, outcomes): never a person, a thing or an address.
"""

from __future__ import annotations

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each counter and histogram that nobody asks for

REGISTRY = CollectorRegistry()
"""This process's metrics and no others: what a library registers for itself is not shown."""

ProcessCollector(registry=REGISTRY)

_QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds: people's commands are to be answered within a quarter of one, and nothing may take ten."""

APPEND = Histogram(
    "bihuan_ledger_append_duration_seconds",
    "Real time of one append, by how it ended: success, repeated, conflict, refusal or error.",
    ("ledger", "outcome"),
    buckets=_QUICK,
    registry=REGISTRY,
)
REFUSALS = Counter(
    "bihuan_command_refusals_total",
    "Commands refused by the law or the rules, by the refusal's code.",
    ("ledger", "code"),
    registry=REGISTRY,
)
REQUESTS = Counter(
    "bihuan_http_requests_total",
    "HTTP requests answered, by the route's template.",
    ("method", "route", "status"),
    registry=REGISTRY,
)
REQUEST_TIME = Histogram(
    "bihuan_http_request_duration_seconds",
    "Real time from the first byte of a request to the end of its answer.",
    ("method", "route"),
    buckets=_QUICK,
    registry=REGISTRY,
)
ALARMS = Counter(
    "bihuan_alarms_total",
    "Log lines that ask for a person.",
    ("event",),
    registry=REGISTRY,
)

# What follows comes from the database: only the process that sweeps sets it, each half minute.
FACTS = Gauge("bihuan_ledger_facts", "Facts in the ledger.", ("ledger",), registry=REGISTRY)
LAG = Gauge(
    "bihuan_consumer_lag_facts",
    "Facts that a consumer has not passed; the relay to Kafka is one of them.",
    ("ledger", "consumer"),
    registry=REGISTRY,
)
LAG_TIME = Gauge(
    "bihuan_consumer_lag_seconds",
    "Age of the oldest fact that a consumer has not passed, by the installation's clock.",
    ("ledger", "consumer"),
    registry=REGISTRY,
)
PARKED = Gauge(
    "bihuan_parked_streams",
    "Streams that wait for a consumer because one of their facts could not be handled.",
    ("ledger", "consumer"),
    registry=REGISTRY,
)
ARMED = Gauge("bihuan_watches_armed", "Things with an armed watch.", ("ledger",), registry=REGISTRY)
UNARMED = Gauge(
    "bihuan_watches_unarmed", "Things that owe something and have no watch.", ("ledger",), registry=REGISTRY
)
BEHIND = Gauge(
    "bihuan_watches_behind",
    "Things whose watch has not seen the version at which they owe something.",
    ("ledger",),
    registry=REGISTRY,
)
OVERDUE_LOOK = Gauge(
    "bihuan_watch_oldest_overdue_look_seconds",
    "How long the look that should have come first is overdue, by the installation's clock.",
    ("ledger",),
    registry=REGISTRY,
)
STUCK = Gauge("bihuan_watches_stuck", "Things whose looks fail.", ("ledger",), registry=REGISTRY)
UNSENT = Gauge(
    "bihuan_messages_unsent",
    "Messages owed that their channel has not taken.",
    ("ledger",),
    registry=REGISTRY,
)
DIFFERENCE = Gauge(
    "bihuan_reconciliation_difference",
    "What ledger, bus, read models and watches do not agree on, for longer than the grace.",
    ("ledger", "side"),
    registry=REGISTRY,
)
RECONCILED = Gauge(
    "bihuan_reconciled_timestamp_seconds",
    "Unix time of the last reconciliation; all gauges from the database are as old.",
    ("ledger",),
    registry=REGISTRY,
)
ROUND = Gauge(
    "bihuan_reconciliation_round_ratio",
    "How much of the ledger the present round of the content check has compared, 0 to 1.",
    ("ledger",),
    registry=REGISTRY,
)
