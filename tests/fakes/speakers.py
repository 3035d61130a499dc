"""A speaker in virtual time: what it was told to play, and when each of it would have been heard."""

import itertools
import math
from array import array
from datetime import datetime, timedelta

from edge.clock import Clock
from edge.player.sound.mixing import FRAME, RATE

LOUD = 2000
"""Levels that are no longer silence."""


class VirtualSpeaker:
    """Plays what it has, sample by sample, as its clock goes on; silence when it has nothing."""

    def __init__(self, clock: Clock, drift: float = 0.0) -> None:
        self._clock = clock
        self._pace = 1 + drift
        self._began = clock.monotonic()
        self._at = clock.now()
        self.samples = array("h")

    def pending(self) -> float | None:
        return max(0.0, len(self.samples) / 2 / RATE - self._played())

    def play(self, samples: bytes) -> None:
        behind = round((self._played() - len(self.samples) / 2 / RATE) * RATE)
        if behind > 0:
            self.samples.extend([0, 0] * behind)
        self.samples.frombytes(samples)

    def mix(self, into: bytearray, samples: bytes, volume: float) -> None:
        mine, theirs = array("h", bytes(into)), array("h", samples)
        into[:] = array("h", [_clipped(a + b * volume) for a, b in zip(mine, theirs, strict=True)]).tobytes()

    def close(self) -> None:
        pass

    def when(self, frame: int) -> datetime:
        """The instant at which a frame was heard."""
        return self._at + timedelta(seconds=frame / RATE / self._pace)

    def _played(self) -> float:
        """Seconds of samples that are past."""
        return (self._clock.monotonic() - self._began) * self._pace


def _clipped(level: float) -> int:
    return round(max(-32768.0, min(32767.0, level)))


def onsets(samples: "array[int]", quiet: float = 0.2) -> list[int]:
    """Frames at which a tone begins after at least `quiet` seconds of silence."""
    found, last = [], -RATE
    for frame in range(0, len(samples) // 2):
        if abs(samples[frame * 2]) > LOUD:
            if frame - last > quiet * RATE:
                found.append(frame)
            last = frame
    return found


def loudest_step(samples: "array[int]") -> int:
    """The largest difference between neighbours of the left channel: a click is a large one."""
    left = samples[::2]
    return max((abs(b - a) for a, b in itertools.pairwise(left)), default=0)


def loudness(samples: "array[int]") -> float:
    """Root of the mean square of the loud part."""
    loud = [level for level in samples if abs(level) > LOUD // 10]
    return math.sqrt(sum(level * level for level in loud) / len(loud)) if loud else 0.0


assert FRAME == 4
