"""Moments as the ledger stores them: whole microseconds since 1970 in UTC."""

from datetime import UTC, datetime, timedelta

UTC_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(moment: datetime) -> int:
    """Microseconds from the epoch to an aware moment, exactly."""
    return (moment - UTC_EPOCH) // _MICROSECOND


def moment(microseconds: int) -> datetime:
    """The UTC moment that lies this many microseconds after the epoch."""
    return UTC_EPOCH + timedelta(microseconds=microseconds)
