"""The player's safe mode at work: what is remembered of its starts, and what it leaves out (ADR 60).

`player/starts.json` is written when the player starts, when that came to last and when it ends before: two small files
a start. What is open goes to the run folder, which a player's end leaves as it is.
"""

import contextlib
import hashlib
from datetime import datetime
from pathlib import Path

import msgspec

from edge.clock import Clock
from edge.files import write_at_once, write_durably
from edge.paths import DevicePaths
from edge.player import starts
from edge.player.show.sequencer import Slot
from edge.player.starts import STARTS, Start, Starts
from edge.status import LEFT_OUT, SAFE_MODE, Problem, read_status
from vizora.identifiers import ContentId
from vizora.manifest.model import Manifest, Value

KERNEL = Path("/proc/sys/kernel/random/boot_id")
SILENT = 30.0
"""Seconds without a sign of life after which it is counted anew."""


class Open(Value, frozen=True):
    """`player-open.json`."""

    contents: tuple[ContentId, ...] = ()


class Trail:
    """What is on the glass or about to be, told to the run folder before it is opened."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._open: dict[ContentId, datetime] = {}

    def opening(self, slot: Slot) -> None:
        begins = slot.answer.started_at
        self._open = {content: ends for content, ends in self._open.items() if ends >= begins}
        self._open[slot.answer.content_id] = slot.answer.ends_at
        with contextlib.suppress(OSError):
            write_at_once(self._file, msgspec.json.encode(Open(tuple(self._open))))

    def left(self) -> tuple[ContentId, ...]:
        """By the player before; asked once."""
        found = read_status(self._file, Open) or Open()
        with contextlib.suppress(OSError):
            self._file.unlink(missing_ok=True)
        return found.contents


class SafeMode:
    """`lives` is for the stage's thread and waits for nothing; the rest for the thread that looks at files. Until it
    begins it leaves nothing out."""

    def __init__(self, paths: DevicePaths) -> None:
        self._file = paths.starts
        self._manifest = paths.current_manifest
        self._alive: tuple[float, float] | None = None
        """When it began to live, and the last sign of it."""
        self._starts = Starts()
        self.trail = Trail(paths.player_open)

    def begin(self, start: Start) -> None:
        before = read_status(self._file, Starts) or Starts()
        try:
            programme = _digest(self._manifest.read_bytes())
        except OSError:
            programme = ""
        self._keep(starts.begun(before, start, programme, self.trail.left()))

    def end(self) -> None:
        """In order. One that came to last before has nothing to say."""
        if self._starts.running is not None:
            self._keep(starts.ended(self._starts))

    def lives(self, mono: float) -> None:
        """A sign of life."""
        begun = mono if self._alive is None or mono - self._alive[1] > SILENT else self._alive[0]
        self._alive = (begun, mono)

    def look(self) -> None:
        """Whether it has lived for long enough."""
        lived = 0.0 if self._alive is None else self._alive[1] - self._alive[0]
        if self._starts.running is not None and lived >= starts.LASTS:
            self._keep(starts.lasted(self._starts))
        if self._starts.is_safe and lived >= starts.stay(self._starts):
            self._keep(starts.left(self._starts))

    def allows(self, stored: bytes) -> bool:
        """Whether the programme in these bytes may be read at all. One that is new is tried in full."""
        programme = _digest(stored)
        if programme != self._starts.programme:
            before, self._starts = self._starts, Starts(programme, running=self._starts.running)
            if before.is_safe:
                self._keep(self._starts)
        return not self._starts.is_plain

    @property
    def is_plain(self) -> bool:
        return self._starts.is_plain

    def left_out(self, manifest: Manifest | None) -> dict[ContentId, str]:
        there = () if manifest is None else manifest.assets
        return {content: LEFT_OUT for content in self._starts.left_out if content in there}

    def problem(self, manifest: Manifest | None) -> Problem | None:
        """What is said of it; None outside the safe mode."""
        if not self._starts.is_safe:
            return None
        crashed = f"The player ended {STARTS} times soon after its start"
        if manifest is None:
            return Problem(SAFE_MODE, f"{crashed}; it shows nothing until a new programme comes, or for a while.")
        titles = ", ".join(f"“{manifest.assets[content].title}”" for content in self.left_out(manifest))
        return Problem(SAFE_MODE, f"{crashed}; what was on then is left out for a while: {titles}.")

    def _keep(self, found: Starts) -> None:
        """On a card that can't be written it is known as long as this player runs."""
        self._starts = found
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_durably(self._file, msgspec.json.encode(found))


def _digest(stored: bytes) -> str:
    return hashlib.sha256(stored).hexdigest()


def this_start(clock: Clock) -> Start:
    """Of this process, by the kernel's name for this run of the machine."""
    try:
        boot = KERNEL.read_text().strip()
    except OSError:
        boot = ""
    return Start(boot, clock.monotonic())
