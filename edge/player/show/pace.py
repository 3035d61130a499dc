"""The time the show follows: the wall clock, with its small corrections taken up too slowly to be seen or heard.

Pure: told both clocks at every look. The monotonic clock carries it on; what the wall clock is off by then is taken
up at `SLEW`, which moves no picture by a frame within seconds and lies within what sound is stretched by. From `STEP`
on the clock was set, not corrected, and the show goes there at once: the right item now matters more.
"""

from datetime import datetime, timedelta

STEP = timedelta(seconds=0.25)
SLEW = 0.005
"""Seconds taken up a second."""


class Pace:
    def __init__(self) -> None:
        self._last: tuple[datetime, float] | None = None
        self.steps = 0
        """How often the clock was set."""

    def now(self, wall: datetime, mono: float) -> datetime:
        """The show's time when the wall clock says `wall` and the monotonic one `mono` seconds."""
        if self._last is None:
            self._last = (wall, mono)
            return wall
        shown, before = self._last
        elapsed = max(0.0, mono - before)
        carried = shown + timedelta(seconds=elapsed)
        off = wall - carried
        if abs(off) >= STEP:
            self.steps += 1
            carried = wall
        else:
            most = timedelta(seconds=elapsed * SLEW)
            carried += max(-most, min(most, off))
        self._last = (carried, mono)
        return carried
