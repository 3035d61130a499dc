"""Cards as pictures, at any size and either way up. One look: deep blue, warm white, coral and amber."""

from functools import cache
from typing import NamedTuple

import pygame
import qrcode

from edge.player import fonts
from edge.player.cards.cards import Card, Message, Pairing, Stuck, Tone, WifiSetup
from edge.status import Problem

TOP, BOTTOM = (13, 19, 33), (25, 36, 68)
WHITE, SOFT, FAINT = (255, 248, 238), (186, 200, 222), (140, 158, 188)
ACCENT, CORAL, CROSSING = (255, 178, 59), (255, 96, 63), (217, 52, 31)
MARK = (
    (CORAL, ((0, 0), (128, 0), (284, 344), (156, 344))),
    (ACCENT, ((312, 0), (440, 0), (284, 344), (156, 344))),
    (CROSSING, ((220, 204), (284, 344), (156, 344))),
)
"""The V: three shapes in a field of 440 by 344."""
TILE, TILE_EDGE = (31, 48, 84), (58, 82, 130)
TONES = {Tone.CALM: (120, 150, 210), Tone.BUSY: ACCENT, Tone.GOOD: (74, 207, 145)}
QUIET = 4
"""Light modules around a QR code, which readers need (ISO/IEC 18004)."""
WIFI_STEPS = (
    "Scan the code: your phone joins this screen",
    "Choose your Wi-Fi on the page that opens",
    "Look here again for the result",
)
STEPS = ("Point your phone’s camera at the code", "Sign in and compare the letters", "Give this screen a name")


class Sheet(NamedTuple):
    """A surface with its unit: a ninth of its short side, so that a card looks the same at every size."""

    surface: pygame.Surface
    unit: float

    @property
    def width(self) -> int:
        return self.surface.get_width()

    @property
    def height(self) -> int:
        return self.surface.get_height()

    @property
    def upright(self) -> bool:
        return self.height > self.width

    def text(
        self,
        words: str,
        x: float,
        y: float,
        size: float,
        colour: tuple[int, int, int] = WHITE,
        *,
        bold: bool = False,
        width: float = 0,
        centred: bool = False,
    ) -> float:
        """Writes at `x`, `y` in pixels, `size` in units, wrapped to `width` pixels; answers the y below it."""
        font = _font(max(6, round(size * self.unit)), bold)
        for line in _wrapped(font, words, width or self.width):
            picture = font.render(line, True, colour)
            self.surface.blit(picture, (x - picture.get_width() / 2 if centred else x, y))
            y += font.get_linesize()
        return y

    def box(self, x: float, y: float, width: float, height: float, colour: tuple[int, int, int], round_: float) -> None:
        rect = pygame.Rect(round(x), round(y), round(width), round(height))
        pygame.draw.rect(self.surface, colour, rect, border_radius=round(round_ * self.unit))


def draw(card: Card, size: tuple[int, int]) -> pygame.Surface:
    """The whole window's picture of a card."""
    surface = pygame.Surface(size)
    sheet = Sheet(surface, min(min(size) / 9, max(size) / 16))
    surface.blit(_backdrop(size), (0, 0))
    _mark(sheet)
    match card:
        case Stuck():
            _stuck(sheet, card)
            return surface
        case Pairing():
            _pairing(sheet, card)
        case WifiSetup():
            _wifi(sheet, card)
        case Message():
            _message(sheet, card)
    if card.problem is not None:
        _problem(sheet, card.problem)
    return surface


def badge(title: str, text: str, size: tuple[int, int]) -> pygame.Surface:
    """A strip to lie over the picture, as when a screen is asked to identify itself."""
    unit = min(min(size) / 9, max(size) / 16)
    surface = pygame.Surface((round(unit * 7.6), round(unit * 1.7)))
    surface.fill(TOP)
    sheet = Sheet(surface, unit)
    sheet.box(0, 0, unit * 0.12, sheet.height, ACCENT, 0)
    y = sheet.text(title, unit * 0.5, unit * 0.25, 0.5, bold=True)
    sheet.text(text, unit * 0.5, y, 0.3, SOFT)
    return surface


def banner(title: str, text: str, size: tuple[int, int]) -> pygame.Surface:
    """A strip to lie over the picture's upper part, as wide as what it says."""
    unit = min(min(size) / 9, max(size) / 16)
    title_width = _font(max(6, round(0.42 * unit)), True).size(title)[0]
    text_width = _font(max(6, round(0.28 * unit)), False).size(text)[0]
    width = min(size[0] * 0.94, max(title_width, text_width) + unit)
    lines = len(_wrapped(_font(max(6, round(0.28 * unit)), False), text, width - unit))
    surface = pygame.Surface((round(width), round(unit * (1.05 + 0.4 * lines))))
    surface.fill(TOP)
    sheet = Sheet(surface, unit)
    sheet.box(0, sheet.height - unit * 0.08, sheet.width, unit * 0.08, TONES[Tone.GOOD], 0)
    y = sheet.text(title, unit * 0.5, unit * 0.22, 0.42, bold=True, width=width - unit)
    sheet.text(text, unit * 0.5, y, 0.28, SOFT, width=width - unit)
    return surface


def zone_slate(problem: Problem, size: tuple[int, int]) -> pygame.Surface:
    """A zone's own quiet card, from a corner of the screen to a strip as low as a ticker."""
    width, height = size
    strip = width > 4 * height
    surface = pygame.Surface(size)
    surface.fill(TILE)
    sheet = Sheet(surface, min(height / 1.6, 90) if strip else min(width / 10, height / 5, 90))
    unit = sheet.unit
    code = _font(max(6, round(0.4 * unit)), True).render(problem.code, True, TOP)
    chip = code.get_width() + 0.5 * unit
    x, y = (0.4 * unit, (height - 0.8 * unit) / 2) if strip else ((width - chip) / 2, height / 2 - 1.2 * unit)
    sheet.box(x, y, chip, 0.8 * unit, TONES[Tone.CALM], 0.14)
    surface.blit(code, (x + 0.25 * unit, y + (0.8 * unit - code.get_height()) / 2))
    if strip:
        sheet.text(problem.sentence, x + chip + 0.4 * unit, y + 0.13 * unit, 0.38, SOFT, width=width - chip - unit)
    else:
        sheet.text(problem.sentence, width / 2, y + 1.1 * unit, 0.34, SOFT, width=width - unit, centred=True)
    return surface


def _pairing(sheet: Sheet, card: Pairing) -> None:
    unit, upright = sheet.unit, sheet.upright
    side = unit * (6.2 if upright else 6.0)
    if upright:
        top = unit * 2.1
        qr_x, qr_y = (sheet.width - side) / 2, top + unit * 2.55
        column, x, y = sheet.width - 2.2 * unit, unit * 1.1, top
    else:
        qr_x, qr_y = sheet.width - side - unit * 1.1, (sheet.height - side) / 2
        column, x, y = qr_x - 2.0 * unit, unit * 1.1, unit * 1.95
    _qr(sheet, card.link, qr_x, qr_y, side)
    y = sheet.text("Add this screen", x, y, 0.8, bold=True) + 0.1 * unit
    if upright:
        sheet.text(f"{STEPS[0]}, or type the letters at {card.address}", x, y, 0.32, SOFT, width=column)
        y = qr_y + side + 0.7 * unit
    else:
        for number, step in enumerate(STEPS, 1):
            sheet.text(str(number), x, y, 0.32, ACCENT, bold=True)
            y = sheet.text(step, x + 0.5 * unit, y, 0.32, SOFT) + 0.08 * unit
        y += 0.4 * unit
        y = sheet.text(f"or type these letters at {card.address}", x, y, 0.26, FAINT, width=column) + 0.16 * unit
    y = _tiles(sheet, card.code, x, y, column) + 0.28 * unit
    if card.confirmation:
        y = sheet.text(f"Confirm with the number {card.confirmation}", x, y, 0.36, ACCENT, bold=True)
    elif card.renews_in:
        sheet.text(f"A new code comes by itself in {card.renews_in}", x, y, 0.24, FAINT)


def _wifi(sheet: Sheet, card: WifiSetup) -> None:
    unit, upright = sheet.unit, sheet.upright
    side = unit * 5.4
    qr_x = (sheet.width - side) / 2 if upright else sheet.width - side - unit * 1.1
    column, x = (sheet.width if upright else qr_x) - 2.1 * unit, unit * 1.1
    y = sheet.text("Connect this screen", x, unit * 1.8, 0.72, bold=True) + 0.1 * unit
    for number, step in enumerate(WIFI_STEPS, 1):
        sheet.text(str(number), x, y, 0.32, ACCENT, bold=True)
        y = sheet.text(step, x + 0.5 * unit, y, 0.32, SOFT, width=column - 0.5 * unit) + 0.06 * unit
    qr_y = y + 0.25 * unit if upright else (sheet.height - side) / 2 - 0.3 * unit
    _qr(sheet, card.link, qr_x, qr_y, side)
    y = qr_y + side + 0.3 * unit if upright else y + 0.25 * unit
    for name, value in (("Wi-Fi", card.name), ("Password", card.password), ("Page", card.address)):
        sheet.text(name, x, y + 0.04 * unit, 0.26, FAINT)
        y = sheet.text(value, x + 1.5 * unit, y, 0.36, bold=True) + 0.02 * unit
    sheet.text("or plug in a network cable", x, y + 0.08 * unit, 0.26, FAINT, width=column)


def _tiles(sheet: Sheet, code: str, x: float, y: float, width: float) -> float:
    """The code letter by letter, in two groups."""
    gap, middle = 0.12 * sheet.unit, 0.3 * sheet.unit
    tile = min((width - gap * (len(code) - 1) - middle) / max(1, len(code)), 1.15 * sheet.unit)
    font = _font(round(tile * 0.62), True)
    for number, letter in enumerate(code):
        left = x + number * (tile + gap) + (middle if number >= (len(code) + 1) // 2 else 0)
        sheet.box(left, y, tile, tile * 1.2, TILE_EDGE, 0.14)
        sheet.box(left + 2, y + 2, tile - 4, tile * 1.2 - 4, TILE, 0.13)
        picture = font.render(letter, True, WHITE)
        sheet.surface.blit(
            picture, (left + (tile - picture.get_width()) / 2, y + (tile * 1.2 - picture.get_height()) / 2)
        )
    return y + tile * 1.2


def _qr(sheet: Sheet, link: str, x: float, y: float, side: float) -> None:
    matrix = _matrix(link)
    sheet.box(x, y, side, side, WHITE, 0.28)
    module = max(1, int(side / (len(matrix) + 2 * QUIET)))
    left = round(x + (side - module * len(matrix)) / 2)
    top = round(y + (side - module * len(matrix)) / 2)
    for row, line in enumerate(matrix):
        for column, dark in enumerate(line):
            if dark:
                sheet.surface.fill(TOP, (left + column * module, top + row * module, module, module))


def _message(sheet: Sheet, card: Message) -> None:
    unit = sheet.unit
    width = min(sheet.width - 2.4 * unit, 11 * unit)
    x, y = sheet.width / 2, sheet.height / 2 - 0.95 * unit
    sheet.box(x - 0.45 * unit, y - 0.5 * unit, 0.9 * unit, 0.09 * unit, TONES[card.tone], 0.05)
    y = sheet.text(card.title, x, y, 0.8, bold=True, width=width, centred=True) + 0.2 * unit
    sheet.text(card.text, x, y, 0.36, SOFT, width=width, centred=True)


def _stuck(sheet: Sheet, card: Stuck) -> None:
    """Code, what it is called, what is known of it, and what happens next."""
    unit = sheet.unit
    x, width = 1.1 * unit, min(sheet.width - 2.2 * unit, 12.5 * unit)
    said = len(_wrapped(_font(round(0.36 * unit), False), card.problem.sentence, width))
    titled = len(_wrapped(_font(round(0.8 * unit), True), card.title, width))
    y = max(2.0 * unit, (sheet.height - (1.0 + 1.0 * titled + 0.5 * min(said, 6) + 1.5) * unit) / 2)
    code = _font(round(0.34 * unit), True).render(card.problem.code, True, TOP)
    sheet.box(x, y, code.get_width() + 0.5 * unit, 0.62 * unit, ACCENT, 0.14)
    sheet.surface.blit(code, (x + 0.25 * unit, y + (0.62 * unit - code.get_height()) / 2))
    y = sheet.text(card.title, x, y + 0.85 * unit, 0.8, bold=True, width=width) + 0.1 * unit
    y = sheet.text(card.problem.sentence, x, y, 0.36, SOFT, width=width) + 0.4 * unit
    sheet.box(x, y, 0.07 * unit, 0.95 * unit, ACCENT, 0.03)
    y = sheet.text("What happens next", x + 0.3 * unit, y - 0.03 * unit, 0.26, FAINT)
    sheet.text(card.next, x + 0.3 * unit, y, 0.36, WHITE, width=width - 0.3 * unit)


def _problem(sheet: Sheet, problem: Problem) -> None:
    unit = sheet.unit
    code = _font(round(0.26 * unit), True).render(problem.code, True, TOP)
    x = 1.1 * unit + code.get_width() + 0.7 * unit
    lines = len(_wrapped(_font(round(0.28 * unit), False), problem.sentence, sheet.width - x - unit))
    y = sheet.height - (0.77 + 0.38 * min(lines, 6)) * unit
    sheet.box(1.1 * unit, y, code.get_width() + 0.4 * unit, 0.5 * unit, ACCENT, 0.12)
    sheet.surface.blit(code, (1.3 * unit, y + (0.5 * unit - code.get_height()) / 2))
    sheet.text(problem.sentence, x, y + 0.06 * unit, 0.28, WHITE, width=sheet.width - x - unit)


def _mark(sheet: Sheet) -> None:
    """The V and the name."""
    unit = sheet.unit
    x, y, width, height = 1.1 * unit, 0.8 * unit, round(0.58 * unit), round(0.58 * unit * 344 / 440)
    sheet.surface.blit(_v(width, height), (x, y))
    sheet.text("Vizora", x + width + 0.2 * unit, y - 0.1 * unit, 0.42, bold=True)


@cache
def _v(width: int, height: int) -> pygame.Surface:
    large = pygame.Surface((440 * 2, 344 * 2), pygame.SRCALPHA)
    large.fill((*CORAL, 0))
    for colour, corners in MARK:
        pygame.draw.polygon(large, colour, [(x * 2, y * 2) for x, y in corners])
    return pygame.transform.smoothscale(large, (max(1, width), max(1, height)))


@cache
def _matrix(link: str) -> list[list[bool]]:
    code = qrcode.QRCode(border=0, error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(link)
    return [[bool(module) for module in row] for row in code.get_matrix()]


@cache
def _font(pixels: int, bold: bool) -> pygame.font.Font:
    if not pygame.font.get_init():
        pygame.font.init()
    return pygame.font.Font(fonts.FOLDER / ("Manrope-Bold.ttf" if bold else "Manrope-Regular.ttf"), pixels)


@cache
def _backdrop(size: tuple[int, int]) -> pygame.Surface:
    """From dark to a little less dark, with a faint glow, so that large screens show no bands."""
    column = pygame.Surface((1, 64))
    for row in range(64):
        share = row / 63
        colour = tuple(round(a + (b - a) * share) for a, b in zip(TOP, BOTTOM, strict=True))
        column.set_at((0, row), colour)
    return pygame.transform.smoothscale(column, size)


def _wrapped(font: pygame.font.Font, words: str, width: float) -> list[str]:
    lines = [""]
    for word in (piece for whole in words.split() for piece in _pieces(font, whole, width)):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.size(longer)[0] > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _pieces(font: pygame.font.Font, word: str, width: float) -> list[str]:
    """A word that is wider than the line (names of networks may be anything) in parts that aren't."""
    pieces = [word]
    while font.size(pieces[-1])[0] > width and len(pieces[-1]) > 1:
        last = pieces.pop()
        fits = next((n for n in range(len(last) - 1, 0, -1) if font.size(last[:n])[0] <= width), 1)
        pieces += [last[:fits], last[fits:]]
    return pieces
