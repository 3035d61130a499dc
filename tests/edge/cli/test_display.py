from pathlib import Path

import pytest

from edge.cli.display import Means, Stack, choose, launched, main, means


def nothing_may_be_asked() -> bool:
    raise AssertionError("there is no card to try")


@pytest.mark.parametrize(
    ("found", "stack"),
    [
        (Means(True, lambda: True, True, True), Stack.KMSDRM),
        (Means(True, lambda: False, True, True), Stack.X),
        (Means(True, lambda: False, False, True), Stack.FRAME_BUFFER),
        (Means(False, nothing_may_be_asked, True, True), Stack.X),
        (Means(False, nothing_may_be_asked, False, False), Stack.NONE),
    ],
)
def test_the_first_stack_that_works_is_taken(found: Means, stack: Stack) -> None:
    assert choose(found) is stack


def test_each_stack_runs_the_player_its_own_way() -> None:
    assert launched(Stack.KMSDRM, ["vizora", "player"], {}) == (
        ["vizora", "player"],
        {"SDL_VIDEODRIVER": "kmsdrm", "SDL_RENDER_DRIVER": "opengles2"},  # another can't turn the picture
    )
    command, environ = launched(Stack.X, ["vizora", "player"], {"A": "b"})
    assert command[:4] == ["xinit", "vizora", "player", "--"]
    assert environ == {"A": "b", "SDL_VIDEODRIVER": "x11"}
    assert launched(Stack.NONE, ["vizora", "player"], {}) == (["vizora", "player"], {})


def test_means_are_what_lies_in_dev(tmp_path: Path) -> None:
    (tmp_path / "dev/dri").mkdir(parents=True)
    bare = means(tmp_path, {}, lambda _: None)
    (tmp_path / "dev/dri/card0").touch()
    (tmp_path / "dev/fb0").touch()
    full = means(tmp_path, {}, lambda name: f"/usr/bin/{name}")

    assert (bare.has_card, bare.has_x, bare.has_frame_buffer) == (False, False, False)
    assert (full.has_card, full.has_x, full.has_frame_buffer) == (True, True, True)


def test_a_dry_run_says_what_it_would_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--dry-run", "--", "true"]) == 0
    assert capsys.readouterr().err.startswith("display: ")
