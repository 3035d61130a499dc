"""JPEG pictures of a browser as the pixels a stage takes, and the label that says how old one is."""

import io
from datetime import timedelta

from PIL import Image, ImageDraw, ImageFont

from edge.player.fonts import OURS

MAX_PIXELS = 16_000_000
LABEL, INK = (13, 19, 33), (255, 248, 238)


def pixels(jpeg: bytes, size: tuple[int, int], label: str = "") -> bytes:
    """Blue, green, red, 255 for each pixel of `size`. Raises ValueError or OSError for what is no picture."""
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
        if picture.width * picture.height > MAX_PIXELS:
            raise ValueError(f"a picture of {picture.width}x{picture.height}")
        canvas = picture.convert("RGB")
    if canvas.size != size:
        canvas = canvas.resize(size, Image.Resampling.BILINEAR)
    if label:
        _stamp(canvas, label)
    raw: bytes = canvas.convert("RGBA").tobytes("raw", "BGRA")
    return raw


def age(elapsed: timedelta) -> str:
    """How old a picture is, as people say it on a label."""
    minutes = int(elapsed.total_seconds() // 60)
    if minutes < 1:
        return "not live"
    for unit, length in (("d", 24 * 60), ("h", 60), ("min", 1)):
        if minutes >= length:
            return f"not live · {minutes // length} {unit} old"
    raise AssertionError


def _stamp(canvas: Image.Image, label: str) -> None:
    """In the lower right corner."""
    points = max(10, round(min(canvas.size) * 0.035))
    font = ImageFont.truetype(str(OURS), points)
    width, height = round(font.getlength(label)) + points, round(points * 1.7)
    pen = ImageDraw.Draw(canvas)
    left, top = canvas.width - width - points // 2, canvas.height - height - points // 2
    pen.rectangle((left, top, left + width, top + height), fill=LABEL)
    pen.text((left + width / 2, top + height / 2), label, font=font, anchor="mm", fill=INK)
