"""What the screen says in words, as textures: a card instead of content, a badge or banner over it."""

from enum import Enum
from typing import Protocol

import pygame

from edge.player.cards import drawing
from edge.player.cards.cards import Card
from edge.player.stage.geometry import Rect
from edge.player.stage.pictures import Picture
from edge.player.stage.scene import Layer, Texture

BACKGROUND = "#0d1321"
"""Of cards."""


class Over(Enum):
    """What may lie over the picture."""

    BADGE = "badge"
    """Below: which screen this is."""
    BANNER = "banner"
    """Above: whose it is now."""


class Glass(Protocol):
    """What the show needs of a stage."""

    @property
    def size(self) -> tuple[int, int]: ...

    def texture(self, picture: Picture | pygame.Surface) -> Texture: ...


class Words:
    def __init__(self, glass: Glass) -> None:
        self._glass = glass
        self._card: tuple[Card, Texture] | None = None
        self._over: dict[Over, Texture] = {}

    def card(self, card: Card) -> Layer:
        """Drawn anew when it is another one than before."""
        if self._card is None or self._card[0] != card:
            picture = drawing.draw(card, self._glass.size)
            self.drop_card()
            self._card = (card, self._glass.texture(picture))
        return _whole(self._card[1], 0, 0)

    def drop_card(self) -> None:
        if self._card is not None:
            self._card[1].free()
            self._card = None

    def lay_over(self, place: Over, picture: pygame.Surface | None) -> None:
        """Lays it over the picture, or takes it away."""
        before = self._over.pop(place, None)
        if before is not None:
            before.free()
        if picture is not None:
            self._over[place] = self._glass.texture(picture)

    def uncover(self) -> None:
        for place in list(self._over):
            self.lay_over(place, None)

    def over(self) -> tuple[Layer, ...]:
        layers = []
        for place, texture in self._over.items():
            width, height = texture.size
            y = height // 4 if place is Over.BANNER else self._glass.size[1] - height * 5 // 4
            layers.append(_whole(texture, (self._glass.size[0] - width) // 2, y))
        return tuple(layers)


def _whole(texture: Texture, x: int, y: int) -> Layer:
    return Layer(texture, 0, Rect(0, 0, *texture.size), Rect(x, y, *texture.size), (), BACKGROUND)
