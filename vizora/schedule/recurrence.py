"""When a schedule is active: recurrence rules as runs of instants (CONTRACT 6.2 to 6.6), and the cloud's checks.

A run is a longest stretch in which the schedule stays active: windows that overlap or touch are one run.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Protocol

from vizora.errors import PublisherError
from vizora.manifest import model
from vizora.schedule import cron
from vizora.schedule.cron import BadCron
from vizora.schedule.instants import AFTER_TIME, BEFORE_TIME, DAY, EPOCH, MILLISECOND, micros
from vizora.schedule.wall import (
    BadTime,
    Run,
    day_number,
    first_reading,
    iso_weekday,
    join,
    last_reading,
    shown_between,
    time_of_day,
    wall_time,
)
from vizora.schedule.zones import UnknownZone, Zone, spans, zone

__all__ = [
    "BadCron", "BadTime", "BadZone", "Rule", "check", "check_dates", "check_zone", "date_faults", "faults", "rule",
]  # fmt: skip

BadZone = UnknownZone
MAX_CRON_MS = 366 * 86_400_000

_FIRST = 0
_LAST = micros(datetime(2150, 1, 1, tzinfo=EPOCH.tzinfo))
"""A run that comes from before 1970 has no start; one that goes on past 2150 has no end."""
_FIRST_DAY, _LAST_DAY = -(10**6), 10**7


class Rule(Protocol):
    def runs(self, low: int, high: int) -> list[Run]:
        """The runs that overlap [low, high), whole: each with its true start and end."""


def check(recurrence: model.Recurrence) -> None:
    """Raises BadCron or BadTime, which say what is wrong with it and what is allowed."""
    for _, fault in faults(recurrence):
        raise fault


def faults(recurrence: model.Recurrence) -> Iterator[tuple[str, PublisherError]]:
    """Every field that is wrong, by its name in JSON, with what `check` says of it."""
    match recurrence:
        case model.Weekly(days=days, start_time=start, end_time=end):
            yield from _told("days", lambda: check_days(days))
            yield from _told("startTime", lambda: time_of_day(start))
            yield from _told("endTime", lambda: time_of_day(end))
        case model.Cron(expression=expression, duration_ms=duration):
            yield from _told("expression", lambda: cron.parse(expression))
            if not 1 <= duration <= MAX_CRON_MS:
                yield "durationMs", BadTime(f"durationMs {duration} is not within 1 to {MAX_CRON_MS} (366 days)")
        case model.Once(start=start, end=end):
            wrong = [*_told("start", lambda: wall_time(start)), *_told("end", lambda: wall_time(end))]
            yield from wrong
            if not wrong and wall_time(start) >= wall_time(end):
                yield "end", BadTime(f"end {end} must be later than start {start}")


def date_faults(starts_on: str | None, ends_on: str | None) -> Iterator[tuple[str, PublisherError]]:
    """The same for the dates that bound a schedule."""
    wrong = [*_told("startsOn", lambda: _days(starts_on, None)), *_told("endsOn", lambda: _days(None, ends_on))]
    yield from wrong
    first, last = (None, None) if wrong else _days(starts_on, ends_on)
    if first is not None and last is not None and first > last:
        yield "endsOn", BadTime(f"endsOn {ends_on} must not be before startsOn {starts_on}")


def _told(name: str, read: Callable[[], object]) -> Iterator[tuple[str, PublisherError]]:
    try:
        read()
    except PublisherError as fault:
        yield name, fault


def check_days(days: tuple[int, ...]) -> None:
    """Raises BadTime unless these are ISO weekdays."""
    if not days or not all(1 <= day <= 7 for day in days):
        raise BadTime(f"days {list(days)[:10]}: at least one of 1 (Monday) to 7 (Sunday) is needed, and nothing else")


def check_zone(name: str) -> None:
    """Raises BadZone, which proposes names that look alike."""
    zone(name)


def check_dates(starts_on: str | None, ends_on: str | None) -> None:
    """Raises BadTime."""
    for _, fault in date_faults(starts_on, ends_on):
        raise fault


def rule(schedule: model.Schedule) -> Rule:
    """When this schedule is active. Raises BadCron, BadTime or BadZone when that can't be read."""
    where = zone(schedule.time_zone)
    check(schedule.recurrence)
    check_dates(schedule.starts_on, schedule.ends_on)
    first, last = _days(schedule.starts_on, schedule.ends_on)
    match schedule.recurrence:
        case model.Always():
            return Fixed(shown_between(where, _midnight(first), _midnight(last, 1)))
        case model.Weekly(days=days, start_time=start, end_time=end):
            return _weekly(days, time_of_day(start), time_of_day(end), where, first, last)
        case model.Cron(expression=expression, duration_ms=duration):
            bounds = (_FIRST_DAY if first is None else first, _LAST_DAY if last is None else last)
            return Grown(cron.Cron(expression, duration * MILLISECOND, where, *bounds).pieces)
        case once:
            return Fixed(_once(wall_time(once.start), wall_time(once.end), where, first, last))


class Fixed:
    """A rule whose few runs are known beforehand."""

    def __init__(self, runs: list[Run]) -> None:
        self._runs = runs

    def runs(self, low: int, high: int) -> list[Run]:
        return [run for run in self._runs if run[0] < high and run[1] > low]


class Grown:
    """A rule that is asked for cut-off pieces, in growing stretches until the runs it found are whole."""

    def __init__(self, pieces: Callable[[int, int], list[Run]]) -> None:
        self._pieces = pieces
        self._known: tuple[int, int, list[Run]] = (0, 0, [])

    def runs(self, low: int, high: int) -> list[Run]:
        known_low, known_high, known = self._known
        if known_low <= low and high <= known_high:
            return [run for run in known if run[0] < high and run[1] > low]
        runs = self._grow(low, high)
        if len(runs) == 1 and runs[0][0] <= low and runs[0][1] >= high:
            self._known = (*runs[0], runs)
        else:
            self._known = (low, high, runs)
        return runs

    def _grow(self, low: int, high: int) -> list[Run]:
        first, last = min(_FIRST, low - DAY), max(_LAST, high + DAY)
        start, end, reach = low - DAY, high + DAY, DAY
        while True:
            runs = [run for run in self._pieces(start, end) if run[0] < high and run[1] > low]
            more_before = bool(runs) and runs[0][0] <= start and start > first
            more_after = bool(runs) and runs[-1][1] >= end and end < last
            if not more_before and not more_after:
                break
            reach *= 4
            start = max(low - reach, first) if more_before else start
            end = min(high + reach, last) if more_after else end
        if runs and runs[0][0] <= start:
            runs[0] = (BEFORE_TIME, runs[0][1])
        if runs and runs[-1][1] >= end:
            runs[-1] = (runs[-1][0], AFTER_TIME)
        return runs


def _weekly(
    days: tuple[int, ...], start: int, end: int, where: Zone, first: int | None, last: int | None
) -> Fixed | Grown:
    length = end - start if end > start else DAY - start + end
    if length == DAY and len(set(days)) == 7:
        return Fixed(shown_between(where, _midnight(first, 0, start), _midnight(last, 1, start)))
    listed = [iso_weekday(day) in days for day in range(7)]
    bounds = (_FIRST_DAY if first is None else first, _LAST_DAY if last is None else last)

    def pieces(low: int, high: int) -> list[Run]:
        found: list[Run] = []
        for span in spans(where, low, high):
            shown, gone = span.start + span.offset, span.end + span.offset
            for day in range(max((shown - length - start) // DAY, bounds[0]), min(gone // DAY, bounds[1]) + 1):
                if listed[day % 7]:
                    opens = day * DAY + start
                    begin, finish = max(opens, shown), min(opens + length, gone)
                    if begin < finish:
                        found.append((begin - span.offset, finish - span.offset))
        return join(found)

    return Grown(pieces)


def _once(start: int, end: int, where: Zone, first: int | None, last: int | None) -> list[Run]:
    day = start // DAY
    if (first is not None and day < first) or (last is not None and day > last):
        return []
    run = (first_reading(where, start), last_reading(where, end))
    return [run] if run[0] < run[1] else []


def _days(starts_on: str | None, ends_on: str | None) -> tuple[int | None, int | None]:
    return (
        None if starts_on is None else day_number(starts_on),
        None if ends_on is None else day_number(ends_on),
    )


def _midnight(day: int | None, later: int = 0, time: int = 0) -> int | None:
    return None if day is None else (day + later) * DAY + time
