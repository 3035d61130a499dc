"""Whether the system that has just started is kept, or the one before it is started again. Pure.

It is kept once it has done what it is for: drawn frames, with its data there, and two quiet minutes. The cloud doesn't
count: a screen whose network is down must not fall back for ever. Seconds are of this boot.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

QUIET_S = 120.0
"""So long nothing may restart, and frames must go on."""
GIVE_UP_S = 600.0
STILL_S = 30.0
"""So long a frame counter may stand still: a picture that doesn't change is drawn anew each second."""


class Verdict(StrEnum):
    WAIT = "wait"
    KEEP = "keep"
    GO_BACK = "go-back"


@dataclass(frozen=True, slots=True)
class Seen:
    """A look at the device."""

    at_s: float
    boot_id: str | None
    """Of the player's run; None while none speaks."""
    frames: int = 0
    is_data_there: bool = False


@dataclass(frozen=True, slots=True)
class Watch:
    """What the looks so far amount to."""

    began_s: float
    quiet_since_s: float | None = None
    moved_s: float = 0.0
    last: Seen | None = None


def looked(watch: Watch, seen: Seen) -> Watch:
    """A player that restarts, stands still, or data that goes away begins the two minutes anew."""
    before = watch.last
    if seen.boot_id is None or not seen.is_data_there:
        return replace(watch, quiet_since_s=None, last=seen)
    if before is None or before.boot_id != seen.boot_id:
        return replace(watch, quiet_since_s=None, moved_s=seen.at_s, last=seen)
    if seen.frames > before.frames:
        since = watch.quiet_since_s if watch.quiet_since_s is not None else seen.at_s
        return replace(watch, quiet_since_s=since, moved_s=seen.at_s, last=seen)
    is_still = seen.at_s - watch.moved_s >= STILL_S
    return replace(watch, quiet_since_s=None if is_still else watch.quiet_since_s, last=seen)


def verdict(watch: Watch, at_s: float) -> Verdict:
    if watch.quiet_since_s is not None and at_s - watch.quiet_since_s >= QUIET_S:
        return Verdict.KEEP
    return Verdict.GO_BACK if at_s - watch.began_s >= GIVE_UP_S else Verdict.WAIT
