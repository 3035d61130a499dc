"""The texture of a ticker: its text in tiles a graphics processor can hold, drawn where each picture says."""

from typing import TYPE_CHECKING

import pygame
from pygame._sdl2.video import Renderer
from pygame._sdl2.video import Texture as SdlTexture

from edge.player.stage.geometry import Rect
from edge.player.stage.pictures import Picture, Pixels, Strip
from edge.player.stage.samples import Sample

if TYPE_CHECKING:
    from edge.player.stage.scene import Texture

TILE = 2048
"""Pixels of width: what the weakest renderer takes (OpenGL ES 2 on a Pi 3)."""
BLEND_NONE, BLEND_ALPHA = 0, 1


class Running:
    """Raises pygame.error when the renderer can't take the tiles."""

    def __init__(self, renderer: Renderer, strip: Strip) -> None:
        self._renderer = renderer
        self._strip = strip
        self._tiles = _tiles(renderer, strip.text)

    @property
    def size(self) -> tuple[int, int]:
        return self._strip.width, self._strip.height

    @property
    def samples(self) -> tuple[Sample, ...]:
        """None: what moves each frame can't be compared with a look at the glass a little later."""
        return ()

    def update(self, picture: Picture) -> "Texture":
        """Only moves the text: nothing is uploaded."""
        assert isinstance(picture, Strip)
        if picture.text is not self._strip.text:
            self._tiles = _tiles(self._renderer, picture.text)
        self._strip = picture
        return self

    def draw(self, source: Rect, target: Rect, opacity: int) -> None:
        assert (source.width, source.height) == (target.width, target.height)
        pen = pygame.Color(self._strip.background)
        pen.a = opacity
        self._renderer.draw_color = pen
        self._renderer.draw_blend_mode = BLEND_NONE if opacity == 255 else BLEND_ALPHA
        self._renderer.fill_rect(pygame.Rect(*target))
        y = target.y + (self._strip.height - self._strip.text.height) // 2
        for place in self._strip.places:
            for number, tile in enumerate(self._tiles):
                left, right = place + number * TILE, place + number * TILE + tile.width
                seen, end = max(0, left), min(self._strip.width, right)
                if seen < end:
                    tile.blend_mode = BLEND_NONE if opacity == 255 else BLEND_ALPHA
                    tile.alpha = opacity
                    tile.draw(
                        srcrect=pygame.Rect(seen - left, 0, end - seen, tile.height),
                        dstrect=pygame.Rect(target.x + seen, y, end - seen, tile.height),
                    )

    def free(self) -> None:
        self._tiles = []


def _tiles(renderer: Renderer, text: Pixels) -> list[SdlTexture]:
    whole = pygame.image.frombuffer(text.data, (text.width, text.height), "BGRA")
    return [
        SdlTexture.from_surface(renderer, whole.subsurface((x, 0, min(TILE, text.width - x), text.height)))
        for x in range(0, text.width, TILE)
    ]
