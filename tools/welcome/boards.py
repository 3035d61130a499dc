"""Three slides as they hang in the world, 1920 x 1080: a café's menu, a hall's day, a way through a building."""

from PIL import Image

from tools.welcome.drawing import Sheet, gradient
from tools.welcome.mark import SHAPES
from tools.welcome.palette import AMBER, CORAL, EMBER, INK, PAPER, PINE, STRAW, TEAL, Face

WIDTH, HEIGHT = 1920, 1080
CREAM = "#F7EDDC"
OLIVE = "#5B6A5F"

DRINKS = (
    ("Espresso", "2.40"),
    ("Flat white", "3.60"),
    ("Cappuccino", "3.60"),
    ("Filter of the day", "3.20"),
    ("Hot chocolate", "3.90"),
)
DISHES = (
    ("Granola & plums", "6.50"),
    ("Soft eggs on rye", "7.80"),
    ("Soup of the day", "6.90"),
    ("Cheese toast", "6.20"),
    ("Cinnamon bun", "3.40"),
)


def cafe() -> Image.Image:
    """A menu board that is read from the end of the queue."""
    sheet = Sheet(WIDTH, HEIGHT, CREAM)
    sheet.paste(gradient(WIDTH, HEIGHT, [(0, "#17443C"), (1, PINE)]), _left_of(640))
    _cup(sheet)
    sheet.text((320, 200), "Café", Face.GARAMOND_ITALIC, 84, "#E9C98F", anchor="ms")
    sheet.text((320, 326), "Lumen", Face.GARAMOND, 148, CREAM, anchor="ms", tracking=-1)
    sheet.text((320, 972), "open until the last guest", Face.GARAMOND_ITALIC, 42, "#E9C98F", anchor="ms")
    _list(sheet, 740, "Coffee", DRINKS)
    _list(sheet, 1340, "Kitchen", DISHES)
    sheet.box((740, 832, 1840, 972), "#C9482B", radius=18)
    sheet.text((790, 920), "Today’s cake", Face.GARAMOND_ITALIC, 54, "#FFE3C2")
    sheet.text((1100, 918), "Orange & almond", Face.GARAMOND, 60, "#FFFFFF")
    sheet.text((1790, 918), "4.20", Face.GARAMOND, 60, "#FFFFFF", anchor="rs")
    return sheet.finished()


def _list(sheet: Sheet, left: float, title: str, lines: tuple[tuple[str, str], ...]) -> None:
    right = left + 500
    sheet.text((left, 200), title, Face.GARAMOND, 84, PINE, tracking=-0.5)
    sheet.box((left, 238, right, 241), "#C9482B")
    for row, (name, price) in enumerate(lines):
        y = 342 + row * 98
        width = sheet.text((left, y), name, Face.GARAMOND, 50, PINE)
        price_width = sheet.text((right, y), price, Face.GARAMOND, 50, "#C9482B", anchor="rs")
        x = left + width + 22
        while x < right - price_width - 18:
            sheet.disc((x, y - 3), 2, "#BFB59E")
            x += 16


def _cup(sheet: Sheet) -> None:
    """A cup from above: saucer, rim, coffee, and a V poured in milk."""
    centre = (320.0, 640.0)
    sheet.disc((332, 656), 222, "#0C2621", 0.55)
    sheet.disc(centre, 222, "#F1E3CB")
    sheet.disc(centre, 196, "#E5D3B5")
    sheet.box((462, 614, 572, 666), "#FFF8EC", radius=26)
    sheet.disc(centre, 158, "#FFF8EC")
    sheet.disc(centre, 138, "#8A4B2A")
    sheet.disc(centre, 130, "#A8623A")
    for (_, points), milk in zip(SHAPES, ("#FBE9CF", "#F3D3A6", "#DDA873"), strict=True):
        sheet.polygon([(320 + (x - 256) * 0.42, 640 + (y - 244) * 0.42) for x, y in points], milk)


def _left_of(x: int) -> Image.Image:
    mask = Image.new("L", (WIDTH, HEIGHT), 0)
    mask.paste(255, (0, 0, x, HEIGHT))
    return mask


EVENTS = (
    ("09:00", "Doors & coffee", "Foyer", "#5D6785"),
    ("10:00", "Opening: a city that reads", "Main hall", EMBER),
    ("11:30", "Printing by hand, for beginners", "Studio 2", TEAL),
    ("14:00", "Short films from the harbour", "Cinema", "#7A3E9D"),
    ("16:30", "Questions & cake", "Foyer", "#5D6785"),
    ("19:00", "Evening concert", "Main hall", EMBER),
)


def agenda() -> Image.Image:
    """A day's events: the hour first, the room in its own colour."""
    sheet = Sheet(WIDTH, HEIGHT, PAPER)
    sheet.box((0, 0, 600, HEIGHT), INK)
    sheet.text((84, 150), "HARBOUR HALL", Face.SORA_SEMIBOLD, 32, AMBER, tracking=5)
    for row, words in enumerate(("Open", "house", "day")):
        sheet.text((80, 420 + row * 128), words, Face.SORA_BOLD, 124, PAPER, tracking=-3)
    sheet.box((84, 756, 180, 764), CORAL, radius=4)
    sheet.text((84, 846), "Free entry.", Face.MANROPE, 40, "#B9C1D6")
    sheet.text((84, 902), "Come in, look around.", Face.MANROPE, 40, "#B9C1D6")
    for row, (hour, title, room, colour) in enumerate(EVENTS):
        middle = 150 + row * 156
        if row:
            sheet.box((680, middle - 79, 1840, middle - 77), "#E7DAC4")
        sheet.text((680, middle + 20), hour, Face.SORA_LIGHT, 56, INK)
        sheet.text((900, middle + 19), title, Face.SORA_SEMIBOLD, 44, INK, tracking=-0.8)
        width = sheet.width_of(room, Face.MANROPE_BOLD, 30) + 52
        sheet.box((1840 - width, middle - 30, 1840, middle + 30), colour, radius=30)
        sheet.text((1840 - width / 2, middle + 11), room, Face.MANROPE_BOLD, 30, "#FFFFFF", anchor="ms")
    return sheet.finished()


SIGNS = (
    ("up", "Library & reading room", "Levels 2 and 3"),
    ("right", "Studios 1–6", "past the lifts"),
    ("left", "Café Lumen", "terrace, cloakroom"),
    ("down", "Cinema", "Level 0"),
)
TURNS = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}


def wayfinding() -> Image.Image:
    """Where to go, read while walking."""
    sheet = Sheet(WIDTH, HEIGHT, AMBER)
    for row, (turn, place, detail) in enumerate(SIGNS):
        top = 84 + row * 236
        sheet.box((96, top, 300, top + 204), INK, radius=28)
        _arrow(sheet, (198, top + 102), TURNS[turn])
        sheet.text((364, top + 100), place, Face.SORA_BOLD, 76, INK, tracking=-2)
        sheet.text((366, top + 166), detail, Face.MANROPE, 42, "#5A3E10")
    sheet.box((1450, 0, WIDTH, HEIGHT), EMBER)
    sheet.text((1685, 330), "LEVEL", Face.SORA_SEMIBOLD, 44, STRAW, anchor="ms", tracking=14)
    sheet.text((1685, 800), "1", Face.SORA_BOLD, 560, PAPER, anchor="ms")
    sheet.text((1685, 940), "You are here", Face.MANROPE, 44, PAPER, anchor="ms")
    return sheet.finished()


def _arrow(sheet: Sheet, centre: tuple[float, float], turn: tuple[int, int]) -> None:
    """An arrow as on road signs: a shaft and two strokes, square ends, 124 px long."""
    pointing_up = ((0, -66), (66, 0), (44, 22), (16, -6), (16, 66), (-16, 66), (-16, -6), (-44, 22), (-66, 0))
    dx, dy = turn
    turned = [(centre[0] - x * dy - y * dx, centre[1] + x * dx - y * dy) for x, y in pointing_up]
    sheet.polygon(turned, AMBER)
