"""Instants as integers, so that arithmetic is exact and fast: microseconds since 1970-01-01T00:00:00Z."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
MILLISECOND = 1_000

BEFORE_TIME = -(1 << 62)
"""The start of what has no start."""
AFTER_TIME = 1 << 62
"""The end of what has no end."""

_ONE = timedelta(microseconds=1)
_FIRST = (datetime.min.replace(tzinfo=UTC) - EPOCH) // _ONE
_LAST = (datetime.max.replace(tzinfo=UTC) - EPOCH) // _ONE


def micros(at: datetime) -> int:
    """An aware instant as microseconds. Raises ValueError on a naive one."""
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone; instants are aware datetimes in UTC")
    return (at - EPOCH) // _ONE


def instant(value: int) -> datetime:
    """The aware UTC datetime; what lies outside the calendar becomes its first or last instant."""
    return EPOCH + timedelta(microseconds=min(max(value, _FIRST), _LAST))


def instant_or_none(value: int) -> datetime | None:
    """None for what has no start or no end within the calendar."""
    return instant(value) if _FIRST <= value <= _LAST else None
