"""A cron expression in words, where it is one that people write: at some times of day, on some days."""

from datetime import time

from cronsim import CronSim

from cloud.web.speech import _, many
from cloud.web.writing import months, named_days

MOST_TIMES = 6
MONTH = set(range(1, 32))
WEEK = set(range(1, 8))


def told(fields: CronSim) -> str:
    """`18:00, Monday to Friday`; empty where it is none of these (the last day, the second Tuesday, many times)."""
    listed = [day for day in (*fields.days, *fields.weekdays) if isinstance(day, int) and day >= 0]
    if len(listed) < len(fields.days) + len(fields.weekdays) or not fields.day_and:
        return ""
    weekdays = {day or 7 for day in fields.weekdays if isinstance(day, int)}
    days = [named_days(weekdays)] if weekdays < WEEK or fields.days >= MONTH else []
    if fields.days < MONTH:
        days += [_("on the days %(days)s of the month", days=_(", ").join(map(str, sorted(fields.days))))]
    if len(fields.months) < 12:
        days += [months(sorted(fields.months))]
    times = _times(sorted(fields.hours), sorted(fields.minutes))
    return _(", ").join([times, *days]) if times else ""


def _times(hours: list[int], minutes: list[int]) -> str:
    """Times of day, or every so many minutes; empty when they are neither."""
    if len(hours) * len(minutes) <= MOST_TIMES:
        return _(", ").join(f"{time(hour, minute):%H:%M}" for hour in hours for minute in minutes)
    step = 60 // len(minutes)
    if len(hours) == 24 and minutes == list(range(0, 60, step)):
        return many("every minute", "every %(count)s minutes", step)
    return ""
