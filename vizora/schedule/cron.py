"""Cron expressions with Debian's meaning (CONTRACT 6.4, crontab(5)); cronsim reads the fields and matches the days.

cronsim's own walk over instants isn't used: it steps by whole hours, which misses zones that change by half an hour,
and walks once per occurrence. Here the local days are laid over the stretches of constant offset instead.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

from cronsim import CronSim, CronSimError

from vizora.errors import PublisherError
from vizora.schedule.instants import DAY, HOUR, MINUTE
from vizora.schedule.wall import Run, date_of, join
from vizora.schedule.zones import Zone, spans

MAX_EXPRESSION = 256
FIELDS = "minute hour day-of-month month day-of-week, as in `0 9 * * 1-5`"
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
        self._whole_day = join([(time, time + duration) for time in self._times])
        self._every_day = len(fields.months) == 12 and _matches_every_day(fields)

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
        earliest, offset = origin
        first, last = max(start // DAY, self._days[0]), min((end - 1) // DAY, self._days[1])
        whole_first, whole_last = max(first, -((-start) // DAY)), min(last, end // DAY - 1)
        if self._fixed and start - offset < earliest:
            whole_first = max(whole_first, -((-(earliest + offset)) // DAY))
        if self._every_day and whole_first <= whole_last and self._unbroken():
            lasting = self._whole_day[0]
            yield whole_first * DAY + lasting[0] - offset, whole_last * DAY + lasting[1] - offset
            days = [*range(first, whole_first), *range(whole_last + 1, last + 1)]
        else:
            days = [day for day in range(first, last + 1) if self._matches(day)]
        for day in days:
            midnight = day * DAY
            if whole_first <= day <= whole_last:
                for begin, finish in self._whole_day:
                    yield midnight + begin - offset, midnight + finish - offset
            else:
                for time in self._times:
                    if start <= midnight + time < end:
                        began = max(earliest, midnight + time - offset)
                        yield began, began + self._duration

    def _unbroken(self) -> bool:
        """True when one day's occurrences reach into the next day's."""
        return len(self._whole_day) == 1 and self._whole_day[0][1] >= DAY + self._whole_day[0][0]

    def _matches(self, day: int) -> bool:
        when = date_of(day)
        return when.month in self._fields.months and self._fields.match_day(when)


@lru_cache(maxsize=4096)
def parse(expression: str) -> CronSim:
    """The fields of an expression. Raises BadCron, which names the field and what is allowed."""
    if len(expression) > MAX_EXPRESSION:
        raise BadCron(f"cron expression: {len(expression)} characters; at most {MAX_EXPRESSION} are allowed")
    if len(expression.split()) != 5:
        raise BadCron(f"cron expression {expression!r}: {len(expression.split())} fields; five are needed: {FIELDS}")
    try:
        return CronSim(expression, _ANY_MOMENT)
    except CronSimError as error:
        raise BadCron(f"cron expression {expression!r}: {error}; the fields are {FIELDS}") from error


def _matches_every_day(fields: CronSim) -> bool:
    return fields.days >= set(range(1, 32)) and fields.weekdays >= set(range(7))
