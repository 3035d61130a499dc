"""Cron expressions with Debian's meaning (CONTRACT 6.4, crontab(5)); cronsim reads the fields and matches the days.

cronsim's own walk over instants isn't used: it steps by whole hours, which misses zones that change by half an hour,
and walks once per occurrence. Here the local days are laid over the stretches of constant offset instead.
"""

from bisect import bisect_left
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache

from cronsim import CronSim, CronSimError

from vizora.errors import PublisherError
from vizora.schedule.instants import DAY, HOUR, MINUTE
from vizora.schedule.wall import Run, date_of, join
from vizora.schedule.zones import Zone, spans

MAX_EXPRESSION = 256
FIELDS = "minute hour day-of-month month day-of-week, as in `0 9 * * 1-5`"
ALLOWED = {
    "minute": "0 to 59",
    "hour": "0 to 23",
    "day-of-month": "1 to 31, L for the last one, LW for the last from Monday to Friday",
    "month": "1 to 12 or JAN to DEC",
    "day-of-week": "0 to 7 or SUN to SAT, 5L for the month's last Friday, MON#2 for its second Monday",
}
NEVER = "none of these months has such a day"
_ANY_MOMENT = datetime(2000, 1, 1)  # noqa: DTZ001  cronsim reads no zone from it; only its fields are used


class BadCron(PublisherError):
    code = "SCHEDULE_001"


class Cron:
    """When an expression occurs in a zone, each time for `duration` microseconds."""

    def __init__(self, expression: str, duration: int, where: Zone, first_day: int, last_day: int) -> None:
        """Occurrences on local days outside `first_day` to `last_day` don't count. Raises BadCron."""
        fields = parse(expression)
        minute, hour, *_ = expression.split()
        self._fixed = not minute.startswith("*") and not hour.startswith("*")
        self._fields = fields
        self._where = where
        self._duration = duration
        self._days = (first_day, last_day)
        self._times = [h * HOUR + m * MINUTE for h in sorted(fields.hours) for m in sorted(fields.minutes)]
        self._blocks = [(opens, closes - duration) for opens, closes in join([(t, t + duration) for t in self._times])]
        self._unbroken = _every_day(fields) and self._blocks[0][1] + duration >= DAY + self._times[0]

    def pieces(self, low: int, high: int) -> list[Run]:
        """When it is active within [low, high), as joined runs cut off there."""
        found = [run for start, end, past in self._stretches(low, high) for run in self._between(start, end, past)]
        return join([(max(start, low), min(end, high)) for start, end in found if start < high and end > low])

    def _stretches(self, low: int, high: int) -> Iterator[tuple[int, int, tuple[int, int]]]:
        """Wall times [start, end) whose occurrences start at `max(earliest, wall - offset)`.

        Fixed times of a skipped hour belong to the stretch after it and start at its beginning; those of a repeated
        hour belong to its first reading only. Times with a `*` go by the wall clock alone.
        """
        shown = None
        for span in spans(self._where, low - self._duration - 2 * DAY, high):
            start, end = span.start + span.offset, span.end + span.offset
            if self._fixed and shown is not None:
                start, shown = shown, max(shown, end)
            else:
                shown = end
            if start < end:
                yield start, end, (span.start, span.offset)

    def _between(self, start: int, end: int, origin: tuple[int, int]) -> Iterator[Run]:
        """The runs of the occurrences whose wall time lies in [start, end)."""
        earliest, offset = origin
        first, last = max(start // DAY, self._days[0]), min((end - 1) // DAY, self._days[1])
        if self._unbroken and last - first > 2:
            yield from self._on((first, last), start, end, earliest, offset)
            opens, closes = self._blocks[0]
            began = max(earliest, (first + 1) * DAY + opens - offset)
            yield began, (last - 1) * DAY + closes + self._duration - offset
        else:
            yield from self._on(self._matching(first, last), start, end, earliest, offset)

    def _on(self, days: Iterable[int], start: int, end: int, earliest: int, offset: int) -> Iterator[Run]:
        for midnight in (day * DAY for day in days):
            low, high = bisect_left(self._times, start - midnight), bisect_left(self._times, end - midnight)
            if low < high:
                least, most = self._times[low], self._times[high - 1]
                for opens, closes in self._blocks:
                    if opens <= most and closes >= least:
                        began = max(earliest, midnight + max(opens, least) - offset)
                        yield began, max(earliest, midnight + min(closes, most) - offset) + self._duration

    def _matching(self, first: int, last: int) -> Iterator[int]:
        day = first
        while day <= last:
            when = date_of(day)
            if when.month not in self._fields.months:
                day += monthrange(when.year, when.month)[1] - when.day + 1
                continue
            if self._fields.match_day(when):
                yield day
            day += 1


@lru_cache(maxsize=4096)
def parse(expression: str) -> CronSim:
    """The fields of an expression. Raises BadCron, which names the field and what is allowed."""
    if len(expression) > MAX_EXPRESSION:
        raise BadCron(f"cron expression: {len(expression)} characters; at most {MAX_EXPRESSION} are allowed")
    fields = expression.split()
    if len(fields) != 5:
        count = "1 field" if len(fields) == 1 else f"{len(fields)} fields"
        raise BadCron(f"cron expression {expression!r}: {count}; five are needed: {FIELDS}")
    try:
        return CronSim(expression, _ANY_MOMENT)
    except CronSimError as error:
        why = f"{error} ({_allowed(str(error).removeprefix('Bad '), fields)})"
        raise BadCron(f"cron expression {expression!r}: {why}; the fields are {FIELDS}") from error


def _allowed(name: str, fields: Sequence[str]) -> str:
    """What the field of this name may be; of a day that is one in itself, that it never comes."""
    if name == "day-of-month":
        try:
            CronSim(f"0 0 {fields[2]} * *", _ANY_MOMENT)
        except CronSimError:
            pass
        else:
            return NEVER
    return f"allowed: {ALLOWED[name]}"


def _every_day(fields: CronSim) -> bool:
    return len(fields.months) == 12 and fields.days >= set(range(1, 32)) and fields.weekdays >= set(range(7))
