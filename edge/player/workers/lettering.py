"""Words as pictures, for the still worker: texts, clocks and the strips of tickers.

Letters are joined and ordered as their script wants (Pillow with Raqm: HarfBuzz and FriBidi); the font is whichever has
most of them.
"""

from pathlib import Path
from typing import Any, NamedTuple

from edge.player.fonts import font_for

TEXT_SHARE = 0.8
"""How much of the box a text may fill."""
SPACING = 0.35
"""Between lines, in sizes of the font."""
SMALLEST = 8
"""Pixels of a font's size."""
MAX_STRIP_PIXELS = 8_000_000
BESIDE_TIME = 0.3
"""Size of a clock's other lines, in sizes of its time."""
LIGHT, DARK = "white", "#14181f"
SEPARATOR = "  •  "


class Look(NamedTuple):
    """How to write: colours as `#rrggbb` (an empty one is whichever stands out), the size of a line in percent."""

    background: str
    colour: str = ""
    size: int | None = None

    @property
    def ink(self) -> str:
        from PIL import ImageColor

        red, green, blue = ImageColor.getrgb(self.background)[:3]
        dark = red * 0.299 + green * 0.587 + blue * 0.114 < 140
        return self.colour or (LIGHT if dark else DARK)


def still(text: str, size: tuple[int, int], look: Look) -> Any:
    """An image of `size`: the text in the middle, as large as fits or as `look` says, but never too large."""
    from PIL import Image, ImageDraw

    width, height = size
    canvas = Image.new("RGB", size, look.background)
    pen = ImageDraw.Draw(canvas)
    face = font_for(text)
    points = max(SMALLEST, round(height * (look.size or 25) / 100))
    while points > SMALLEST and (lines := _fitting(pen, text, _font(face, points), width, height)) is None:
        points = max(SMALLEST, int(points * 0.9))
    lines = _wrapped(pen, text, _font(face, points), width * TEXT_SHARE)
    pen.multiline_text(
        (width / 2, height / 2),
        "\n".join(lines),
        font=_font(face, points),
        anchor="mm",
        align="center",
        spacing=points * SPACING,
        fill=look.ink,
    )
    return canvas


def strip(text: str, height: int, look: Look) -> Any:
    """An image just as wide as the text on one line; what is longer than a screen should hold is cut."""
    from PIL import Image, ImageDraw

    line = SEPARATOR.join(" ".join(part.split()) for part in text.splitlines() if part.strip())
    face = font_for(line)
    points = max(SMALLEST, round(height * (look.size or 60) / 100))
    font = _font(face, points)
    above, below = font.getmetrics()
    while above + below > height and points > SMALLEST:
        points -= 1
        font = _font(face, points)
        above, below = font.getmetrics()
    rows = min(height, above + below)
    while (width := round(font.getlength(line)) + 2) * rows > MAX_STRIP_PIXELS:
        line = line[: int(len(line) * min(0.95, MAX_STRIP_PIXELS / (width * rows)))].rstrip() + "…"
    canvas = Image.new("RGB", (width, rows), look.background)
    ImageDraw.Draw(canvas).text((1, rows / 2), line, font=font, anchor="lm", fill=look.ink)
    return canvas


def clock(text: str, size: tuple[int, int], look: Look) -> Any:
    """An image of `size`: the first line large, its figures in cells of one width so that none moves another."""
    from PIL import Image, ImageDraw

    width, height = size
    first, *rest = text.splitlines() or [""]
    canvas = Image.new("RGB", size, look.background)
    pen = ImageDraw.Draw(canvas)
    large, small = font_for(first), font_for("\n".join(rest))
    points = max(SMALLEST, round(height * (look.size or (70 if not rest else 50)) / 100))
    while points > SMALLEST:
        beside = max(SMALLEST, round(points * BESIDE_TIME))
        wide = max(_cells(first, _font(large, points)), *(_font(small, beside).getlength(line) for line in rest), 0.0)
        if wide <= width * 0.94 and points + len(rest) * beside * 1.5 <= height * 0.94:
            break
        points = max(SMALLEST, int(points * 0.95))
    beside = max(SMALLEST, round(points * BESIDE_TIME))
    y = (height - points - len(rest) * beside * 1.5) / 2 + points / 2
    _in_cells(pen, first, _font(large, points), width / 2, y, look.ink)
    y += points / 2 + beside * 0.9
    for line in rest:
        pen.text((width / 2, y), line, font=_font(small, beside), anchor="mm", fill=look.ink)
        y += beside * 1.5
    return canvas


def _cell(letter: str, font: Any) -> float:
    return float(font.getlength("0" if letter.isdecimal() else letter))


def _cells(line: str, font: Any) -> float:
    return sum(_cell(letter, font) for letter in line)


def _in_cells(pen: Any, line: str, font: Any, middle: float, y: float, ink: str) -> None:
    x = middle - _cells(line, font) / 2
    for letter in line:
        cell = _cell(letter, font)
        pen.text((x + cell / 2, y), letter, font=font, anchor="mm", fill=ink)
        x += cell


def _fitting(pen: Any, text: str, font: Any, width: int, height: int) -> list[str] | None:
    lines = _wrapped(pen, text, font, width * TEXT_SHARE)
    left, top, right, bottom = pen.multiline_textbbox((0, 0), "\n".join(lines), font=font, spacing=font.size * SPACING)
    inside = right - left <= width * TEXT_SHARE and bottom - top <= height * TEXT_SHARE
    return lines if inside else None


def _wrapped(pen: Any, text: str, font: Any, width: float) -> list[str]:
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}".strip()
            if line and pen.textlength(longer, font=font) > width:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return lines


def _font(face: Path, points: int) -> Any:
    from PIL import ImageFont

    return ImageFont.truetype(str(face), points)
