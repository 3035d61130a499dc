"""Draws everything in edge/welcome/ again, from nothing: `python -m tools.make_welcome` (about two minutes).

The same machine and fonts give the same bytes. The fonts come from Debian (edge/welcome/NOTICE names them); what is
shipped is pictures, so nobody who plays them needs the fonts.
"""

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from tools.welcome import boards, day, film, mark, ribbons, stills

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "edge" / "welcome"
WEB = ROOT / "cloud" / "web" / "static"

PHOTOS: tuple[tuple[str, Callable[[], Image.Image]], ...] = (
    ("hello.jpg", stills.hello),
    ("never-dark.webp", stills.never_dark),
)
QUALITY = {".jpg": 90, ".webp": 97}
"""High enough that the grain survives which keeps a gradient from showing steps."""

BOARDS: tuple[tuple[str, Callable[[], Image.Image]], ...] = (
    ("cafe.png", boards.cafe),
    ("open-house.png", boards.agenda),
    ("wayfinding.png", boards.wayfinding),
)


def main() -> None:
    for folder in (PLACE, WEB):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "mark.svg").write_text(mark.svg(), encoding="utf-8")
    mark.mark(512).save(PLACE / "mark.png", optimize=True)
    mark.mark(180).save(WEB / "mark-180.png", optimize=True)
    for name, draw in PHOTOS:
        draw().save(PLACE / name, quality=QUALITY[Path(name).suffix], subsampling=0, method=6)
        print(_line(name))
    for name, draw in BOARDS:
        colours = draw().quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        colours.save(PLACE / name, optimize=True)
        print(_line(name))
    film.write(PLACE / "light.mp4", ribbons.pictures(), quality=21)
    print(_line("light.mp4"))
    film.write(PLACE / "day.mp4", day.pictures(), quality=20)
    print(_line("day.mp4"))


def _line(name: str) -> str:
    return f"{name}: {(PLACE / name).stat().st_size:,} bytes"


if __name__ == "__main__":
    main()
