import pygame
import pytest

from edge.player.cards.cards import STARTING, Card, Message, Pairing, Tone
from edge.player.cards.drawing import draw
from edge.player.cards.overlays import badge
from edge.player.cards.sheet import TOP, WHITE
from edge.status import Problem

LINK = "https://signage.example.com/pair?code=K7MQ2X#claimKey=3q2-7wAAAAAAAAAAAAAAAA"
PROBLEM = Problem(code="VZ-107", sentence="The cloud at signage.example.com does not answer; trying again in 10 s.")
PAIRING = Pairing("K7MQ2X", "signage.example.com/pair", LINK, "4:07", problem=PROBLEM)
CARDS: dict[str, Card] = {
    "pairing": PAIRING,
    "typed": Pairing("K7MQ2X", "signage.example.com/pair", LINK, "4:07", confirmation="4821"),
    "starting": STARTING,
    "added": Message("Added to ACME", "Content is on its way to this screen.", Tone.GOOD),
    "long": Message("Nothing can be shown right now", "because " * 60, problem=PROBLEM),
}
SIZES = [(1280, 720), (1080, 1920), (3840, 2160), (640, 480), (320, 1080), (160, 90)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("card", CARDS)
def test_a_card_fills_any_window_and_is_never_black(card: str, size: tuple[int, int]) -> None:
    surface = draw(CARDS[card], size)
    width, height = size
    corners = [(0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1)]

    assert surface.get_size() == size
    assert all(max(surface.get_at(corner)[:3]) > 20 for corner in corners)


@pytest.mark.parametrize("size", [(1280, 720), (1080, 1920), (3840, 2160)])
def test_the_code_has_whole_modules_and_a_quiet_zone(size: tuple[int, int]) -> None:
    surface = draw(PAIRING, size)
    light = [x for x in range(size[0]) if surface.get_at((x, size[1] // 2))[:3] == WHITE]
    left = light[0]
    column = next(x for x in range(left, size[0]) for y in range(0, size[1], 3) if _dark_in_box(surface, x, y, left))
    rows = [y for y in range(size[1]) if _dark_in_box(surface, column, y, left)]
    finder = next(i for i in range(1, len(rows)) if rows[i] != rows[i - 1] + 1)

    assert finder % 7 == 0
    assert column - left >= 4 * (finder // 7)


def _dark_in_box(surface: pygame.Surface, x: int, y: int, left: int) -> bool:
    return x > left + 20 and surface.get_at((x, y))[:3] == TOP and surface.get_at((left + 12, y))[:3] == WHITE


def test_a_badge_names_the_screen() -> None:
    assert badge("Lobby", "Screen 1234", (1280, 720)).get_width() < 1280
