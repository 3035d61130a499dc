"""A player that a content kills: the real one, but that it dies as by a fault in a library when this one is opened."""

import os
import sys

from edge.player import __main__ as player
from edge.player.safe_mode import SafeMode, Trail
from edge.player.show.sequencer import Slot

POISON = "content 4"
told = Trail.opening


def opening(trail: Trail, slot: Slot) -> None:
    told(trail, slot)
    if slot.asset.title == POISON:
        os.abort()


if __name__ == "__main__":
    setattr(Trail, "opening", opening)  # noqa: B010
    if "FORGETS" in os.environ:
        setattr(SafeMode, "begin", lambda *_: None)  # noqa: B010
    sys.exit(player.main(os.environ))
