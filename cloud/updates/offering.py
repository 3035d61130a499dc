"""Which update a screen gets now, or why it gets none. Pure.

A screen only ever goes up, to the newest release of its board on its channel; one that didn't work there is not
offered again, and no older one in its place. Its turn in a rollout is a hash of version and id: always the same for
one release, another one for the next, so that it isn't the same screens that go first every time.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum

from cloud.updates.versions import OLDEST, age_of, is_newer
from vizora.schedule.instants import HOUR, MINUTE
from vizora.schedule.wall import BadTime, time_of_day

CONFIRMED = "confirmed"
"""The state of a system that may be replaced."""


class Channel(StrEnum):
    STABLE = "stable"
    BETA = "beta"
    """What is new first; and what is stable, when that is newer."""
    OFF = "off"


FOLLOWED = {
    Channel.STABLE: frozenset({Channel.STABLE}),
    Channel.BETA: frozenset({Channel.STABLE, Channel.BETA}),
    Channel.OFF: frozenset[Channel](),
}
"""Whose releases a screen of a channel takes."""


class Why(StrEnum):
    OFFERED = "offered"
    UNKNOWN = "unknown"
    """It has no two systems, or hasn't said so yet: it was not made by `vizora image build`."""
    OFF = "off"
    NEWEST = "newest"
    """There is nothing newer."""
    TRIED = "tried"
    """The newest one did not work on this screen."""
    HALTED = "halted"
    UNCONFIRMED = "unconfirmed"
    """The system that runs has to prove itself first."""
    LATER = "later"
    """Others go first."""
    WINDOW = "window"
    """It waits for the screen's maintenance window."""


@dataclass(frozen=True, slots=True)
class Window:
    """Local times of day, `02:00` to `05:00`, past midnight where the end is the earlier one; alike: the whole day."""

    start: str
    end: str

    def has(self, local: datetime) -> bool:
        at = local.hour * HOUR + local.minute * MINUTE
        start, end = time_of_day(self.start), time_of_day(self.end)
        return start <= at < end if start < end else at >= start or at < end


def is_time_of_day(text: str) -> bool:
    try:
        time_of_day(text)
    except BadTime:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Screen:
    """What counts of a screen."""

    id: str
    channel: Channel
    window: Window
    zone: tzinfo
    board: str | None
    version: str = ""
    state: str = ""
    failed: frozenset[str] = frozenset()
    """Versions that fell back, or were refused, on it."""


@dataclass(frozen=True, slots=True)
class Release:
    """A release that was not withdrawn, and how far its rollout is."""

    id: str
    version: str
    board: str
    channel: Channel
    sha256: str
    size: int
    percent: int
    """Of all screens that may have it."""
    halted: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    why: Why
    release: Release | None = None
    """The one that is meant; it is offered if `why` says so."""


def what_to_offer(screen: Screen, releases: Iterable[Release], now: datetime, *, asked: bool = False) -> Answer:
    """`asked`: somebody wants it now, before its turn and outside the window. A halt holds all the same."""
    if screen.board is None:
        return Answer(Why.UNKNOWN)
    if screen.channel is Channel.OFF:
        return Answer(Why.OFF)
    release = _newest(screen, releases)
    if release is None:
        return Answer(Why.NEWEST)
    return Answer(_hindrance(screen, release, now, asked=asked) or Why.OFFERED, release)


def turn_of(device_id: str, version: str) -> int:
    """0 to 9999: a screen has its turn when the rollout's percentage, times 100, is above it."""
    digest = hashlib.sha256(f"{version} {device_id}".encode()).digest()
    return int.from_bytes(digest[:8]) % 10_000


def _newest(screen: Screen, releases: Iterable[Release]) -> Release | None:
    fitting = [
        release
        for release in releases
        if release.board == screen.board
        and release.channel in FOLLOWED[screen.channel]
        and is_newer(release.version, screen.version)
    ]
    return max(fitting, key=lambda release: (age_of(release.version) or OLDEST, release.id), default=None)


def _hindrance(screen: Screen, release: Release, now: datetime, *, asked: bool) -> Why | None:
    if release.version in screen.failed:
        return Why.TRIED
    if release.halted:
        return Why.HALTED
    if screen.state != CONFIRMED:
        return Why.UNCONFIRMED
    if not asked and turn_of(screen.id, release.version) >= release.percent * 100:
        return Why.LATER
    if not asked and not screen.window.has(now.astimezone(screen.zone)):
        return Why.WINDOW
    return None
