from pathlib import Path

import pytest

from edge.player.stage.outputs import SOFTWARE, Output, has_gpu, outputs, way

NONE = Output(0, "HDMI-A-1", False, "")
TV = Output(1, "HDMI-A-2", True, "1920x1080")


@pytest.mark.parametrize(
    ("environ", "found", "driver"),
    [
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, (TV,), "wayland"),
        ({"DISPLAY": ":0"}, (TV,), "x11"),
        ({}, (NONE, TV), "kmsdrm"),
        ({"SDL_VIDEODRIVER": "kmsdrm", "DISPLAY": ":0"}, (TV,), "kmsdrm"),
        ({"SDL_VIDEODRIVER": "x11"}, (), "x11"),
    ],
)
def test_the_display_decides_how_it_is_reached(environ: dict[str, str], found: tuple[Output, ...], driver: str) -> None:
    chosen = way(environ, found, headless=False, gpu=True)

    assert chosen is not None
    assert chosen.driver == driver


@pytest.mark.parametrize("environ", [{}, {"SDL_VIDEODRIVER": "dummy"}, {"SDL_VIDEODRIVER": "offscreen"}])
def test_without_a_display_there_is_no_way(environ: dict[str, str]) -> None:
    assert way(environ, (NONE,), headless=False, gpu=True) is None


def test_on_a_console_the_card_with_the_display_is_named() -> None:
    chosen = way({}, (NONE, TV), headless=False, gpu=True)
    told = way({"SDL_KMSDRM_DEVICE_INDEX": "0"}, (NONE, TV), headless=False, gpu=True)

    assert chosen is not None
    assert chosen.environ == {"SDL_KMSDRM_DEVICE_INDEX": "1"}
    assert told is not None
    assert told.environ == {}


def test_headless_draws_in_memory_whatever_is_there() -> None:
    chosen = way({"DISPLAY": ":0"}, (TV,), headless=True, gpu=True)

    assert chosen is not None
    assert (chosen.driver, chosen.environ) == ("dummy", SOFTWARE)


@pytest.mark.parametrize(
    ("environ", "gpu", "driver", "given"),
    [
        ({"DISPLAY": ":0"}, True, "x11", {}),
        ({"DISPLAY": ":0"}, False, "x11", SOFTWARE),
        ({"SDL_VIDEODRIVER": "x11"}, False, "x11", SOFTWARE),
        ({"DISPLAY": ":0", "SDL_RENDER_DRIVER": "opengl"}, False, "x11", {}),
        ({"DISPLAY": ":0", "SDL_RENDER_DRIVER": "software"}, True, "x11", SOFTWARE),
        (
            {"DISPLAY": ":0", "SDL_FRAMEBUFFER_ACCELERATION": "1"},
            False,
            "x11",
            {"SDL_RENDER_DRIVER": "software", "SDL_FRAMEBUFFER_ACCELERATION": "1"},
        ),
        ({"WAYLAND_DISPLAY": "wayland-0"}, False, "wayland", {}),
        ({"SDL_VIDEODRIVER": "kmsdrm", "SDL_KMSDRM_DEVICE_INDEX": "1"}, False, "kmsdrm", {}),
    ],
)
def test_on_x_without_a_graphics_processor_sdl_draws_itself_unless_told_otherwise(
    environ: dict[str, str], gpu: bool, driver: str, given: dict[str, str]
) -> None:
    chosen = way(environ, (TV,), headless=False, gpu=gpu)

    assert chosen is not None
    assert (chosen.driver, chosen.environ) == (driver, given)


def test_a_graphics_processor_is_one_that_draws(tmp_path: Path) -> None:
    (tmp_path / "dev/dri").mkdir(parents=True)
    (tmp_path / "dev/dri/card0").touch()
    only_outputs = has_gpu(tmp_path)
    (tmp_path / "dev/dri/renderD128").touch()

    assert not only_outputs
    assert has_gpu(tmp_path)
    assert not has_gpu(tmp_path / "nowhere")


def connector(root: Path, name: str, status: str, modes: str = "") -> None:
    folder = root / "sys/class/drm" / name
    folder.mkdir(parents=True)
    (folder / "status").write_text(status + "\n")
    (folder / "modes").write_text(modes)


def test_the_kernel_says_what_is_connected(tmp_path: Path) -> None:
    connector(tmp_path, "card0-Writeback-1", "unknown")
    connector(tmp_path, "card1-HDMI-A-1", "connected", "3840x2160\n1920x1080\n")
    (tmp_path / "sys/class/drm/renderD128").mkdir()

    assert outputs(tmp_path) == (Output(0, "Writeback-1", False, ""), Output(1, "HDMI-A-1", True, "3840x2160"))
    assert outputs(tmp_path / "nowhere") == ()
