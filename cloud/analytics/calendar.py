"""From hours of UTC to the hours and days of a place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from cloud.analytics.queries import HOUR_S, NONE, QUARTER_S, Count
from cloud.analytics.question import DAY, HOUR


@dataclass(frozen=True, slots=True)
class Slot:
    """An hour or day of a place: when it starts, and how people there call it."""

    start: datetime
    label: str
    """`2026-11-22`, or `2026-11-22T14:00+01:00`: the offset tells the two hours apart that autumn gives one name."""
    count: Count


def step_s(zone: tzinfo, start: datetime, end: datetime) -> int:
    """How fine plays have to be counted: by hours, or by quarters where the wall clock is not whole hours off UTC."""
    days = (end - start) // DAY + 1
    moments = [min(start + day * DAY, end) for day in range(days + 1)]
    offsets = {at.astimezone(zone).utcoffset() for at in moments}
    return HOUR_S if all(offset is not None and not offset % HOUR for offset in offsets) else QUARTER_S


def by_day(buckets: Mapping[datetime, Count], zone: tzinfo) -> list[Slot]:
    """Days with plays, in their order."""
    days: dict[datetime, Slot] = {}
    for at, count in sorted(buckets.items()):
        date = at.astimezone(zone).date()
        start = datetime.combine(date, time(), zone).astimezone(UTC)
        days[start] = _more(days.get(start), start, date.isoformat(), count)
    return list(days.values())


def by_hour(buckets: Mapping[datetime, Count], zone: tzinfo) -> list[Slot]:
    """Hours of the wall clock with plays, in their order."""
    hours: dict[datetime, Slot] = {}
    for at, count in sorted(buckets.items()):
        local = at.astimezone(zone)
        into = timedelta(minutes=local.minute, seconds=local.second)
        label = local.replace(minute=0, second=0).isoformat(timespec="minutes")
        hours[at - into] = _more(hours.get(at - into), at - into, label, count)
    return list(hours.values())


def _more(slot: Slot | None, start: datetime, label: str, count: Count) -> Slot:
    return Slot(start, label, (slot.count if slot else NONE).plus(count))
