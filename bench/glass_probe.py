"""`python -m bench.glass_probe FRAMEBUFFER SECONDS`: what is on the glass, looked at a thousand times a second.

A process of its own that maps Xvfb's frame buffer and disturbs nobody. Prints one JSON list: [wall seconds, clip,
picture] whenever another picture came on, clip -1 for black and -2 for a picture without a readable marker.
"""

import json
import sys
from pathlib import Path
from typing import NamedTuple

from edge.clock import Clock, SystemClock
from tests.fakes.xserver import Framebuffer

BLACK, FOREIGN = -1, -2
EVERY = 0.001


class Came(NamedTuple):
    at: float
    clip: int
    picture: int


def watch(glass: Framebuffer, seconds: float, clock: Clock) -> list[Came]:
    """A marker that can't be read is looked at again at once: the X server may be in the middle of writing it."""
    came: list[Came] = []
    give_up = clock.monotonic() + seconds
    while clock.monotonic() < give_up:
        marker = glass.marker() or glass.marker()
        seen = marker or ((BLACK if glass.is_black() else FOREIGN), 0)
        if not came or came[-1][1:] != seen:
            came.append(Came(clock.now().timestamp(), *seen))
        clock.sleep(EVERY)
    return came


def main(arguments: list[str]) -> int:
    glass = Framebuffer(Path(arguments[0]))
    print(json.dumps(watch(glass, float(arguments[1]), SystemClock())))
    glass.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
