"""Every timeout and retry of the watch, with its reason."""

from datetime import timedelta

from temporalio.common import RetryPolicy

LONGEST_WAIT = timedelta(days=7)
"""No wait is longer, so that a lost nudge or a changed rule is noticed within a week."""

LOOKS_PER_RUN = 50
"""After so many looks a run continues as new: its history stays small and is replayed quickly."""

LONGEST_RUN = timedelta(days=30)
"""No run outlives a month, so replay tests need to cover few releases."""

ACTIVITY = timedelta(seconds=30)
"""A look folds one stream and a step is one append; half a minute means that the database is ill."""

QUICK_RETRIES = RetryPolicy(
    initial_interval=timedelta(milliseconds=200),
    backoff_coefficient=3,
    maximum_interval=timedelta(seconds=10),
    maximum_attempts=5,
)
"""Rides out a restart of the database; what still fails is shown as stuck instead of retried in silence."""

STUCK_RETRY = timedelta(minutes=3)
"""A stuck watch looks again on news, or after this long."""

FAILURES_PER_RUN = 200
"""A stuck watch continues as new before its history reaches the engine's limit."""

SHORTEST_WAIT = timedelta(milliseconds=50)
"""A timer never fires before the installation's clock has reached the moment it stands for."""
