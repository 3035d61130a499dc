"""What a source hands to the stage: pixels somewhere in memory, with sizes that were checked."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Planes:
    """An I420 picture. `y`, `u`, `v` are addresses, the pitches are bytes a row; valid until the source's next `at`."""

    width: int
    height: int
    y: int
    u: int
    v: int
    pitch: int
    chroma_pitch: int
    rotation: int = 0
    """Degrees clockwise to turn the picture before showing it: 0, 90, 180 or 270."""


@dataclass(frozen=True, slots=True)
class Pixels:
    """A whole picture of `width` x `height` in `data`, four bytes a pixel: blue, green, red, 255."""

    width: int
    height: int
    data: memoryview


@dataclass(frozen=True, slots=True)
class Strip:
    """A ticker at an instant: a box of `width` x `height`, and in it copies of `text`, halfway up."""

    width: int
    height: int
    background: str
    text: Pixels
    places: tuple[int, ...]
    """The left edge of each copy, in pixels from that of the box."""


Picture = Planes | Pixels | Strip
