"""What the stage is told to draw: a value, so that an unchanged screen is seen to be unchanged."""

from dataclasses import dataclass
from typing import Protocol

from edge.player.stage.geometry import Rect
from edge.player.stage.pictures import Picture
from edge.player.stage.samples import Sample


class Texture(Protocol):
    """A picture the renderer keeps. Sizes are as seen, after turning."""

    @property
    def size(self) -> tuple[int, int]: ...

    @property
    def samples(self) -> tuple[Sample, ...]:
        """Colours of the picture it shows now; empty when none were taken of this one."""

    def update(self, picture: Picture) -> "Texture":
        """Takes over the next picture; answers the texture that shows it now, which may be another one."""

    def draw(self, source: Rect, target: Rect, opacity: int) -> None: ...

    def free(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Layer:
    """One picture in its zone, over what lies below it. `bars` get the `background`, as opaque as the picture."""

    texture: Texture
    revision: int
    """Counts the pictures this texture had: the same number means the same picture."""
    source: Rect
    target: Rect
    bars: tuple[Rect, ...]
    background: str
    opacity: int = 255
    clip: Rect | None = None
    """Nothing of it is drawn outside; None is no limit."""


@dataclass(frozen=True, slots=True)
class Scene:
    background: str
    layers: tuple[Layer, ...]
