"""A few colours of a picture, taken where it is handed to the renderer: what should be on the glass, to compare with.

Only places whose neighbours look alike are taken: at an edge, scaling makes other colours.
"""

import ctypes
from collections.abc import Callable
from typing import NamedTuple

import pygame

from edge.player.stage.pictures import Pixels, Planes

Colour = tuple[int, int, int]
GRID = tuple((x, y) for y in (0.17, 0.5, 0.83) for x in (0.12, 0.31, 0.5, 0.69, 0.88))
"""Shares of width and height."""
ALIKE = 24
NEIGHBOUR = 0.006
HD_ROWS = 576
"""Above this many rows SDL takes BT.709, up to it BT.601 (`SDL_YUV_CONVERSION_AUTOMATIC`)."""


class Sample(NamedTuple):
    """A colour at a place of the picture, in shares of its width and height."""

    x: float
    y: float
    colour: Colour


def samples(picture: Pixels | Planes | pygame.Surface) -> tuple[Sample, ...]:
    """Read while the picture is certainly there: when it is handed over. Some tens of microseconds."""
    width, height, colour = _reader(picture)
    found = []
    for x, y in GRID:
        here, beside, below = (
            colour(min(width - 1, int(px * width)), min(height - 1, int(py * height)))
            for px, py in ((x, y), (x + NEIGHBOUR, y), (x, y + NEIGHBOUR))
        )
        if alike(here, beside, ALIKE) and alike(here, below, ALIKE):
            found.append(Sample(x, y, here))
    return tuple(found)


def alike(one: Colour, other: Colour, levels: int) -> bool:
    return all(abs(a - b) <= levels for a, b in zip(one, other, strict=True))


def _reader(picture: Pixels | Planes | pygame.Surface) -> tuple[int, int, Callable[[int, int], Colour]]:
    if isinstance(picture, Pixels):
        data, row = picture.data, picture.width * 4

        def pixel(x: int, y: int) -> Colour:
            blue, green, red = data[(at := y * row + x * 4) : at + 3]
            return red, green, blue

        return picture.width, picture.height, pixel
    if isinstance(picture, Planes):
        return picture.width, picture.height, lambda x, y: _of_planes(picture, x, y)
    surface = picture

    def of_surface(x: int, y: int) -> Colour:
        red, green, blue, _ = surface.get_at((x, y))
        return red, green, blue

    return surface.get_width(), surface.get_height(), of_surface


def _of_planes(picture: Planes, x: int, y: int) -> Colour:
    """ITU-R BT.601 or BT.709, narrow range."""
    chroma = (y // 2) * picture.chroma_pitch + x // 2
    luma = 1.164 * (_byte(picture.y + y * picture.pitch + x) - 16)
    u, v = _byte(picture.u + chroma) - 128, _byte(picture.v + chroma) - 128
    if picture.height > HD_ROWS:
        return _level(luma + 1.793 * v), _level(luma - 0.213 * u - 0.533 * v), _level(luma + 2.112 * u)
    return _level(luma + 1.596 * v), _level(luma - 0.392 * u - 0.813 * v), _level(luma + 2.017 * u)


def _byte(address: int) -> int:
    return ctypes.c_ubyte.from_address(address).value


def _level(value: float) -> int:
    return min(255, max(0, round(value)))
