"""Wall-clock times: how they are written, and which instants they are (CONTRACT 6.3 to 6.6).

A wall time is counted in microseconds as if the wall clock were UTC; a day is its number since 1970-01-01, a Thursday.
"""

import re
from datetime import date, datetime

from vizora.errors import PublisherError
from vizora.schedule.instants import AFTER_TIME, BEFORE_TIME, DAY, EPOCH, HOUR, MINUTE, micros
from vizora.schedule.zones import Span, Zone, spans

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?")
_EPOCH_ORDINAL = EPOCH.toordinal()
_MARGIN = 2 * DAY
"""Further than any zone is from UTC, a skipped day included."""

Run = tuple[int, int]
"""A stretch [start, end) of instants in microseconds; BEFORE_TIME and AFTER_TIME where it has no start or end."""


class BadTime(PublisherError):
    code = "VALIDATION_001"


def time_of_day(text: str) -> int:
    """Microseconds since midnight of `08:30`. Raises BadTime."""
    found = _TIME.fullmatch(text)
    if not found:
        raise BadTime(f"{text[:20]!r} is not a time of day; 00:00 to 23:59 is allowed, and midnight is 00:00")
    return int(found[1]) * HOUR + int(found[2]) * MINUTE


def day_number(text: str) -> int:
    """Days since 1970-01-01 of `2026-12-24`. Raises BadTime."""
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text).toordinal() - _EPOCH_ORDINAL
    except ValueError:
        pass
    raise BadTime(f"{text[:20]!r} is not a date; one such as 2026-12-24 is allowed")


def wall_time(text: str) -> int:
    """Microseconds of `2026-12-24T18:00`, read as if it were UTC. Raises BadTime."""
    try:
        if _MOMENT.fullmatch(text):
            return micros(datetime.fromisoformat(text).replace(tzinfo=EPOCH.tzinfo))
    except ValueError:
        pass
    raise BadTime(f"{text[:24]!r} is not a local date and time; one such as 2026-12-24T18:00 is allowed")


def date_of(day: int) -> date:
    """The calendar's date of a day number; its first or last date for days outside it."""
    return date.fromordinal(min(max(day + _EPOCH_ORDINAL, 1), date.max.toordinal()))


def iso_weekday(day: int) -> int:
    """1 is Monday."""
    return (day + 3) % 7 + 1


def first_reading(where: Zone, wall: int) -> int:
    """The first instant the wall clock shows `wall`; the end of the gap when it is skipped."""
    return next(max(span.start, wall - span.offset) for span in _around(where, wall) if span.end + span.offset > wall)


def last_reading(where: Zone, wall: int) -> int:
    """The last instant the wall clock shows `wall`; the end of the gap when it is skipped."""
    return next(
        min(span.end, wall - span.offset) for span in reversed(_around(where, wall)) if span.start + span.offset <= wall
    )


def shown_between(where: Zone, start: int | None, end: int | None) -> list[Run]:
    """When the wall clock shows a time in [start, end); None leaves that side open. Nearly always one run."""
    low = BEFORE_TIME if start is None else start + _MARGIN
    high = AFTER_TIME if end is None else end - _MARGIN
    if low >= high:
        assert start is not None
        assert end is not None
        return join(_clipped(where, start - _MARGIN, end + _MARGIN, start, end))
    near_start = [] if start is None else _clipped(where, start - _MARGIN, low, start, AFTER_TIME)
    near_end = [] if end is None else _clipped(where, high, end + _MARGIN, BEFORE_TIME, end)
    return join([*near_start, (low, high), *near_end])


def _clipped(where: Zone, low: int, high: int, start: int, end: int) -> list[Run]:
    """The instants in [low, high) at which the wall clock shows a time in [start, end)."""
    found = [
        (max(span.start, start - span.offset), min(span.end, end - span.offset)) for span in spans(where, low, high)
    ]
    return [run for run in found if run[0] < run[1]]


def _around(where: Zone, wall: int) -> tuple[Span, ...]:
    return spans(where, wall - _MARGIN, wall + _MARGIN)


def join(runs: list[Run]) -> list[Run]:
    """The same instants as sorted runs that neither overlap nor touch."""
    joined: list[Run] = []
    for start, end in sorted(runs):
        if joined and start <= joined[-1][1]:
            if end > joined[-1][1]:
                joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
