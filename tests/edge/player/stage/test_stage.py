import os

import pygame
import pytest

from edge.player.stage.stage import Stage
from tests.edge.player.rig import headless


@pytest.mark.parametrize(("window", "ends"), [("640x360", True), ("fullscreen", False)])
def test_escape_ends_a_window_and_not_a_screen(window: str, ends: bool) -> None:
    stage = Stage(window, headless=True)
    before = stage.wants_to_end()
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_ESCAPE))
    after = stage.wants_to_end()
    stage.close()

    assert (before, after) == (False, ends)


def test_a_stage_leaves_the_environment_as_the_operator_set_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SDL_RENDER_DRIVER", raising=False)
    monkeypatch.setenv("SDL_FRAMEBUFFER_ACCELERATION", "opengl")
    headless("640x360").close()

    assert "SDL_RENDER_DRIVER" not in os.environ
    assert os.environ["SDL_FRAMEBUFFER_ACCELERATION"] == "opengl"


def test_a_key_is_told_once_and_ends_nothing() -> None:
    stage = headless("640x360")
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_F12))
    ends, pressed = stage.wants_to_end(), stage.pressed
    stage.wants_to_end()
    again = stage.pressed
    stage.close()

    assert (ends, pressed, again) == (False, frozenset({pygame.K_F12}), frozenset())


def test_a_closed_window_ends_the_player() -> None:
    stage = headless("640x360")
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    after = stage.wants_to_end()
    stage.close()

    assert after
