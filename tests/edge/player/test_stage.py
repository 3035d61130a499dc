import pygame
import pytest

from edge.player.stage import Stage
from tests.edge.player.rig import headless


@pytest.mark.parametrize(("window", "ends"), [("640x360", True), ("fullscreen", False)])
def test_escape_ends_a_window_and_not_a_screen(window: str, ends: bool) -> None:
    stage = Stage(window, headless=True)
    before = stage.wants_to_end()
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_ESCAPE))
    after = stage.wants_to_end()
    stage.close()

    assert (before, after) == (False, ends)


def test_f12_asks_for_support_and_ends_nothing() -> None:
    stage = headless("640x360")
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_F12))
    ends, asked = stage.wants_to_end(), stage.wants_support
    stage.wants_support = False
    stage.wants_to_end()
    again = stage.wants_support
    stage.close()

    assert (ends, asked, again) == (False, True, False)


def test_a_closed_window_ends_the_player() -> None:
    stage = headless("640x360")
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    after = stage.wants_to_end()
    stage.close()

    assert after
