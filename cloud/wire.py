"""How values look in JSON and in queries (CONTRACT section 1)."""

from datetime import UTC, datetime

import msgspec

from cloud.clock import EPOCH
from cloud.problems import invalid_field

EARLIEST = EPOCH
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
PLANNABLE = f"must lie in the years {EARLIEST.year} to {LATEST.year - 1}"


def instant(at: datetime | None) -> str | None:
    """RFC 3339 in UTC with `Z`."""
    if at is None:
        return None
    in_utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return in_utc.isoformat(timespec="milliseconds")[: -len("+00:00")] + "Z"


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


def read_plannable(text: str | None, name: str) -> datetime | None:
    """As `read_instant`, for what the evaluator is asked."""
    at = read_instant(text, name)
    if at is not None and not plannable(at):
        raise invalid_field(name, PLANNABLE)
    return at


def plannable(at: datetime) -> bool:
    return EARLIEST <= at < LATEST
