"""What lies over the picture or in a zone: small cards that leave the rest to the show."""

import pygame

from edge.player.cards.cards import Tone
from edge.player.cards.sheet import ACCENT, SOFT, TILE, TONES, TOP, Sheet, typeface, unit_of, wrapped
from edge.status import Problem


def badge(title: str, text: str, size: tuple[int, int]) -> pygame.Surface:
    """A strip to lie over the picture, as when a screen is asked to identify itself."""
    unit = unit_of(size)
    surface = pygame.Surface((round(unit * 7.6), round(unit * 1.7)))
    surface.fill(TOP)
    sheet = Sheet(surface, unit)
    sheet.box(0, 0, unit * 0.12, sheet.height, ACCENT, 0)
    y = sheet.text(title, unit * 0.5, unit * 0.25, 0.5, bold=True)
    sheet.text(text, unit * 0.5, y, 0.3, SOFT)
    return surface


def banner(title: str, text: str, size: tuple[int, int]) -> pygame.Surface:
    """A strip to lie over the picture's upper part, as wide as what it says."""
    unit = unit_of(size)
    title_width = typeface(max(6, round(0.42 * unit)), True).size(title)[0]
    text_width = typeface(max(6, round(0.28 * unit)), False).size(text)[0]
    width = min(size[0] * 0.94, max(title_width, text_width) + unit)
    lines = len(wrapped(typeface(max(6, round(0.28 * unit)), False), text, width - unit))
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
    code = typeface(max(6, round(0.4 * unit)), True).render(problem.code, True, TOP)
    chip = code.get_width() + 0.5 * unit
    x, y = (0.4 * unit, (height - 0.8 * unit) / 2) if strip else ((width - chip) / 2, height / 2 - 1.2 * unit)
    sheet.box(x, y, chip, 0.8 * unit, TONES[Tone.CALM], 0.14)
    surface.blit(code, (x + 0.25 * unit, y + (0.8 * unit - code.get_height()) / 2))
    if strip:
        sheet.text(problem.sentence, x + chip + 0.4 * unit, y + 0.13 * unit, 0.38, SOFT, width=width - chip - unit)
    else:
        sheet.text(problem.sentence, width / 2, y + 1.1 * unit, 0.34, SOFT, width=width - unit, centred=True)
    return surface
