"""When a schedule starts next: the same rules as on the screens (`vizora.schedule.recurrence`)."""

from datetime import datetime

from vizora.manifest.model import Once, Schedule
from vizora.schedule.instants import DAY, instant, micros
from vizora.schedule.recurrence import rule

HOW_MANY = 5
_REACH_DAYS = (1, 8, 62, 400, 4 * 366)
"""Looked ahead further and further: most schedules start again within a day."""
_REACH_ONCE_DAYS = (300 * 366,)
"""What happens once may be planned for any day that there is, and is found at once."""


def next_runs(schedule: Schedule, now: datetime, count: int = HOW_MANY) -> list[datetime]:
    """The next `count` starts from `now` on within four years (`once`: ever), fewer when there are no more. A
    schedule that is on without an end has none."""
    runs = rule(schedule).runs
    low = micros(now)
    starts: list[int] = []
    for days in _REACH_ONCE_DAYS if isinstance(schedule.recurrence, Once) else _REACH_DAYS:
        starts = [start for start, _ in runs(low, low + days * DAY) if start >= low]
        if len(starts) >= count:
            break
    return [instant(start) for start in starts[:count]]
