"""When a screen's display is on, by its manifest (`screen.power`): windows of the wall clock, read as weekly schedules.

A window of `days`, `on` and `off` is a weekly schedule's (CONTRACT 6.3): it runs past midnight when `off` is not later
than `on`, and through DST by the wall clock. Without a window the display is always on.
"""

from datetime import datetime

from vizora.errors import PublisherError
from vizora.identifiers import ScheduleId
from vizora.manifest.model import PowerWindow, Schedule, Weekly
from vizora.schedule.instants import micros
from vizora.schedule.model import ClockTrust
from vizora.schedule.recurrence import Rule, rule


class PowerPlan:
    """Made once a manifest; a window or zone that can't be read leaves the display on: never dark by mistake."""

    def __init__(self, windows: tuple[PowerWindow, ...], time_zone: str) -> None:
        try:
            self._rules = tuple(_rule(window, time_zone) for window in windows)
        except PublisherError:
            self._rules = ()

    def is_on(self, at: datetime, clock: ClockTrust) -> bool:
        """Whether the display is to be on at `at`. By a clock that isn't to be trusted it always is."""
        if not self._rules or clock is ClockTrust.UNTRUSTED:
            return True
        now = micros(at)
        return any(one.runs(now, now + 1) for one in self._rules)


def _rule(window: PowerWindow, time_zone: str) -> Rule:
    recurrence = Weekly(days=window.days, start_time=window.on, end_time=window.off)
    return rule(Schedule(id=ScheduleId("power"), time_zone=time_zone, recurrence=recurrence))
