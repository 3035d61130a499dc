"""When a system that has just started may stay. Pure: facts come in, a verdict comes out.

Confirmed after two quiet minutes: frames kept coming from one and the same run of the player, on a data partition that
was really mounted. The network and the cloud don't count: a screen without a line is a good screen.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

QUIET_S = 120.0
PATIENCE_S = 600.0
"""How long a new system has to show that it works; then the device restarts, into the old one."""
STALLED_S = 15.0
"""Without a new frame for so long the quiet is over. The player presents one a second at least."""
ON_DISK = ("mounted", "renewed")


class Verdict(StrEnum):
    WAIT = "wait"
    CONFIRM = "confirm"
    RESTART = "restart"
    LEAVE = "leave"
    """It doesn't show that it works, but nothing better is there: it goes on as it is, unconfirmed."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One look. Times are monotonic seconds."""

    at: float
    run: str | None
    """Which run of the player speaks (`bootId`); None: none does."""
    frames: int
    data: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What is remembered between looks."""

    began: float
    run: str | None = None
    frames: int = 0
    frame_at: float = 0.0
    quiet_since: float | None = None


def looked(trial: Trial, seen: Seen) -> Trial:
    if seen.run is None or seen.data not in ON_DISK:
        return replace(trial, run=None, quiet_since=None)
    if seen.run != trial.run:
        return replace(trial, run=seen.run, frames=seen.frames, frame_at=seen.at, quiet_since=None)
    if seen.frames > trial.frames:
        since = trial.quiet_since if trial.quiet_since is not None else seen.at
        return replace(trial, frames=seen.frames, frame_at=seen.at, quiet_since=since)
    if seen.at - trial.frame_at > STALLED_S:
        return replace(trial, quiet_since=None)
    return trial


def verdict(trial: Trial, now: float, *, replaceable: bool) -> Verdict:
    """`replaceable`: this system is not confirmed yet, and another is there to go back to."""
    if trial.quiet_since is not None and trial.frame_at - trial.quiet_since >= QUIET_S:
        return Verdict.CONFIRM
    if now - trial.began < PATIENCE_S:
        return Verdict.WAIT
    return Verdict.RESTART if replaceable else Verdict.LEAVE
