"""The second film: one screen through one day, each hour with what belongs to it. Night leads back to morning."""

from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageDraw

from tools.welcome.drawing import OVERSAMPLING, Sheet
from tools.welcome.film import HEIGHT, RATE, WIDTH
from tools.welcome.palette import AMBER, CORAL, EMBER, INK, PAPER, STRAW, Face, Rgb, between, font

PART_SECONDS = 2
LEFT = 96


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the day: its words, its colours, and where the sun (at night the moon) stands."""

    hour: str
    word: str
    shows: str
    ground: str
    ink: str
    accent: str
    sun: str
    centre: tuple[float, float]
    radius: float
    bite: float
    """How much of the disc is dark, as a moon's: 0 none, 1 a crescent."""


PARTS = (
    Part("07:30", "Morning", "Coffee & croissants", AMBER, INK, "#7A4A00", PAPER, (1010, 560), 170, 0),
    Part("12:00", "Noon", "Today’s lunch, 9.50", PAPER, INK, EMBER, CORAL, (1040, 250), 130, 0),
    Part("18:00", "Evening", "Tonight: live jazz", CORAL, "#2B0A12", "#5E0F18", STRAW, (1080, 640), 250, 0),
    Part("23:45", "Night", "See you at seven", INK, PAPER, AMBER, STRAW, (1040, 230), 120, 1),
)
SECONDS = PART_SECONDS * len(PARTS)


def pictures() -> Iterator[Image.Image]:
    """Every picture of the film, in order."""
    for index in range(SECONDS * RATE):
        yield _picture(index / RATE)


def _picture(second: float) -> Image.Image:
    number, within = divmod(second, PART_SECONDS)
    before, now = PARTS[int(number) - 1], PARTS[int(number)]
    going = _smooth(within / 0.9)
    centre = _mix(before.centre[0], now.centre[0], going), _arc(before, now, going)
    radius = _mix(before.radius, now.radius, going)
    sheet = Sheet(WIDTH, HEIGHT, before.ground)
    opening = _smooth(within / 0.7)
    if opening > 0:
        sheet.disc(centre, radius * 0.5 + 1400 * opening, now.ground)
    sun = between(before.sun, now.sun, going)
    for wider, opacity in ((1.9, 0.10), (1.45, 0.16)):
        sheet.disc(centre, radius * wider, sun, opacity)
    sheet.paste(Image.new("RGB", (WIDTH, HEIGHT), sun), _disc(centre, radius, _mix(before.bite, now.bite, going)))
    _words(sheet, before if within < 0.3 else now, within)
    return sheet.finished()


def _disc(centre: tuple[float, float], radius: float, bite: float) -> Image.Image:
    """The sun, or with a bite out of it the moon, as a mask."""
    shape = Image.new("L", (WIDTH * OVERSAMPLING, HEIGHT * OVERSAMPLING), 0)
    pen = ImageDraw.Draw(shape)
    shadow = centre[0] + radius * (2.1 - 1.62 * bite), centre[1] - radius * 0.3
    for (x, y), reach, light in ((centre, radius, 255), (shadow, 0.92 * radius, 0)):
        corners = (x - reach, y - reach, x + reach, y + reach)
        pen.ellipse([OVERSAMPLING * corner for corner in corners], fill=light)
    return shape


def _words(sheet: Sheet, part: Part, within: float) -> None:
    """The part's three lines; each letter rises into its line and, at the end, out of it."""
    leaving = within < 0.3
    lines = (
        (part.hour, Face.SORA_LIGHT, 60, 236, part.ink, 0.06),
        (part.word, Face.SORA_BOLD, 168, 424, part.ink, 0.0),
        (part.shows, Face.SORA, 50, 522, part.accent, 0.10),
    )
    for words, face, size, baseline, colour, delay in lines:
        offsets = []
        for letter in range(len(words)):
            if leaving:
                offsets.append(-_rush((within - delay * 0.3 - letter * 0.008) / 0.17))
            else:
                offsets.append(1 - _settle((within - 0.34 - delay - letter * 0.028) / 0.5))
        _line(sheet, words, (face, size), baseline, colour, offsets)


def _line(
    sheet: Sheet, words: str, kind_of: tuple[Face, int], baseline: float, colour: str | Rgb, offsets: list[float]
) -> None:
    """One line through a slit as high as its letters; an offset of 1 is a line below, -1 a line above."""
    face, size = kind_of
    kind = font(face, size * OVERSAMPLING)
    above, height = round(1.02 * size * OVERSAMPLING), round(1.34 * size * OVERSAMPLING)
    slit = Image.new("L", (round(kind.getlength(words)) + size, height), 0)
    pen = ImageDraw.Draw(slit)
    for index, (letter, offset) in enumerate(zip(words, offsets, strict=True)):
        x = kind.getlength(words[: index + 1]) - kind.getlength(letter)
        if abs(offset) < 1:
            pen.text((x, above + offset * height), letter, font=kind, fill=255, anchor="ls")
    sheet.picture.paste(colour, (LEFT * OVERSAMPLING, round(baseline * OVERSAMPLING) - above), slit)


def _arc(before: Part, now: Part, share: float) -> float:
    """The height of the sun on its way: it rises a little over the straight line."""
    return _mix(before.centre[1], now.centre[1], share) - 150 * share * (1 - share)


def _mix(start: float, end: float, share: float) -> float:
    return start + (end - start) * share


def _smooth(share: float) -> float:
    """Slow, fast, slow: 0 to 1."""
    share = min(1.0, max(0.0, share))
    return share**3 * (share * (6 * share - 15) + 10)


def _settle(share: float) -> float:
    """Fast, then ever slower: 0 to 1."""
    return 1 - (1 - min(1.0, max(0.0, share))) ** 4


def _rush(share: float) -> float:
    """Slow, then ever faster: 0 to 1."""
    return min(1.0, max(0.0, share)) ** 2
