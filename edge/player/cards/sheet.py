"""A surface to write and draw on in units of its own, in the colours of the house."""

from functools import cache
from typing import NamedTuple

import pygame
import qrcode

from edge.player import fonts
from edge.player.cards.cards import Tone

TOP, BOTTOM = (13, 19, 33), (25, 36, 68)
WHITE, SOFT, FAINT = (255, 248, 238), (186, 200, 222), (140, 158, 188)
ACCENT, CORAL, CROSSING = (255, 178, 59), (255, 96, 63), (217, 52, 31)
TILE, TILE_EDGE = (31, 48, 84), (58, 82, 130)
TONES = {Tone.CALM: (120, 150, 210), Tone.BUSY: ACCENT, Tone.GOOD: (74, 207, 145)}
QUIET = 4
"""Light modules around a QR code, which readers need (ISO/IEC 18004)."""


class Sheet(NamedTuple):
    """A surface with its unit, so that a card looks the same at every size."""

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
        font = typeface(max(6, round(size * self.unit)), bold)
        for line in wrapped(font, words, width or self.width):
            picture = font.render(line, True, colour)
            self.surface.blit(picture, (x - picture.get_width() / 2 if centred else x, y))
            y += font.get_linesize()
        return y

    def box(self, x: float, y: float, width: float, height: float, colour: tuple[int, int, int], round_: float) -> None:
        rect = pygame.Rect(round(x), round(y), round(width), round(height))
        pygame.draw.rect(self.surface, colour, rect, border_radius=round(round_ * self.unit))

    def qr(self, link: str, x: float, y: float, side: float) -> None:
        matrix = _matrix(link)
        self.box(x, y, side, side, WHITE, 0.28)
        module = max(1, int(side / (len(matrix) + 2 * QUIET)))
        left = round(x + (side - module * len(matrix)) / 2)
        top = round(y + (side - module * len(matrix)) / 2)
        for row, line in enumerate(matrix):
            for column, dark in enumerate(line):
                if dark:
                    self.surface.fill(TOP, (left + column * module, top + row * module, module, module))


def unit_of(size: tuple[int, int]) -> float:
    """The unit of a window: a ninth of its short side, less where that is wide."""
    return min(min(size) / 9, max(size) / 16)


@cache
def typeface(pixels: int, bold: bool) -> pygame.font.Font:
    if not pygame.font.get_init():
        pygame.font.init()
    return pygame.font.Font(fonts.FOLDER / ("Manrope-Bold.ttf" if bold else "Manrope-Regular.ttf"), pixels)


def wrapped(font: pygame.font.Font, words: str, width: float) -> list[str]:
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


@cache
def _matrix(link: str) -> list[list[bool]]:
    code = qrcode.QRCode(border=0, error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(link)
    return [[bool(module) for module in row] for row in code.get_matrix()]
