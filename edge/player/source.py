"""The one interface for what moves on a screen. Every backend passes the same contract test.

Nothing here ever blocks: the stage asks sixty times a second.
"""

from enum import StrEnum
from pathlib import Path
from typing import Protocol

from edge.player.sound.mixing import Sound
from edge.player.stage.pictures import Picture

TOLERANCE = 1e-4
"""Seconds by which a picture may be early: instants are whole microseconds, picture times are fractions."""


class SourceState(StrEnum):
    OPENING = "opening"
    PLAYING = "playing"
    ENDED = "ended"
    """Every picture there is has been delivered; the last one may be held."""
    FAILED = "failed"


class PictureSource(Protocol):
    """Pictures over time. `t` is seconds from the beginning of the item."""

    def ready(self) -> bool:
        """The first picture is in memory, so `at` will give one."""

    def at(self, t: float) -> Picture | None:
        """The newest picture due at `t`, or None when that one was given already."""

    def reached(self, t: float) -> bool:
        """Whether everything `at(t)` could ever give is in memory by now."""

    def due_in(self, t: float) -> float | None:
        """Seconds from `t` until the next picture that waits in memory; None where that isn't known."""

    def moving(self) -> bool:
        """Whether further pictures are to come by themselves."""

    def state(self) -> SourceState: ...

    @property
    def reason(self) -> str:
        """Why it failed, in words for a person; empty otherwise."""

    @property
    def sound(self) -> Sound | None:
        """What is to be heard with it."""

    def close(self) -> None:
        """Ends it and frees what it holds. Twice is once."""


class VideoSource(PictureSource, Protocol):
    """A backend that plays files or streams."""

    def open(self, path: Path, start: float, *, loop: bool = False) -> None:
        """Begins to decode `path`, `start` seconds in, once or over and over. Faults show later, in `state`."""
