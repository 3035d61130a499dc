"""A small picture of the glass in a terminal: two pixels a character cell, for machines without a display."""

from pathlib import Path

from PIL import Image

UPPER_HALF = "\N{UPPER HALF BLOCK}"
RESET = "\x1b[0m"


def lines(picture: Path, columns: int) -> list[str]:
    """The PNG at `picture` as terminal lines of `columns` cells in 24-bit colour. Raises OSError."""
    with Image.open(picture) as opened:
        width = max(2, columns)
        height = max(2, round(opened.height * width / opened.width / 2) * 2)
        small = opened.convert("RGB").resize((width, height), Image.Resampling.BILINEAR)
    raw = small.tobytes()

    def colour(kind: int, x: int, y: int) -> str:
        at = (y * width + x) * 3
        return f"{kind};2;{raw[at]};{raw[at + 1]};{raw[at + 2]}"

    return [
        "".join(f"\x1b[{colour(38, x, y)};{colour(48, x, y + 1)}m{UPPER_HALF}" for x in range(width)) + RESET
        for y in range(0, height, 2)
    ]


def draw(picture: Path, columns: int, *, again: bool) -> str:
    """What to write to the terminal; `again` draws over the preview before."""
    rows = lines(picture, columns)
    up = f"\x1b[{len(rows)}A" if again else ""
    return up + "".join(f"\r{row}\x1b[K\n" for row in rows)
