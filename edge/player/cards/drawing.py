"""Cards as pictures, at any size and either way up. One look: deep blue, warm white, coral and amber."""

from functools import cache

import pygame

from edge.player.cards.cards import Card, Message, Pairing, Stuck, WifiSetup
from edge.player.cards.sheet import (
    ACCENT,
    BOTTOM,
    CORAL,
    CROSSING,
    FAINT,
    SOFT,
    TILE,
    TILE_EDGE,
    TONES,
    TOP,
    WHITE,
    Sheet,
    typeface,
    unit_of,
    wrapped,
)
from edge.status import Problem

MARK = (
    (CORAL, ((0, 0), (128, 0), (284, 344), (156, 344))),
    (ACCENT, ((312, 0), (440, 0), (284, 344), (156, 344))),
    (CROSSING, ((220, 204), (284, 344), (156, 344))),
)
"""The V: three shapes in a field of 440 by 344."""
WIFI_STEPS = (
    "Scan the code: your phone joins this screen",
    "Choose your Wi-Fi on the page that opens",
    "Look here again for the result",
)
STEPS = ("Point your phone’s camera at the code", "Sign in and compare the letters", "Give this screen a name")


def draw(card: Card, size: tuple[int, int]) -> pygame.Surface:
    """The whole window's picture of a card."""
    surface = pygame.Surface(size)
    sheet = Sheet(surface, unit_of(size))
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
    sheet.qr(card.link, qr_x, qr_y, side)
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
    sheet.qr(card.link, qr_x, qr_y, side)
    y = qr_y + side + 0.3 * unit if upright else y + 0.25 * unit
    for name, value in (("Wi-Fi", card.name), ("Password", card.password), ("Page", card.address)):
        sheet.text(name, x, y + 0.04 * unit, 0.26, FAINT)
        y = sheet.text(value, x + 1.5 * unit, y, 0.36, bold=True) + 0.02 * unit
    sheet.text("or plug in a network cable", x, y + 0.08 * unit, 0.26, FAINT, width=column)


def _tiles(sheet: Sheet, code: str, x: float, y: float, width: float) -> float:
    """The code letter by letter, in two groups."""
    gap, middle = 0.12 * sheet.unit, 0.3 * sheet.unit
    tile = min((width - gap * (len(code) - 1) - middle) / max(1, len(code)), 1.15 * sheet.unit)
    font = typeface(round(tile * 0.62), True)
    for number, letter in enumerate(code):
        left = x + number * (tile + gap) + (middle if number >= (len(code) + 1) // 2 else 0)
        sheet.box(left, y, tile, tile * 1.2, TILE_EDGE, 0.14)
        sheet.box(left + 2, y + 2, tile - 4, tile * 1.2 - 4, TILE, 0.13)
        picture = font.render(letter, True, WHITE)
        sheet.surface.blit(
            picture, (left + (tile - picture.get_width()) / 2, y + (tile * 1.2 - picture.get_height()) / 2)
        )
    return y + tile * 1.2


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
    said = len(wrapped(typeface(round(0.36 * unit), False), card.problem.sentence, width))
    titled = len(wrapped(typeface(round(0.8 * unit), True), card.title, width))
    y = max(2.0 * unit, (sheet.height - (1.0 + 1.0 * titled + 0.5 * min(said, 6) + 1.5) * unit) / 2)
    code = typeface(round(0.34 * unit), True).render(card.problem.code, True, TOP)
    sheet.box(x, y, code.get_width() + 0.5 * unit, 0.62 * unit, ACCENT, 0.14)
    sheet.surface.blit(code, (x + 0.25 * unit, y + (0.62 * unit - code.get_height()) / 2))
    y = sheet.text(card.title, x, y + 0.85 * unit, 0.8, bold=True, width=width) + 0.1 * unit
    y = sheet.text(card.problem.sentence, x, y, 0.36, SOFT, width=width) + 0.4 * unit
    sheet.box(x, y, 0.07 * unit, 0.95 * unit, ACCENT, 0.03)
    y = sheet.text("What happens next", x + 0.3 * unit, y - 0.03 * unit, 0.26, FAINT)
    sheet.text(card.next, x + 0.3 * unit, y, 0.36, WHITE, width=width - 0.3 * unit)


def _problem(sheet: Sheet, problem: Problem) -> None:
    unit = sheet.unit
    code = typeface(round(0.26 * unit), True).render(problem.code, True, TOP)
    x = 1.1 * unit + code.get_width() + 0.7 * unit
    lines = len(wrapped(typeface(round(0.28 * unit), False), problem.sentence, sheet.width - x - unit))
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
def _backdrop(size: tuple[int, int]) -> pygame.Surface:
    """From dark to a little less dark, with a faint glow, so that large screens show no bands."""
    column = pygame.Surface((1, 64))
    for row in range(64):
        share = row / 63
        colour = tuple(round(a + (b - a) * share) for a, b in zip(TOP, BOTTOM, strict=True))
        column.set_at((0, row), colour)
    return pygame.transform.smoothscale(column, size)
