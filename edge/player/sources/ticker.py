"""Where a ticker's text is at an instant. Pure: twenty screens of one size show the same, after a late start too.

The text runs as a river: the same text again after each `lap`. Where a whole lap fits into the item's time, laps are
stretched so that a whole number of them does, and each showing begins with the beginning of the text. Longer texts run
by the time of day, so that the next showing goes on where this one ended and all of it is read.
"""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime

from edge.player.source import TOLERANCE

PERCENT_A_SECOND = 10
FRAME_RATE = 60
"""Speeds are whole pixels a frame at this rate: nothing else looks smooth."""
GAP = 0.25
"""Between two copies of the text, at least, in widths of the box."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def speed_of(percent: int | None, width: int) -> int:
    """Pixels a second, at least one a frame."""
    return max(1, round(width * (percent or PERCENT_A_SECOND) / 100 / FRAME_RATE)) * FRAME_RATE


def runs_rightwards(text: str) -> bool:
    """Whether it is written from right to left, by its first letter that has a direction (Unicode's UAX 9, P2)."""
    directions = (unicodedata.bidirectional(letter) for letter in text)
    return next((d in ("R", "AL") for d in directions if d in ("L", "R", "AL")), False)


@dataclass(frozen=True, slots=True)
class Course:
    """The way of a text of `length` pixels through a box of `width`."""

    width: int
    length: int
    speed: int
    rightwards: bool
    lap: float
    base: float = 0.0
    """Seconds by which the river is older than the showing."""

    def places(self, t: float) -> tuple[int, ...]:
        """The left edges of all copies to be seen, `t` seconds into the showing, in pixels from the box's left edge."""
        gone = (int((self.base + t + TOLERANCE) * self.speed)) % self.lap
        found, ahead = [], gone
        while ahead - self.length < self.width:
            if ahead > 0:
                found.append(round(ahead - self.length if self.rightwards else self.width - ahead))
            ahead += self.lap
        return tuple(found)


def course(width: int, length: int, speed: int, started_at: datetime, ends_at: datetime, *, rightwards: bool) -> Course:
    shortest = max(length + GAP * width, float(width))
    way = (ends_at - started_at).total_seconds() * speed
    laps = int(way / shortest)
    if laps:
        return Course(width, length, speed, rightwards, way / laps)
    lap = float(round(shortest))
    base = (started_at - EPOCH).total_seconds() % (lap / speed)
    return Course(width, length, speed, rightwards, lap, base)
