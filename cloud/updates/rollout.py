"""How far a release has come, and when it stops by itself. Pure.

A rollout goes up a step after a day in which nothing went wrong, so that every screen's maintenance window was in it.
Trouble is a screen that fell back, one that refused the update, and one that took it and was not heard of since: a
system with a broken network shows frames, so it stays, and says nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

STEPS = (1, 10, 50, 100)
"""Percent of the screens."""
PAUSE = timedelta(days=1)
SILENT_AFTER = timedelta(hours=2)
"""How long an update may take until the screen says what became of it."""
TOLERATED = 1
TOLERATED_SHARE = 0.02
"""So many screens, or this share of those that took it, may have trouble: cards die and plugs get pulled."""


@dataclass(frozen=True, slots=True)
class Rollout:
    step: int
    """Which of STEPS."""
    since: datetime
    """When this step began."""
    counted_since: datetime
    """When it was added or resumed: what went wrong before counts no more."""
    halted_at: datetime | None = None
    halted_why: str = ""

    @property
    def percent(self) -> int:
        return STEPS[min(self.step, len(STEPS) - 1)]


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of a release on the screens that took it, since `counted_since`."""

    took: int = 0
    fell_back: int = 0
    refused: int = 0
    silent: int = 0
    last_trouble_at: datetime | None = None

    @property
    def trouble(self) -> int:
        return self.fell_back + self.refused + self.silent


def judged(rollout: Rollout, tally: Tally, now: datetime) -> Rollout:
    """What the rollout is from now on: halted, a step further, or as it was. A halted one stays so."""
    if rollout.halted_at is not None:
        return rollout
    if tally.trouble > max(TOLERATED, tally.took * TOLERATED_SHARE):
        return replace(rollout, halted_at=now, halted_why=_reason(tally))
    quiet_since = max(rollout.since, tally.last_trouble_at or rollout.since)
    if rollout.step < len(STEPS) - 1 and now - quiet_since >= PAUSE:
        return replace(rollout, step=rollout.step + 1, since=now)
    return rollout


def resumed(rollout: Rollout, now: datetime) -> Rollout:
    """An operator's word: it goes on where it was."""
    return replace(rollout, since=now, counted_since=now, halted_at=None, halted_why="")


def _reason(tally: Tally) -> str:
    parts = ((tally.fell_back, "fell back"), (tally.refused, "refused it"), (tally.silent, "took it and fell silent"))
    told = ", ".join(f"{count} {what}" for count, what in parts if count)
    return f"of {tally.took} screens that took it: {told}"
