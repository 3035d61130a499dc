"""The two slides that speak for Vizora itself, 1920 x 1080."""

from PIL import Image, ImageDraw

from tools.welcome.drawing import Sheet, glow, gradient, grain
from tools.welcome.palette import AMBER, CORAL, EMBER, INK, MIST, NIGHT, PAPER, PLUM, STRAW, Face

WIDTH, HEIGHT = 1920, 1080


def hello() -> Image.Image:
    """The first slide anyone sees: what this is, and what to do next."""
    sheet = Sheet(WIDTH, HEIGHT, gradient(WIDTH, HEIGHT, [(0, INK), (1, NIGHT)]))
    light = glow(WIDTH, HEIGHT, (1520, 1010), 860, 0.55)
    sheet.paste(Image.new("RGB", (WIDTH, HEIGHT), EMBER), light)
    _beams(sheet)
    sheet.mark((132, 96), 92)
    sheet.text((236, 166), "Vizora", Face.SORA_SEMIBOLD, 52, PAPER, tracking=-0.5)
    for row, words in enumerate(("Hello.", "This screen", "is awake.")):
        sheet.text((132, 452 + row * 142), words, Face.SORA_BOLD, 128, PAPER, tracking=-3)
    sheet.box((136, 812, 232, 820), CORAL, radius=4)
    sheet.text((132, 892), "Add a picture, press Publish,", Face.MANROPE, 42, MIST)
    sheet.text((132, 952), "and it is here in seconds.", Face.MANROPE, 42, MIST)
    return grain(sheet.finished(), 1)


def _beams(sheet: Sheet) -> None:
    """The mark, far too big for the slide: two beams that cross below its edge."""
    left = ((880, -40), (1130, -40), (1700, 1216), (1450, 1216))
    right = ((1930, -40), (2180, -40), (1610, 1216), (1360, 1216))
    coral = gradient(WIDTH, HEIGHT, [(0, "#FF8A5C"), (0.55, CORAL), (1, EMBER)])
    amber = gradient(WIDTH, HEIGHT, [(0, STRAW), (0.6, AMBER), (1, "#FF8A3A")])
    sheet.paste(coral, _mask(left))
    sheet.paste(amber, _mask(right))
    crossing = Image.composite(_mask(left), Image.new("L", (2 * WIDTH, 2 * HEIGHT), 0), _mask(right))
    sheet.paste(gradient(WIDTH, HEIGHT, [(0.6, EMBER), (1, "#8E1A1A")]), crossing)


def _mask(points: tuple[tuple[float, float], ...]) -> Image.Image:
    mask = Image.new("L", (2 * WIDTH, 2 * HEIGHT), 0)
    ImageDraw.Draw(mask).polygon([(2 * x, 2 * y) for x, y in points], fill=255)
    return mask


def never_dark() -> Image.Image:
    """The promise, over a sun that does not go down."""
    sheet = Sheet(WIDTH, HEIGHT, gradient(WIDTH, HEIGHT, [(0, INK), (1, "#241634")]))
    centre = (960.0, 1130.0)
    for colour, radius, strength in ((PLUM, 1800, 1.0), (EMBER, 1350, 1.0), (CORAL, 1050, 1.0), (AMBER, 800, 1.0)):
        sheet.paste(Image.new("RGB", (WIDTH, HEIGHT), colour), glow(WIDTH, HEIGHT, centre, radius, strength))
    for radius, opacity in ((880, 0.05), (700, 0.07), (540, 0.12)):
        sheet.disc(centre, radius, "#FF9A5A", opacity)
    sheet.disc(centre, 390, PAPER)
    sheet.text((960, 420), "Never dark.", Face.SORA_BOLD, 208, PAPER, anchor="ms", tracking=-5)
    promise = "Cable out, clock wrong, disk full: the picture stays."
    sheet.text((960, 520), promise, Face.MANROPE, 44, "#F7D9C8", anchor="ms")
    sheet.mark((914, 846), 92)
    sheet.text((960, 1000), "Vizora", Face.SORA_SEMIBOLD, 50, INK, anchor="ms", tracking=-0.5)
    return grain(sheet.finished(), 2)
