"""A clock that moves only when told."""

from datetime import datetime, timedelta

NOON = datetime.fromisoformat("2026-12-01T12:00:00+00:00")


class FakeClock:
    """Wall and monotonic time go together; `step_wall` moves the wall clock alone, as NTP or a person would."""

    def __init__(self, now: datetime = NOON, monotonic: float = 1000.0) -> None:
        self._now = now
        self._monotonic = monotonic

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def sleep(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds

    def step_wall(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
