"""How values look in JSON and in queries (CONTRACT section 1)."""

from datetime import UTC, datetime

import msgspec

from cloud.problems import invalid_field


def instant(at: datetime | None) -> str | None:
    """RFC 3339 in UTC with `Z`."""
    return None if at is None else at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_instant(text: str | None, name: str) -> datetime | None:
    """An instant of a query; None when it was not given. Raises Problem 400 that names it."""
    if text is None:
        return None
    try:
        at = msgspec.convert(text, datetime)
    except msgspec.ValidationError:
        at = None
    if at is None or at.tzinfo is None:
        raise invalid_field(name, "must be an instant with Z or an offset, as in 2026-12-24T18:00:00Z")
    return at
