"""Vizora's colours and typefaces: two warm beams of light crossing on a blue-black night."""

from enum import StrEnum
from functools import cache
from pathlib import Path

from PIL import ImageColor, ImageFont

Rgb = tuple[int, int, int]

INK = "#0E1322"
NIGHT = "#182038"
PLUM = "#4A1F45"
EMBER = "#D9331F"
CORAL = "#FF5F3F"
AMBER = "#FFB23A"
STRAW = "#FFD98A"
PAPER = "#FFF6E8"
PINE = "#12352F"
TEAL = "#12807A"
MIST = "#A9B2C8"


class Face(StrEnum):
    """A font file and, before the colon, the Debian package that brings it (all OFL-1.1)."""

    SORA_LIGHT = "fonts-sora:opentype/sora/Sora-Light.otf"
    SORA = "fonts-sora:opentype/sora/Sora-Regular.otf"
    SORA_SEMIBOLD = "fonts-sora:opentype/sora/Sora-SemiBold.otf"
    SORA_BOLD = "fonts-sora:opentype/sora/Sora-Bold.otf"
    MANROPE = "fonts-manrope:truetype/manrope/Manrope-Medium.ttf"
    MANROPE_BOLD = "fonts-manrope:truetype/manrope/Manrope-Bold.ttf"
    GARAMOND = "fonts-ebgaramond:opentype/ebgaramond/EBGaramond12-Regular.otf"
    GARAMOND_ITALIC = "fonts-ebgaramond:opentype/ebgaramond/EBGaramond12-Italic.otf"


@cache
def font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    """The face at `size` pixels. SystemExit names the package to install when the file is missing."""
    package, _, name = face.value.partition(":")
    path = Path("/usr/share/fonts", name)
    if not path.exists():
        raise SystemExit(f"{path} is missing: apt-get install {package}")
    return ImageFont.truetype(path, size)


def rgb(colour: str) -> Rgb:
    red, green, blue = ImageColor.getcolor(colour, "RGB")  # type: ignore[misc]  # an RGB colour has three parts
    return int(red), int(green), int(blue)


def between(start: str, end: str, share: float) -> Rgb:
    """The colour `share` (0 to 1) of the way from `start` to `end`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(rgb(start), rgb(end), strict=True))
    return red, green, blue
