"""When a schedule starts next: the same rules as on the screens (`vizora.schedule.recurrence`)."""

from datetime import datetime

from vizora.manifest.model import Once, Schedule
from vizora.schedule.instants import DAY, HOUR, instant, micros
from vizora.schedule.recurrence import rule

HOW_MANY = 5
_REACH = (HOUR, DAY, 8 * DAY, 62 * DAY, 400 * DAY, 4 * 366 * DAY)
"""Looked ahead further and further: most schedules start again within a day, and one of every minute has no end."""
_REACH_ONCE = (300 * 366 * DAY,)
"""What happens once may be planned for any day that there is, and is found at once."""


def next_runs(schedule: Schedule, now: datetime, count: int = HOW_MANY) -> list[datetime]:
    """The next `count` starts from `now` on within four years (`once`: ever), fewer when there are no more. A
    schedule that is on without an end has none."""
    runs = rule(schedule).runs
    low = micros(now)
    starts: list[int] = []
    for reach in _REACH_ONCE if isinstance(schedule.recurrence, Once) else _REACH:
        starts = [start for start, _ in runs(low, low + reach) if start >= low]
        if len(starts) >= count:
            break
    return [instant(start) for start in starts[:count]]
