"""The first film: ribbons of warm light that flow under the mark, and come back to where they began."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter

from tools.welcome.drawing import Sheet, glow, gradient, grain
from tools.welcome.film import HEIGHT, RATE, WIDTH
from tools.welcome.mark import mark
from tools.welcome.palette import AMBER, CORAL, EMBER, INK, PAPER, PLUM, STRAW, Face

SECONDS = 8
FRAMES = SECONDS * RATE
COLUMN = 16
LIGHT_WIDTH, LIGHT_HEIGHT = 2560, 128


@dataclass(frozen=True, slots=True)
class Ribbon:
    """Heights and widths are in pixels, waves a picture's width; speeds are whole waves a film, so that it closes."""

    height: float
    swing: float
    waves: float
    speed: int
    phase: float
    width: float
    colours: tuple[str, str, str]
    strength: float


RIBBONS = (
    Ribbon(590, 56, 0.75, 1, 0.00, 380, (PLUM, EMBER, "#7A1E4A"), 1.0),
    Ribbon(556, 70, 0.95, -1, 0.30, 280, (EMBER, CORAL, "#9A1E3A"), 1.0),
    Ribbon(600, 56, 1.20, 1, 0.55, 220, (CORAL, AMBER, EMBER), 0.95),
    Ribbon(560, 84, 0.80, -1, 0.80, 150, (AMBER, CORAL, STRAW), 0.9),
    Ribbon(615, 70, 1.05, 1, 0.15, 110, (STRAW, AMBER, CORAL), 0.9),
)


def pictures() -> Iterator[Image.Image]:
    """Every picture of the film, in order."""
    night = _night()
    lights = [_light(ribbon) for ribbon in RIBBONS]
    words = _words()
    for index in range(FRAMES):
        share = index / FRAMES
        picture = night
        for ribbon, light in zip(RIBBONS, lights, strict=True):
            picture = ImageChops.screen(picture, _flow(ribbon, light, share))
        picture = grain(picture, 1)
        picture.paste(words, (0, 0), words)
        yield picture


def _night() -> Image.Image:
    night = gradient(WIDTH, HEIGHT, [(0, INK), (1, "#1B1430")])
    night.paste(Image.new("RGB", night.size, PLUM), (0, 0), glow(WIDTH, HEIGHT, (640, 620), 760, 0.6))
    return night


def _words() -> Image.Image:
    """The mark and the name, on nothing."""
    shape = Sheet(WIDTH, HEIGHT, "#000000")
    shape.text((566, 286), "Vizora", Face.SORA_SEMIBOLD, 104, "#FFFFFF", tracking=-1.5)
    words = Image.new("RGBA", (WIDTH, HEIGHT), PAPER)
    words.putalpha(shape.finished().convert("L"))
    words.paste(mark(148), (400, 176))
    return words


def _light(ribbon: Ribbon) -> Image.Image:
    """The ribbon spread out flat: colours along it (twice, to slide along), a bright edge and fine threads across."""
    first, second, third = ribbon.colours
    half = [(0, first), (0.33, second), (0.66, third), (1, first)]
    once = gradient(LIGHT_WIDTH // 2, LIGHT_HEIGHT, half, across=True)
    along = Image.new("RGB", (LIGHT_WIDTH, LIGHT_HEIGHT))
    along.paste(once, (0, 0))
    along.paste(once, (LIGHT_WIDTH // 2, 0))
    across = Image.new("L", (1, LIGHT_HEIGHT))
    across.putdata(
        [round(255 * ribbon.strength * _brightness(row / (LIGHT_HEIGHT - 1))) for row in range(LIGHT_HEIGHT)]
    )
    brightness = across.filter(ImageFilter.BoxBlur(1)).resize(along.size)
    return ImageChops.multiply(along, Image.merge("RGB", (brightness, brightness, brightness)))


def _brightness(share: float) -> float:
    """How bright a ribbon is at this share of its width: a lit edge, a long fall, threads, nothing at the ends."""
    edge = math.exp(-(((share - 0.12) / 0.05) ** 2))
    body = math.exp(-3.2 * max(0.0, share - 0.12)) if share > 0.12 else math.exp(-(((share - 0.12) / 0.05) ** 2))
    threads = 0.5 + 0.5 * math.cos(2 * math.pi * 9 * share**0.7)
    return (0.45 * edge + 0.62 * body * (0.72 + 0.28 * threads)) * min(1.0, (1 - share) / 0.3)


def _flow(ribbon: Ribbon, light: Image.Image, share: float) -> Image.Image:
    """The ribbon bent into its wave at this share of the film, on black."""
    slide = (ribbon.phase + share * ribbon.speed) % 1 * (LIGHT_WIDTH / 2)
    columns = []
    for left in range(0, WIDTH, COLUMN):
        (top, width), (next_top, next_width) = _edge(ribbon, left, share), _edge(ribbon, left + COLUMN, share)
        columns.append(
            (
                (left, 0, left + COLUMN, HEIGHT),
                (
                    *(left * 0.5 + slide, -top / width * LIGHT_HEIGHT),
                    *(left * 0.5 + slide, (HEIGHT - top) / width * LIGHT_HEIGHT),
                    *((left + COLUMN) * 0.5 + slide, (HEIGHT - next_top) / next_width * LIGHT_HEIGHT),
                    *((left + COLUMN) * 0.5 + slide, -next_top / next_width * LIGHT_HEIGHT),
                ),
            )
        )
    return light.transform((WIDTH, HEIGHT), Image.Transform.MESH, columns, Image.Resampling.BILINEAR)


def _edge(ribbon: Ribbon, x: float, share: float) -> tuple[float, float]:
    """Top and width of the ribbon at `x`."""
    turn = 2 * math.pi
    at = turn * (ribbon.waves * x / WIDTH + ribbon.phase + ribbon.speed * share)
    slow = turn * (0.45 * x / WIDTH - ribbon.phase * 2 - ribbon.speed * share)
    top = ribbon.height + ribbon.swing * math.sin(at) + 0.45 * ribbon.swing * math.sin(slow * 2 + 1.3)
    return top - ribbon.width / 2, ribbon.width * (0.62 + 0.38 * math.sin(slow))
