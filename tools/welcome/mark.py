"""The mark: a V of two beams of light, and the place where they cross. Coordinates are in a square of 512."""

from PIL import Image, ImageDraw

from tools.welcome.palette import AMBER, CORAL, EMBER

Point = tuple[float, float]

SIDE = 512
SHAPES: tuple[tuple[str, tuple[Point, ...]], ...] = (
    (CORAL, ((36, 84), (164, 84), (320, 428), (192, 428))),
    (AMBER, ((348, 84), (476, 84), (320, 428), (192, 428))),
    (EMBER, ((256, 287), (320, 428), (192, 428))),
)


def mark(side: int) -> Image.Image:
    """The mark as RGBA, `side` pixels square, on nothing."""
    scale = 4 * side / SIDE
    picture = Image.new("RGBA", (4 * side, 4 * side), (255, 95, 63, 0))
    pen = ImageDraw.Draw(picture)
    for colour, points in SHAPES:
        pen.polygon([(x * scale, y * scale) for x, y in points], fill=colour)
    return picture.resize((side, side), Image.Resampling.LANCZOS)


def svg() -> str:
    paths = "".join(
        f'<path fill="{colour}" d="M{" ".join(f"{x:g},{y:g}" for x, y in points)}z"/>' for colour, points in SHAPES
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" role="img">{paths}</svg>\n'
