"""The pixel watchdog: whether what is on the glass is what should be there, and what to do when it isn't. Pure.

A handful of places is compared every few seconds. One look may fall between two frames, so only several in a row
count; then the remedies come one after the other, the mildest first.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import NamedTuple

from edge.player.stage.geometry import Rect
from edge.player.stage.samples import Colour, alike
from edge.player.stage.scene import Layer, Scene

EVERY = 2.0
"""Seconds between two looks."""
LEVELS = 40
"""By which a colour on the glass may differ from the picture's: scaling, dithering, conversion."""
LEAST = 4
"""With fewer places to compare nothing is said."""
IN_A_ROW = 2


class Spot(NamedTuple):
    """A place of the picture, in pixels as seen by somebody who looks at the screen, and the colour due there."""

    x: int
    y: int
    colour: Colour


class Remedy(StrEnum):
    REDRAW = "redraw"
    REOPEN = "reopen"
    """Make window and renderer anew."""
    END = "end"
    """Leave it to whoever starts the player again."""


LADDER = (Remedy.REDRAW, Remedy.REOPEN, Remedy.REOPEN, Remedy.END)


def due(scene: Scene) -> tuple[Spot, ...]:
    """What should be seen where: of every opaque picture that was sampled as it is, what no other one covers."""
    spots: list[Spot] = []
    for number, layer in enumerate(scene.layers):
        if layer.opacity != 255 or layer.clip is not None:
            continue
        above = scene.layers[number + 1 :]
        spots += (spot for spot in _spots(layer) if not any(_covers(one, spot) for one in above))
    return tuple(spots)


def differs(spots: Sequence[Spot], look: Callable[[Sequence[tuple[int, int]]], Sequence[Colour]]) -> bool | None:
    """Whether most places look otherwise than due; None when there are too few to say."""
    if len(spots) < LEAST:
        return None
    seen = look([(spot.x, spot.y) for spot in spots])
    wrong = sum(not alike(spot.colour, colour, LEVELS) for spot, colour in zip(spots, seen, strict=True))
    return wrong * 2 > len(spots)


class PixelWatch:
    """Told of every look; answers what to do now, if anything."""

    def __init__(self) -> None:
        self._wrong = 0
        self.tried = 0
        """Remedies since the glass was last right."""
        self.total = 0
        """Remedies since the player began."""

    def looked(self, differs: bool | None) -> Remedy | None:
        if differs is None:
            return None
        if not differs:
            self._wrong = self.tried = 0
            return None
        self._wrong += 1
        if self._wrong < IN_A_ROW:
            return None
        self._wrong = 0
        remedy = LADDER[min(self.tried, len(LADDER) - 1)]
        self.tried += 1
        self.total += 1
        return remedy


def _spots(layer: Layer) -> list[Spot]:
    source, target = layer.source, layer.target
    width, height = layer.texture.size
    spots = []
    for sample in layer.texture.samples:
        x, y = sample.x * width - source.x, sample.y * height - source.y
        if 0 <= x < source.width and 0 <= y < source.height:
            spots.append(
                Spot(
                    target.x + int(x * target.width / source.width),
                    target.y + int(y * target.height / source.height),
                    sample.colour,
                )
            )
    return spots


def _covers(layer: Layer, spot: Spot) -> bool:
    return any(_holds(rect, spot) for rect in (layer.target, *layer.bars))


def _holds(rect: Rect, spot: Spot) -> bool:
    return rect.x <= spot.x < rect.right and rect.y <= spot.y < rect.bottom
