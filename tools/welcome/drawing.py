"""A sheet to draw a slide on: everything at twice the size, brought down once, so that every edge is smooth."""

import random
from collections.abc import Sequence
from itertools import pairwise

from PIL import Image, ImageChops, ImageDraw

from tools.welcome.mark import mark
from tools.welcome.palette import Face, Rgb, between, font, rgb

Colour = str | Rgb
Stops = Sequence[tuple[float, str]]

OVERSAMPLING = 2


class Sheet:
    """Coordinates are in pixels of the finished slide."""

    def __init__(self, width: int, height: int, background: Colour | Image.Image) -> None:
        size = (width * OVERSAMPLING, height * OVERSAMPLING)
        if isinstance(background, Image.Image):
            self.picture = background.resize(size, Image.Resampling.BICUBIC)
        else:
            self.picture = Image.new("RGB", size, background)
        self.width, self.height = width, height

    def polygon(self, points: Sequence[tuple[float, float]], fill: Colour, opacity: float = 1.0) -> None:
        outline = [_up(point) for point in points]
        if opacity == 1:
            ImageDraw.Draw(self.picture).polygon(outline, fill=fill)
        else:
            shape = self._shape()
            ImageDraw.Draw(shape).polygon(outline, fill=round(255 * opacity))
            self._fill(shape, fill)

    def disc(self, centre: tuple[float, float], radius: float, fill: Colour, opacity: float = 1.0) -> None:
        x, y = centre
        box = (*_up((x - radius, y - radius)), *_up((x + radius, y + radius)))
        if opacity == 1:
            ImageDraw.Draw(self.picture).ellipse(box, fill=fill)
        else:
            shape = self._shape()
            ImageDraw.Draw(shape).ellipse(box, fill=round(255 * opacity))
            self._fill(shape, fill)

    def box(self, box: tuple[float, float, float, float], fill: Colour, radius: float = 0) -> None:
        left, top, right, bottom = box
        corners = (*_up((left, top)), *_up((right, bottom)))
        ImageDraw.Draw(self.picture).rounded_rectangle(corners, radius=radius * OVERSAMPLING, fill=fill)

    def text(
        self,
        at: tuple[float, float],
        words: str,
        face: Face,
        size: int,
        fill: Colour,
        *,
        anchor: str = "ls",
        tracking: float = 0,
    ) -> float:
        """Writes on the baseline `at`; gives the width. `tracking` opens (or closes) the letters, in pixels."""
        pen = ImageDraw.Draw(self.picture)
        kind = font(face, size * OVERSAMPLING)
        if tracking == 0:
            pen.text(_up(at), words, font=kind, fill=fill, anchor=anchor)
            return pen.textlength(words, font=kind) / OVERSAMPLING
        return self._tracked(at, words, kind_of=(face, size), fill=fill, anchor=anchor, tracking=tracking)

    def width_of(self, words: str, face: Face, size: int, tracking: float = 0) -> float:
        return font(face, size * OVERSAMPLING).getlength(words) / OVERSAMPLING + tracking * max(0, len(words) - 1)

    def mark(self, at: tuple[float, float], side: int) -> None:
        """The mark with its top left corner `at`."""
        sign = mark(side * OVERSAMPLING)
        x, y = _up(at)
        self.picture.paste(sign, (round(x), round(y)), sign)

    def paste(self, picture: Image.Image, mask: Image.Image) -> None:
        """Lays a picture of the sheet's finished size over it through a mask of the same size."""
        size = self.picture.size
        self.picture.paste(picture.resize(size), (0, 0), mask.resize(size, Image.Resampling.BICUBIC))

    def finished(self) -> Image.Image:
        return self.picture.reduce(OVERSAMPLING)

    def _tracked(
        self,
        at: tuple[float, float],
        words: str,
        *,
        kind_of: tuple[Face, int],
        fill: Colour,
        anchor: str,
        tracking: float,
    ) -> float:
        face, size = kind_of
        width = self.width_of(words, face, size, tracking)
        x = at[0] - {"l": 0.0, "m": width / 2, "r": width}[anchor[0]]
        for index, letter in enumerate(words):
            before = self.width_of(words[:index] + letter, face, size) - self.width_of(letter, face, size)
            self.text((x + before + tracking * index, at[1]), letter, face, size, fill, anchor="l" + anchor[1])
        return width

    def _shape(self) -> Image.Image:
        return Image.new("L", self.picture.size, 0)

    def _fill(self, shape: Image.Image, fill: Colour) -> None:
        self.picture.paste(fill, (0, 0), shape)


def gradient(width: int, height: int, stops: Stops, *, across: bool = False) -> Image.Image:
    """Colours from the top (or, `across`, from the left); `stops` are (share from 0 to 1, colour), in order."""
    length = width if across else height
    strip = Image.new("RGB", (length, 1) if across else (1, length))
    strip.putdata([_colour_at(stops, (index + 0.5) / length) for index in range(length)])
    return strip.resize((width, height))


def glow(width: int, height: int, centre: tuple[float, float], radius: float, strength: float = 1.0) -> Image.Image:
    """A soft round light as a mask: `strength` in the centre, nothing from `radius` on."""
    side = round(2 * radius)
    edge = 181  # what Pillow's radial gradient has grown to in the middle of its sides
    falling = [round(255 * strength * (max(0, edge - v) / edge) ** 1.5) for v in range(256)]
    light = Image.radial_gradient("L").point(falling)
    mask = Image.new("L", (width, height), 0)
    mask.paste(
        light.resize((side, side), Image.Resampling.BICUBIC), (round(centre[0] - radius), round(centre[1] - radius))
    )
    return mask


def grain(picture: Image.Image, amount: int, seed: int = 7) -> Image.Image:
    """The picture with even noise of at most ± `amount` levels, which keeps a gradient from showing steps."""
    noise = Image.frombytes("L", picture.size, random.Random(seed).randbytes(picture.width * picture.height))
    noise = noise.point([v * (2 * amount + 1) // 256 for v in range(256)])
    return ImageChops.add(picture, Image.merge("RGB", (noise, noise, noise)), scale=1, offset=-amount)


def _colour_at(stops: Stops, share: float) -> Rgb:
    for (start, first), (end, second) in pairwise(stops):
        if share < end:
            return between(first, second, max(0.0, (share - start) / (end - start)))
    return rgb(stops[-1][1])


def _up(point: tuple[float, float]) -> tuple[float, float]:
    return point[0] * OVERSAMPLING, point[1] * OVERSAMPLING
