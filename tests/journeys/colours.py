"""Pictures of one colour, and whether that colour is what the glass shows."""

from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw

from tests.journeys.running_demo import eventually

Colour = tuple[int, int, int]
ORANGE: Colour = (230, 120, 30)
TEAL: Colour = (20, 140, 150)
VIOLET: Colour = (120, 60, 200)
NEAR = 8
"""How far each of red, green and blue may be off after scaling and encoding."""


def picture(file: Path, colour: Colour) -> Path:
    """1280 x 720 of this colour, with a small white bar near its lower edge."""
    image = Image.new("RGB", (1280, 720), colour)
    ImageDraw.Draw(image).rectangle((540, 640, 740, 660), fill="white")
    image.save(file)
    return file


def shows(screenshot: Path, colour: Colour) -> bool:
    """Whether four points spread over the picture have this colour."""
    with Image.open(screenshot) as opened:
        image = opened.convert("RGB")
        points = [(image.width * x // 4, image.height * y // 4) for x, y in ((1, 1), (3, 1), (2, 2), (1, 3))]
        found = [image.getpixel(point) for point in points]
    return all(near(pixel, colour) for pixel in found if isinstance(pixel, tuple))


def near(pixel: tuple[int, ...], colour: Colour) -> bool:
    return all(abs(one - other) <= NEAR for one, other in zip(pixel, colour, strict=True))


def come_on_glass(take: Callable[[Path], Path], file: Path, colour: Colour) -> None:
    """Takes pictures of the glass until it shows the colour."""
    eventually(lambda: shows(take(file), colour), f"{colour} on the glass")
