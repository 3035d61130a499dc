"""Telling a slow line from one that will never end: less than 1 kB/s over a minute is given up."""

from dataclasses import dataclass

WINDOW_S = 60.0
LEAST_BYTES = 61_440


@dataclass(slots=True)
class Pace:
    """Feed it with every chunk and the monotonic time; it answers whether the last full window was too slow."""

    since: float
    taken: int = 0

    def is_too_slow(self, size: int, at: float) -> bool:
        self.taken += size
        if at - self.since < WINDOW_S:
            return False
        too_slow = self.taken < LEAST_BYTES
        self.since, self.taken = at, 0
        return too_slow
